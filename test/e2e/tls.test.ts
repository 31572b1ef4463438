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

test('for an address, and for a name that ends with a dot, nothing is said on stderr', async () => {
  const certificates = makeCertificates()
  onTestFinished(() => certificates.remove())
  const port = await startSServer(certificates.at('server'))
  const ca = `ca=${certificates.at('authority.crt')}`
  for (const name of ['127.0.0.1', 'localhost.', 'localhost']) {
    const line = [
      'check',
      '--tls',
      `127.0.0.1:${port}`,
      '--name',
      'shop',
      '--with',
      ca,
      '--with',
      `server_name=${name}`,
    ]
    const well = await lastalive(line)
    expect(well).toMatchObject({ code: 0, stdout: expect.stringMatching(/^OK - shop: valid for /), stderr: '' })
  }
  // Whether there is such a host or not, nothing else is said.
  expect(await lastalive(['check', '--tls', `localhost.:${port}`, '--with', ca])).toMatchObject({ stderr: '' })
})

test.each(['-tls1_2', '-tls1_3'])(
  'a server that wants a certificate of ours (%s) ends nothing else',
  async (version) => {
    const certificates = makeCertificates()
    onTestFinished(() => certificates.remove())
    const port = await startSServer(certificates.at('server'), ['-Verify', '1', '-verify_return_error', version])
    const ca = `ca=${certificates.at('authority.crt')}`
    const line = ['check', '--tls', `localhost:${port}`, '--name', 'shop', '--with', ca, '--warning', '7d left']
    expect(await lastalive(line)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^OK - shop: due in .*; it asks for a certificate of ours \| /),
      stderr: '',
    })
  },
)
