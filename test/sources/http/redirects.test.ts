import { expect, onTestFinished, test } from 'vitest'
import { startWeb, type WebFixture } from '../../support/web.ts'
import { startProxy } from '../../support/web-proxy.ts'
import { said } from '../one-check.ts'

async function web(): Promise<WebFixture> {
  const server = await startWeb()
  onTestFinished(() => server.stop())
  return server
}

/** The same server, by another name: another origin. */
const byName = ({ port }: WebFixture): string => `http://localhost:${port}`

test('a redirect is not well, and says where it leads, without the query', async () => {
  const server = await web()
  server.answer({ status: 302, headers: { location: '/login?token=geheim#x' } })
  expect(await said({ http: server.url })).toBe(
    `critical: answered 302 Found: redirects to ${server.url}/login, which is not followed; write that URL, or follow: true`,
  )
})

test.each([
  ['//[', 'redirects to what is no URL'],
  ['ftp://files.example.org/a', 'redirects to what is not HTTP, ftp://files.example.org/a'],
  ['file:///etc/passwd', 'redirects to what is not HTTP, file:///etc/passwd'],
  ['javascript:alert(1)', 'redirects to what is not HTTP, javascript://alert(1)'],
])('one to %s is never followed', async (location, words) => {
  const server = await web()
  server.answer({ status: 301, headers: { location } })
  expect(await said({ http: server.url, follow: true })).toBe(`critical: answered 301 Moved Permanently: ${words}`)
})

test('one without a target is a status like others', async () => {
  const server = await web()
  server.answer({ status: 302 })
  expect(await said({ http: server.url, follow: true })).toBe('critical: answered 302 Found, not 200-299')
})

test('a status that is wanted is not followed', async () => {
  const server = await web()
  server.answer({ status: 302, headers: { location: '/login' } })
  expect(await said({ http: server.url, status: 302, follow: true })).toBe('ok: answered 302 Found')
})

test('where it was led to another origin, the words say which', async () => {
  const [server, other] = [await web(), await web()]
  server.answer({ status: 302, headers: { location: `${other.url}/sorry?why=x` } })
  other.answer({ status: 200, body: 'we are closed' })
  expect(await said({ http: server.url, follow: true, contains: 'shop' })).toBe(
    `critical: answered 200 OK, at ${other.url}/sorry, without "shop": we are closed`,
  )
})

test('a loop ends', async () => {
  const server = await web()
  server.answer({ status: 302, headers: { location: '/again' } })
  expect(await said({ http: server.url, follow: true })).toBe(
    `critical: answered 302 Found: redirects for the 11th time, to ${server.url}/again`,
  )
  expect(server.requests).toHaveLength(11)
})

test('no login, header, certificate or body goes to another origin, not even on the way back', async () => {
  const [server, other] = [await web(), await web()]
  const check = {
    http: `${server.url}/a`,
    user: 'me',
    password_file: 'password',
    headers: { 'X-Api-Key': 'geheim', 'Accept-Language': 'de' },
    follow: true,
  }
  const files = { password: 'geheimes Wort\n' }
  server.answer({ status: 302, headers: { location: '/b' } })
  await said(check, { files })
  const authorization = `Basic ${btoa('me:geheimes Wort')}`
  expect(server.requests[1]).toMatchObject({ path: '/b', headers: { authorization, 'x-api-key': 'geheim' } })
  server.answer({ status: 302, headers: { location: `http://evil:login@127.0.0.1:${other.port}/c` } })
  other.answer({ status: 302, headers: { location: `${server.url}/d` } })
  await said(check, { files })
  expect(other.requests.length).toBeGreaterThan(2)
  for (const { headers } of [...other.requests, ...server.requests.slice(12)]) {
    expect(headers).not.toHaveProperty('authorization')
    expect(headers).not.toHaveProperty('x-api-key')
    expect(headers).toMatchObject({ 'accept-language': 'de' })
  }
})

test('a login in the URL is kept for its own origin', async () => {
  const server = await web()
  const http = `http://me:geheim@127.0.0.1:${server.port}/a`
  server.answer({ status: 302, headers: { location: '/b' } })
  await said({ http, follow: true })
  expect(server.requests[1]?.headers.authorization).toBe(`Basic ${btoa('me:geheim')}`)
  server.answer({ status: 302, headers: { location: `${byName(server)}/b` } })
  await said({ http, follow: true })
  expect(server.requests.at(-1)?.headers).not.toHaveProperty('authorization')
})

test.each([
  [301, 'GET', ''],
  [302, 'GET', ''],
  [303, 'GET', ''],
  [307, 'POST', 'text'],
  [308, 'POST', 'text'],
])('after %i a POST is a %s', async (status, method, body) => {
  const server = await web()
  server.answer({ status, headers: { location: '/b' } })
  await said({ http: server.url, body: 'text', follow: true })
  expect(server.requests[1]).toMatchObject({ method, body })
  expect('content-type' in (server.requests[1]?.headers ?? {})).toBe(body !== '')
})

test('a body is not taken elsewhere', async () => {
  const server = await web()
  server.answer({ status: 307, headers: { location: byName(server) } })
  expect(await said({ http: server.url, body: 'text', follow: true })).toBe(
    `critical: answered 307 Temporary Redirect: redirects the body to another origin, ${byName(server)}/, which is not followed`,
  )
  expect(server.requests).toHaveLength(1)
})

test('whether a proxy is asked is decided anew each time', async () => {
  const [server, proxy] = [await web(), await startProxy()]
  const env = { http_proxy: `http://127.0.0.1:${proxy.port}`, no_proxy: 'localhost' }
  server.answer({ status: 302, headers: { location: `${byName(server)}/direct` } })
  await said({ http: `http://shop.example.org:${server.port}/proxied`, follow: true }, { env })
  expect(proxy.asked).toEqual([`GET http://shop.example.org:${server.port}/proxied`])
  expect(server.requests).toHaveLength(11)
})
