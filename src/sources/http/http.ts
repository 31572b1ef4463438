import type { Check } from '../../core/check.ts'
import type { Answer, Asked as AskedOf, Source } from '../../core/ports.ts'
import type { SourceHome } from '../../core/source-kind.ts'
import type { Reading } from '../../core/types.ts'
import { readCertificates } from '../../io/net/certificates.ts'
import { exchange, type HttpEnd } from '../../io/net/http.ts'
import { SHORTEST_TOKEN } from '../../io/net/http-url.ts'
import { nowMs } from '../../io/now.ts'
import { redacted } from '../redacted.ts'
import { MOST_BYTES } from './body.ts'
import { readingOfFailure } from './faults.ts'
import type { HttpSettings } from './look.ts'
import { readingOfAnswer } from './reading.ts'
import { redirected, showUrl, type WebRequest } from './redirect.ts'
import { isAmong } from './status.ts'

type ReadOptions = Parameters<Source['read']>[1]

/** What the exchanges of one check have in common. */
interface Exchanges extends ReadOptions {
  readonly env: SourceHome['env']
  readonly ca?: Buffer
  /** in milliseconds, by the clock that nobody sets */
  readonly endMs: number
}

/** An answer after all redirects, or what became of the last request. */
export interface Came {
  readonly end: HttpEnd
  readonly asked: WebRequest
  /** why a redirect was not followed */
  readonly why?: string
}

/** So long after its own time, by which it has answered, what is asked would be given up from outside. */
const GRACE_MS = 60_000

/** The source of a check that asks a web server. */
export function createHttpSource(name: string, settings: HttpSettings, { env, readingTime }: SourceHome): Source {
  const timeoutMs = Math.min(settings.timeout, readingTime) * 1_000
  const secrets = secretsOf(settings)
  return {
    name,
    read: async (checks, options) => {
      const begun = nowMs()
      const { signal } = options
      const certificates = await readCertificates(settings.ca, { who: settings.url.host, signal })
      if ('error' in certificates) return unasked(checks, certificates.error)
      const came = await askAll(settings, { ...options, ...certificates, env, endMs: begun + timeoutMs })
      const response = came.end.kind === 'answered' ? { response: (nowMs() - begun) / 1_000 } : {}
      const readings = await readAll(checks, settings, came, options)
      const hidden = [...readings].map(([check, reading]) => [check, [redacted(reading, secrets)]] as const)
      return { readings: new Map(hidden), ...response }
    },
  }
}

/** What must not be seen of a check in any output. */
export function secretsOf({ url, token, user, password, headers, certificate }: HttpSettings): readonly string[] {
  const [ofUrl, ofUser] = [
    basic(decodeURIComponent(url.username), decodeURIComponent(url.password)),
    basic(user, password),
  ]
  const long = [...url.searchParams.values(), ...Object.values(headers)].filter(
    ({ length }) => length >= SHORTEST_TOKEN,
  )
  const all = [url.password, decodeURIComponent(url.password), ofUrl, ofUser, password, token, certificate, ...long]
  return all.filter((secret): secret is string => secret !== undefined && secret !== '')
}

function basic(user = '', password = ''): string {
  return user === '' && password === '' ? '' : Buffer.from(`${user}:${password}`).toString('base64')
}

function firstOf({ url, method, headers, body, user, password, token, certificate }: HttpSettings): WebRequest {
  const isJson = /^\s*[[{]/.test(body)
  const given = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), bytesOf(value)])
  return {
    url,
    method,
    headers: {
      'user-agent': 'lastalive',
      accept: '*/*',
      'accept-encoding': 'identity',
      'cache-control': 'no-cache',
      ...(body === '' ? {} : { 'content-type': isJson ? 'application/json' : 'text/plain; charset=utf-8' }),
      ...Object.fromEntries(given),
      ...(token === undefined ? {} : { authorization: bytesOf(`Bearer ${token}`) }),
      ...(user === undefined ? {} : { authorization: `Basic ${basic(user, password)}` }),
    },
    body: Buffer.from(body),
    ...(certificate === undefined ? {} : { certificate }),
  }
}

/** In the bytes of UTF-8, which Node takes one by one. */
function bytesOf(value: string): string {
  return Buffer.from(value, 'utf8').toString('latin1')
}

/** Asks, and asks again where it is led to, unless that is what was wanted. */
async function askAll(settings: HttpSettings, exchanges: Exchanges): Promise<Came> {
  let asked = firstOf(settings)
  for (let left = settings.redirects; ; left--) {
    const end = await askOne(asked, exchanges)
    if (end.kind !== 'answered' || isAmong(end.status, settings.statuses)) return { end, asked }
    const next = redirected(asked, end)
    if (next === undefined) return { end, asked }
    if ('why' in next) return { end, asked, why: next.why }
    if (left === 0) return { end, asked, why: whyNot(next.url, settings.redirects) }
    asked = next
  }
}

function whyNot(url: URL, redirects: number): string {
  if (redirects === 0) return `to ${showUrl(url)}, which is not followed; write that URL, or follow: true`
  return `for the ${redirects + 1}th time, to ${showUrl(url)}`
}

async function askOne(asked: WebRequest, { signal, endMs, onAsked, env, ca }: Exchanges): Promise<HttpEnd> {
  const begun = nowMs()
  const timeoutMs = Math.max(endMs - begun, 0)
  const deadline = new Date(Date.now() + timeoutMs + GRACE_MS)
  const limits = { timeoutMs, mostBytes: MOST_BYTES, env, ...(ca === undefined ? {} : { ca }) }
  const end = await exchange({ ...asked, ...limits }, { signal, deadline })
  const one: AskedOf = { what: `${asked.method} ${showUrl(asked.url)}`, with: [], seconds: (nowMs() - begun) / 1_000 }
  onAsked?.(end.kind === 'answered' ? { ...one, rows: 1 } : one)
  return end
}

async function readAll(
  checks: readonly Check[],
  settings: HttpSettings,
  { end, asked, why }: Came,
  options: ReadOptions,
): Promise<ReadonlyMap<string, Reading>> {
  const each = async (read: (check: Check) => Reading | Promise<Reading>) =>
    new Map(await Promise.all(checks.map(async (check) => [check.name, await read(check)] as const)))
  if (end.kind !== 'answered') return await each(() => readingOfFailure(end, asked.url))
  if (!/^1\.\d$/.test(end.version) || end.status < 100) return await each(() => NOT_HTTP)
  const through = asked.url.origin === settings.url.origin ? '' : `, at ${showUrl(asked.url)}`
  return await each((check) => readingOfAnswer(check, { settings, answer: end, through, why, options }))
}

const NOT_HTTP: Reading = {
  kind: 'fault',
  fault: { kind: 'invalid', scope: 'check', message: 'answered, but not as HTTP has it' },
}

/** Nothing is asked without the certificates that were to be trusted. */
function unasked(checks: readonly Check[], message: string): Answer {
  const reading: Reading = { kind: 'fault', fault: { kind: 'failed', scope: 'check', message } }
  return { readings: new Map(checks.map(({ name }) => [name, [reading]])) }
}
