import { expect, onTestFinished, test } from 'vitest'
import { startWeb } from '../../support/web.ts'
import { judged, refused, said } from '../one-check.ts'

const HTTP = { http: 'https://shop.example.org/' }

test.each([
  [{ http: 'ftp://a/' }, 'shop.http: is not the URL of a web server; write https://host/path'],
  [{ http: 'https://a b/' }, 'shop.http: is no URL; write http://host/path or https://host/path'],
  [{ http: 'https://a/#b' }, 'shop.http: has a # in it; leave out what follows, or write it as %23'],
  [
    { ...HTTP, critical: '5m' },
    'shop.critical: goes with a time or a number; leave it out, or say where it is with json',
  ],
  [{ ...HTTP, missing: 'critical' }, 'shop.missing: goes with a time or a number'],
  [{ ...HTTP, schedule: '0 4 * * *' }, 'shop.schedule: goes with the age of a time; leave it out'],
  [{ ...HTTP, json: '$.a' }, 'shop: has no limit; write critical: 10m, say'],
  [{ ...HTTP, json: '$.a', measure: 'number' }, 'shop: has no limit; write critical: 100, say'],
  [{ ...HTTP, pattern: 'a', critical: '5m' }, 'shop.pattern: has 0 groups'],
  [{ ...HTTP, status: 99 }, 'shop.status: 99 is no status; write 204, 200-299, or a list of these'],
  [{ ...HTTP, status: [200, '2xx'] }, 'is no status; write 204, 200-299, or a list of these'],
  [{ ...HTTP, status: '299-200' }, 'shop.status: "299-200" is no status'],
  [{ ...HTTP, method: 'FETCH' }, 'shop.method: "FETCH" is not known; write'],
  [{ ...HTTP, method: 'HEAD', contains: 'a' }, 'shop.contains: does not go with HEAD, which has no body'],
  [{ ...HTTP, method: 'HEAD', json: '$.a', critical: '5m' }, 'shop.json: does not go with HEAD'],
  [{ ...HTTP, headers: { 'Content-Length': '1' } }, 'is a header that lastalive sets itself; leave it out'],
  [{ ...HTTP, headers: { 'A B': '1' } }, 'cannot be the name of a header'],
  [{ ...HTTP, headers: { A: 'b\r\nC: d' } }, 'holds a line break or another control character'],
  [{ ...HTTP, header: 'A B', critical: '5m' }, 'shop.header: is not the name of a header; write Last-Modified'],
  [{ ...HTTP, user: 'me' }, 'shop.user: goes with password_file; write both, or leave it out'],
  [{ ...HTTP, token_file: 'none' }, 'there is no file'],
  [{ ...HTTP, ca: 'a.pem' }, 'shop.ca: is not an absolute path; write /path/to/ca.pem'],
  [{ ...HTTP, folow: true }, 'shop.folow: there is no such key; write follow'],
  [{ ...HTTP, query: 'SELECT 1' }, 'shop.query: goes with database; leave it out'],
])('%o is refused', async (entry, words) => expect(await refused(entry)).toContain(words))

test('a password in the URL is no second one', async () => {
  const files = { password: 'geheim' }
  const http = 'https://you:secret@shop.example.org/'
  await expect(judged({ http, user: 'me', password_file: 'password' }, { files })).rejects.toThrow(
    /shop\.user: stands beside a user in the URL; remove one of them/,
  )
  await expect(judged({ ...HTTP, password_file: 'password' }, { files })).rejects.toThrow(
    /shop\.password_file: goes with user; write both, or leave it out/,
  )
  const headers = { authorization: 'Basic x' }
  await expect(judged({ ...HTTP, headers, token_file: 'password' }, { files })).rejects.toThrow(
    /shop\.token_file: stands beside headers\.Authorization; remove one of them/,
  )
})

test('a file of the secret brings the login', async () => {
  const server = await startWeb()
  onTestFinished(() => server.stop())
  const files = { secret: 'ge:heim ü\n' }
  await said({ http: server.url, user: 'me', password_file: 'secret' }, { files })
  await said({ http: server.url, token_file: 'secret' }, { files })
  await said({ http: server.url.replace('//', '//me:ge%3Aheim@') })
  expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([
    `Basic ${Buffer.from('me:ge:heim ü').toString('base64')}`,
    Buffer.from('Bearer ge:heim ü').toString('latin1'),
    `Basic ${btoa('me:ge:heim')}`,
  ])
})
