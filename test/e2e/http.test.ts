import { chmodSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { lastalive } from '../support/command.ts'
import { holdTo } from '../support/contract.ts'
import { expectPlain } from '../support/hostile.ts'
import { startRaw } from '../support/raw.ts'
import { NOBODY_TO_TELL } from '../support/scene.ts'
import { makeWatchingScene, type WatchingScene } from '../support/watching.ts'
import { startWeb, type WebFixture } from '../support/web.ts'

let scene: WatchingScene
let web: WebFixture

beforeEach(async () => {
  scene = await makeWatchingScene()
  web = await startWeb()
  onTestFinished(() => web.stop())
})

const QUIET = { stdout: '', stderr: '' }

test('a web server that fails is told of once, and its end once', async () => {
  scene.watch({ shop: { http: `${web.url}/`, contains: 'open' } }, { databases: {} })
  web.answer({ status: 200, body: 'we are open' })
  expect(await scene.command(['run'])).toMatchObject({ code: 0, ...QUIET })
  web.answer({ status: 503 })
  expect(await scene.command(['run'])).toMatchObject({ code: 2, ...QUIET })
  expect(await scene.command(['run'])).toMatchObject({ code: 2, ...QUIET })
  expect(scene.subjects()).toEqual(['[lastalive] CRITICAL shop: answered 503 Service Unavailable, not 200-299'])
  await web.stop()
  expect(await scene.command(['run'])).toMatchObject({ code: 2, ...QUIET })
  expect(scene.subjects()).toEqual([])
  web = await startWeb()
  web.answer({ status: 200, body: 'open again' })
  scene.watch({ shop: { http: `${web.url}/`, contains: 'open' } }, { databases: {} })
  expect(await scene.command(['run'])).toMatchObject({ code: 0, ...QUIET })
  expect(scene.subjects()).toEqual([expect.stringMatching(/^\[lastalive\] OK shop: ok again after \d+ s$/)])
})

test('check is a plugin of it, with how long it took', async () => {
  scene.watch({ shop: { http: `${web.url}/` } }, { databases: {} })
  const { code, stdout, stderr } = await scene.command(['check'])
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toMatch(/^OK - shop: answered 200 OK \| shop_response=0\.\d+s;;;0\n$/)
  web.answer({ status: 500 })
  const json = (await scene.command(['check', '--format', 'json'])).stdout
  holdTo('report', json)
  expect(JSON.parse(json).checks).toMatchObject([{ name: 'shop', kind: 'check', state: 'critical', cause: 'judged' }])
})

test('one line does the same, and needs no file', async () => {
  web.answer({ status: 204, headers: { 'x-jobs': '9' } })
  const well = await lastalive(['check', '--http', web.url, '--name', 'shop', '--with', 'status=204'])
  expect(well).toMatchObject({ code: 0, stdout: expect.stringMatching(/^OK - shop: answered 204 No Content \|/) })
  const more = ['--with', 'header=X-Jobs', '--with', 'measure=number', '--critical', '5']
  const ill = await lastalive(['check', '--http', web.url, '--name', 'shop', ...more])
  expect(ill).toMatchObject({ code: 2, stdout: expect.stringMatching(/^CRITICAL - shop: 9 \(limit 5\)/) })
  const run = await lastalive(['run', '--http', web.url, '--state', scene.state])
  expect(run).toMatchObject({ code: 0, stdout: '', stderr: NOBODY_TO_TELL })
})

test('validate names the line of a mistake, and a key that was misspelt', async () => {
  const file = join(dirname(scene.state), 'web.yaml')
  writeFileSync(file, 'checks:\n  shop:\n    http: https://shop.example.org/\n    stauts: 204\n    critical: 5m\n')
  chmodSync(file, 0o600)
  const { code, stderr } = await lastalive(['validate', '--config', file])
  expect(code).not.toBe(0)
  expect(stderr).toMatch(/:4: checks\.shop\.stauts: there is no such key; write status/)
  expect(stderr).toMatch(/:5: checks\.shop\.critical: goes with a time or a number/)
})

test('no secret is shown, although the server says all that it was sent', async () => {
  const port = await startRaw((socket) => {
    socket.on(
      'data',
      (request) => void socket.end(`HTTP/1.1 500 Failed\r\n\r\n${request.toString().replaceAll('\r\n', ' ')}`),
    )
  })
  const http = `http://127.0.0.1:${port}`
  const secrets = { password: 'geheimes-Wort-1', token: 'geheimes-Token-22' }
  for (const [name, secret] of Object.entries(secrets)) {
    writeFileSync(join(dirname(scene.state), name), `${secret}\n`, { mode: 0o600 })
  }
  scene.watch(
    {
      a: { http: `${http}/?key=geheimer-Schluessel-3`, method: 'PUT' },
      b: { http, user: 'me', password_file: 'password' },
      c: { http, token_file: 'token' },
      d: { http: `http://me:geheimes-Wort-1@127.0.0.1:${port}/` },
      e: {
        http,
        headers: { 'X-Api-Key': 'geheimer-Schluessel-3' },
        status: 500,
        pattern: 'seen=(\\d+)',
        critical: '5m',
      },
    },
    { databases: {} },
  )
  const outputs = []
  for (const words of [['run'], ['check'], ['check', '-vvv'], ['check', '--format', 'json'], ['run', '--dry-run']]) {
    const { code, stdout, stderr } = await scene.command(words)
    expect(code).toBe(2)
    outputs.push(stdout, stderr)
  }
  const mails = scene.mails().map(({ parsed }) => `${parsed.text}${parsed.html}`)
  const all = [...outputs, ...mails].join('')
  expect(mails.join()).toContain('answered 500 Failed, not 200-299: GET / HTTP/1.1')
  for (const secret of ['geheim', btoa('me:geheimes-Wort-1')]) expect(all).not.toContain(secret)
})

test('what a server says moves no terminal, and makes no header', async () => {
  scene.watch({ shop: { http: `${web.url}/` } }, { databases: {} })
  web.answer({ status: 500, body: '\u001b[31mred\u001b]0;title\u0007\u202egnp | evil=1\r\nBcc: evil@domain.tld' })
  expectPlain(await scene.command(['check']))
  await scene.command(['run'])
  const [mail] = scene.mails()
  expect(mail?.raw).not.toMatch(/^Bcc:/m)
  expect(mail?.raw).not.toContain('\u001b')
})
