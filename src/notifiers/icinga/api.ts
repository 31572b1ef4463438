import { clean, quote, redact, shorten } from '../../core/words/text.ts'
import type { HttpAnswer, HttpEnd } from '../../io/net/http.ts'
import type { HttpTarget } from '../../io/net/http-url.ts'
import type { TimeLimit } from '../../io/time-left.ts'
import { httpOutcome, type WebServer } from '../http-outcome.ts'
import { type Outcome, refusedForGood, refusedForNow, uncertain } from '../outcome.ts'
import type { CheckResult } from './check-results.ts'

export interface ApiSettings {
  readonly target: HttpTarget
  /** certificates to trust in place of the system's */
  readonly ca?: Buffer
  readonly timeoutMs: number
  /** such as "icinga nms at icinga.example:5665" */
  readonly who: string
  readonly source: string
}

const LENGTH = 400
const SAID_LENGTH = 160

/**
 * Sends one result to Icinga 2 through its API.
 *
 * @see https://icinga.com/docs/icinga-2/latest/doc/12-icinga2-api/#process-check-result
 */
export async function postResult(
  result: CheckResult,
  { target, ca, timeoutMs, who, source }: ApiSettings,
  options: TimeLimit,
): Promise<Outcome> {
  const { exchange } = await import('../../io/net/http.ts')
  const { host, service, code, lines, perfdata } = result
  const content = {
    type: 'Service',
    service: `${host}!${service}`,
    exit_status: code,
    plugin_output: lines.join('\n'),
    performance_data: perfdata === '' ? [] : [perfdata],
    check_source: source,
  }
  const request = {
    url: actionUrl(target),
    method: 'POST',
    headers: { 'user-agent': 'lastalive', accept: 'application/json', 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(content)),
    ...(ca === undefined ? {} : { ca }),
    timeoutMs,
  }
  const asked = { who, host: target.host, secrets: [...target.secrets, ...target.hidden] }
  return outcomeOf(await exchange(request, options), asked, content.service)
}

/** Keeps a path: the API may be behind another server. */
function actionUrl({ url }: HttpTarget): URL {
  const whole = new URL(url)
  whole.pathname = `${url.pathname.replace(/(\/v1)?\/*$/, '')}/v1/actions/process-check-result`
  return whole
}

function outcomeOf(end: HttpEnd, asked: WebServer, named: string): Outcome {
  const outcome = httpOutcome(end, asked)
  if (end.kind !== 'answered') return outcome
  const said = saidIn(end)
  const present = (words: string): string => shorten(clean(`${asked.who} ${words}`), LENGTH)
  if (said === undefined) {
    if (outcome.kind !== 'accepted') return outcome
    return uncertain(present(`answered ${end.status}, but not as Icinga does; it may have taken the result`))
  }
  if (said.code >= 200 && said.code < 300) return outcome
  if (said.code === 404) return refusedForGood(present(unknownWords(named)))
  const words = shorten(redact(said.status, asked.secrets), SAID_LENGTH)
  const all = present(`refused the result of ${quote(named)} with ${said.code}: ${words}`)
  return said.code >= 500 ? refusedForNow(all) : refusedForGood(all)
}

/** Icinga gives the same answer for a missing service and for one that the user may not touch. */
function unknownWords(named: string): string {
  const permission = 'actions/process-check-result'
  return `knows no service ${quote(named)}; create it there, with enable_passive_checks, and give the user of the API the permission ${permission}`
}

interface Said {
  readonly code: number
  readonly status: string
}

/** Icinga's answer about the service, or about the request; undefined if it is not from Icinga. */
function saidIn({ text }: HttpAnswer): Said | undefined {
  const { results, error, status } = fieldsIn(text)
  const [first] = Array.isArray(results) ? results : [{ code: error, status }]
  const said: Readonly<Record<string, unknown>> = { ...first }
  return typeof said.code === 'number' ? { code: said.code, status: String(said.status ?? '') } : undefined
}

function fieldsIn(text: string): Readonly<Record<string, unknown>> {
  try {
    return { ...JSON.parse(text) }
  } catch (error) {
    if (error instanceof SyntaxError) return {}
    throw error
  }
}
