import { expect, onTestFinished, test } from 'vitest'
import { lastalive } from '../support/command.ts'
import { makeCertificates, startSServer } from '../support/s-server.ts'
import { makeWatchingScene } from '../support/watching.ts'

const QUIET = { stdout: '', stderr: '' }

test('a certificate that is not trusted is told of once, and its end once; one line does the same', async () => {
  const certificates = makeCertificates()
  onTestFinished(() => certificates.remove())
  const scene = await makeWatchingScene()
  const tls = `localhost:${await startSServer(certificates.at('server'))}`
  const ca = certificates.at('authority.crt')
  scene.watch({ shop: { tls, warning: '60d left', critical: '7d left' } }, { databases: {} })
  expect(await scene.command(['run'])).toMatchObject({ code: 2, ...QUIET })
  expect(await scene.command(['run'])).toMatchObject({ code: 2, ...QUIET })
  expect(scene.subjects()).toEqual([expect.stringMatching(/CRITICAL shop: the certificate is not trusted \(/)])
  scene.watch({ shop: { tls, ca } }, { databases: {} })
  expect(await scene.command(['run'])).toMatchObject({ code: 0, ...QUIET })
  expect(scene.subjects()).toEqual([expect.stringMatching(/OK shop: ok again/)])
  const line = ['check', '--tls', tls, '--name', 'shop', '--with', `ca=${ca}`]
  const well = await lastalive(line)
  expect(well).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^OK - shop: valid for \d+ d, until /),
    stderr: '',
  })
  const soon = await lastalive([...line, '--critical', '60d left'])
  expect(soon).toMatchObject({ code: 2, stdout: expect.stringMatching(/^CRITICAL - shop: /), stderr: '' })
})
