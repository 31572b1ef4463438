import { expect, onTestFinished, test, vi } from 'vitest'
import { makeCertificate } from '../../support/smtp.ts'
import { startWeb } from '../../support/web.ts'
import { startProxy } from '../../support/web-proxy.ts'
import { passing, sendTo } from './webhooks.ts'

function setEnvironment(variables: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value)
  onTestFinished(() => void vi.unstubAllEnvs())
}

test('a message goes through the proxy of the environment, with its login', async () => {
  const [web, proxy] = [await startWeb(), await startProxy()]
  onTestFinished(() => web.stop())
  setEnvironment({ http_proxy: `http://me:geheim@127.0.0.1:${proxy.port}` })
  expect(await sendTo({ url: `http://hooks.example.org:${web.port}/a?b=c` })).toMatchObject({ kind: 'accepted' })
  expect(proxy.asked).toEqual([`POST http://hooks.example.org:${web.port}/a?b=c`])
  expect(proxy.logins).toEqual([`Basic ${btoa('me:geheim')}`])
  expect(web.requests).toMatchObject([{ path: '/a?b=c', headers: { host: `hooks.example.org:${web.port}` } }])
  expect(web.requests[0]?.headers).not.toHaveProperty('proxy-authorization')
})

test('an encrypted one goes through it unread, and the certificate is verified', async () => {
  const certificate = await makeCertificate()
  const [web, proxy] = [await startWeb({ certificate }), await startProxy()]
  onTestFinished(async () => {
    await web.stop()
    await certificate.remove()
  })
  setEnvironment({ https_proxy: `http://me:geheim@127.0.0.1:${proxy.port}` })
  const ca = certificate.certificateFile
  expect(await sendTo({ url: `https://localhost:${web.port}/a`, ca })).toMatchObject({ kind: 'accepted' })
  expect(await sendTo({ url: `https://127.0.0.1:${web.port}/a`, ca })).toMatchObject({ kind: 'accepted' })
  expect(proxy.asked).toEqual([`CONNECT localhost:${web.port}`, `CONNECT 127.0.0.1:${web.port}`])
  expect(proxy.logins).toEqual([`Basic ${btoa('me:geheim')}`, `Basic ${btoa('me:geheim')}`])
  expect(web.requests.map(({ path, headers }) => [path, headers['proxy-authorization']])).toEqual([
    ['/a', undefined],
    ['/a', undefined],
  ])
  expect(await sendTo({ url: `https://localhost:${web.port}/a` })).toMatchObject(passing(/not trusted/))
  const foreign = sendTo({ url: `https://hooks.example.org:${web.port}/a`, ca })
  expect(await foreign).toMatchObject(passing(/has a certificate for another name/))
})

test('it is asked directly what no_proxy names', async () => {
  const [web, proxy] = [await startWeb(), await startProxy()]
  onTestFinished(() => web.stop())
  setEnvironment({ http_proxy: `http://127.0.0.1:${proxy.port}`, no_proxy: '127.0.0.0/8' })
  expect(await sendTo({ url: `${web.url}/a` })).toMatchObject({ kind: 'accepted' })
  expect(proxy.asked).toEqual([])
})

test.each([
  ['http_proxy', 'http://hooks.example.org/a', /^webhook chat at hooks\.example\.org answered 407 Of The Proxy$/],
  ['https_proxy', 'https://hooks.example.org/a', /the proxy 127\.0\.0\.1:\d+ answered 407 Of The Proxy$/],
])('%s that lets nobody in is named, without its password', async (variable, url, error) => {
  const proxy = await startProxy({ refuses: 407 })
  setEnvironment({ [variable]: `http://me:geheim@127.0.0.1:${proxy.port}` })
  expect(await sendTo({ url })).toMatchObject({ error: expect.stringMatching(error) })
})

test.each([
  [
    'http_proxy',
    'http://hooks.example.org/a',
    'http://me:geheim@127.0.0.1:1',
    /\(connection refused\) through the proxy 127\.0\.0\.1:1$/,
  ],
  [
    'https_proxy',
    'https://hooks.example.org/a',
    'http://me:geheim@127.0.0.1:1',
    /\(connection refused\) through the proxy 127\.0\.0\.1:1$/,
  ],
  [
    'http_proxy',
    'http://hooks.example.org/a',
    'socks5://me:geheim@127.0.0.1:1',
    /the variable http_proxy names no proxy; write http:\/\/host:port$/,
  ],
])('%s that is not there, or none, is named: %s, %s', async (variable, url, proxy, error) => {
  setEnvironment({ [variable]: proxy })
  const delivery = await sendTo({ url })
  expect(delivery).toMatchObject(passing(error))
  expect(JSON.stringify(delivery)).not.toContain('geheim')
})
