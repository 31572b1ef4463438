import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { canRunNginx, NGINX_MISSING, startNginx, type TestNginx } from '../../support/nginx.ts'
import { judged, said } from '../one-check.ts'

describe.skipIf(!canRunNginx())(`nginx (${NGINX_MISSING} where skipped)`, () => {
  let nginx: TestNginx
  beforeAll(async () => {
    nginx = await startNginx()
    nginx.put('login', 'let in')
    nginx.put('status.json', JSON.stringify({ worker: { seen: new Date().toISOString() }, jobs: 7 }))
  })
  afterAll(() => nginx.remove())

  test('serves a file whose age is that of its header, by its own clock', async () => {
    const check = { http: `${nginx.url}/status.json`, header: 'Last-Modified', critical: '5m' }
    expect(await said(check)).toMatch(/^ok: alive \d+ s ago/)
    expect(await said({ ...check, method: 'HEAD' })).toMatch(/^ok: alive \d+ s ago/)
  })

  test.each([
    ['a time in it', { json: '$.worker.seen', critical: '5m' }, /^ok: alive \d+ s ago/],
    ['a number in it', { json: '$.jobs', measure: 'number', critical: 5 }, /^critical: 7 \(limit 5\)$/],
    ['a text in it', { contains: '"jobs":7' }, /^ok: answered 200 OK, with/],
    ['a length', { header: 'Content-Length', measure: 'number', critical: '10:' }, /^ok: \d\d \(limit 10:\)$/],
  ])('is read: %s', async (_, keys, words) => {
    expect(await said({ http: `${nginx.url}/status.json`, ...keys })).toMatch(words)
    const ca = nginx.authority
    expect(await said({ http: `${nginx.secureUrl}/status.json`, ca, ...keys })).toMatch(words)
  })

  test.each([
    ['/none', {}, /^critical: answered 404 Not Found, not 200-299$/],
    ['/moved', {}, /^critical: answered 301 Moved Permanently: redirects to http:\/\/127\.0\.0\.1:?\d*\/new, which is/],
    ['/new', { contains: 'here now' }, /^ok: answered 200 OK, with "here now"$/],
    ['/login', {}, /^critical: answered 401 Unauthorized, not 200-299$/],
    ['/login', { user: 'me', password_file: 'password' }, /^ok: answered 200 OK$/],
    [
      '/status.json',
      { headers: { 'If-Modified-Since': new Date(Date.now() + 60_000).toUTCString() }, status: 304 },
      /^ok: answered 304/,
    ],
    ['/status.json', { method: 'DELETE' }, /^critical: answered 405 Not Allowed/],
  ])('says of %s with %o', async (path, keys, words) => {
    expect(await said({ http: `${nginx.url}${path}`, ...keys }, { files: { password: 'geheim\n' } })).toMatch(words)
  })

  test('wants TLS where it speaks TLS, and says so', async () => {
    const http = nginx.secureUrl.replace('https:', 'http:')
    expect(await said({ http })).toBe('critical: answered 400 Bad Request, not 200-299')
    expect(await said({ http: nginx.secureUrl })).toMatch(
      /^critical: localhost:\d+ has a certificate that is not trusted/,
    )
  })

  // Last, since it does not come back.
  test('stopped where it is, it is not waited for any longer than was said', async () => {
    nginx.freeze()
    const begun = Date.now()
    const { severity, cause, summary } = await judged({ http: `${nginx.url}/new`, timeout: '1s' })
    expect([severity, cause, summary]).toEqual(['unknown', 'timeout', 'no answer for 1 s'])
    expect(Date.now() - begun).toBeLessThan(3_000)
  })
})
