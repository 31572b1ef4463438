import { expect, onTestFinished, test } from 'vitest'
import { startWeb, type WebFixture } from '../../support/web.ts'
import { said } from '../one-check.ts'

async function answering(body: string, headers: Readonly<Record<string, string>> = {}): Promise<WebFixture> {
  const server = await startWeb()
  onTestFinished(() => server.stop())
  server.answer({ status: 200, body, headers })
  return server
}

const ago = (seconds: number): Date => new Date(Date.now() - seconds * 1_000)

test.each([
  ['in JSON', { json: '$.worker.seen' }, () => JSON.stringify({ worker: { seen: ago(120) } })],
  ['behind a BOM', { json: '$.seen' }, () => `\ufeff{"seen": ${ago(120).getTime()}}`],
  ['by a pattern', { pattern: 'seen=(\\S+)' }, () => `a=b seen=${ago(120).toISOString()} c=d`],
  ['all there is', { measure: 'age' }, () => `${Math.floor(ago(120).getTime() / 1_000)}\n`],
])('a time is a beat: %s', async (_, keys, body) => {
  const { url } = await answering(body())
  expect(await said({ http: url, critical: '5m', ...keys })).toMatch(
    /^ok: alive (2 min|1 min 59 s|2 min 1 s) ago \(limit 5 min\)$/,
  )
  expect(await said({ http: url, critical: '1m', ...keys })).toMatch(
    /^critical: silent for (2 min|1 min 59 s|2 min 1 s) \(limit 1 min\)$/,
  )
})

test('a time in a header is one, by the clock of the server', async () => {
  const date = ago(60)
  const { url } = await answering('', {
    'last-modified': new Date(date.getTime() - 600_000).toUTCString(),
    date: date.toUTCString(),
  })
  const check = { http: url, header: 'Last-Modified', critical: '5m' }
  expect(await said(check)).toBe('critical: silent for 10 min (limit 5 min)')
  expect(await said({ ...check, clock: 'local' })).toBe('critical: silent for 11 min (limit 5 min)')
  expect(await said({ ...check, method: 'HEAD' })).toBe('critical: silent for 10 min (limit 5 min)')
})

test('a copy that a cache has kept is of the time that it was made, and as old as it says', async () => {
  const made = ago(200).toUTCString()
  const check = { header: 'Last-Modified', critical: '5m' }
  const aged = await answering('', { 'last-modified': made, date: made, age: '200' })
  expect(await said({ http: aged.url, ...check })).toMatch(/^ok: alive 3 min 2\d s ago/)
  const old = await answering('', { 'last-modified': ago(7_200).toUTCString(), date: ago(7_200).toUTCString() })
  expect(await said({ http: old.url, ...check })).toMatch(
    /^unknown: the answer is of .* GMT, far from this host's clock: an old copy, or a wrong clock$/,
  )
  expect(await said({ http: old.url, ...check, clock: 'local' })).toBe('critical: silent for 2 h (limit 5 min)')
})

test.each([
  [{ json: '$.jobs' }, '{"jobs": 7}', 'critical: 7 (limit 5)'],
  [{ pattern: 'jobs (\\d+)' }, 'jobs 3', 'ok: 3 (limit 5)'],
  [{ header: 'X-Jobs' }, '', 'critical: 9 (limit 5)'],
  [{}, '12', 'critical: 12 (limit 5)'],
])('a number is judged by its limits: %o', async (keys, body, words) => {
  const { url } = await answering(body, { 'x-jobs': '9' })
  expect(await said({ http: url, measure: 'number', critical: 5, ...keys })).toBe(words)
})

test('a deadline counts down', async () => {
  const { url } = await answering(`{"until": "${ago(-86_400).toISOString()}"}`)
  expect(await said({ http: url, json: '$.until', expires: true, warning: '7d left' })).toMatch(/^warning: .*left/)
})

test.each([
  [{ json: '$.other' }, 'unknown: the value: there is no $.other'],
  [{ json: '$.seen', missing: 'critical' }, 'critical: the value: null at $.seen'],
  [{ pattern: 'x(\\d+)' }, 'unknown: the value: the pattern does not match "{"seen":null}"'],
  [{ header: 'X-Seen' }, 'unknown: the header X-Seen is not there'],
  [{ measure: 'age' }, 'unknown: the value: "{"seen":null}" is not a timestamp'],
  [{ json: '$.seen', contains: 'well' }, 'critical: answered 200 OK, without "well": {"seen":null}'],
])('what is not there, or no time: %o', async (keys, words) => {
  const { url } = await answering('{"seen":null}')
  expect(await said({ http: url, critical: '5m', ...keys })).toBe(words)
})

test('a status that was not wanted comes before what is read', async () => {
  const server = await answering('')
  server.answer({ status: 500, body: '{"seen": 1}' })
  expect(await said({ http: server.url, json: '$.seen', critical: '5m' })).toBe(
    'critical: answered 500 Internal Server Error, not 200-299: {"seen": 1}',
  )
})
