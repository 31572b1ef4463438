import type { Message } from '../../core/incident/notice.ts'
import type { Notifier } from '../../core/ports.ts'
import type { Seconds } from '../../core/types.ts'
import { clean } from '../../core/words/text.ts'
import { readCertificates } from '../../io/net/certificates.ts'
import type { HttpTarget } from '../../io/net/http-url.ts'
import { isTooLate, type TimeLimit } from '../../io/time-left.ts'
import { type Outcome, oneRecipient, refusedForGood, refusedForNow } from '../outcome.ts'
import { type CheckResult, checkResultsOf, type Naming } from './check-results.ts'

export type ResultTaker =
  | { readonly kind: 'command file'; readonly path: string }
  /** `ca`: path of the certificates to trust in place of the system's */
  | { readonly kind: 'api'; readonly target: HttpTarget; readonly ca?: string }

export interface IcingaSettings extends Naming {
  readonly place: ResultTaker
  readonly timeout: Seconds
}

/**
 * A notifier that turns each notice into a passive check result for its service. It is one recipient, with its own
 * name. Sending a result twice changes nothing.
 */
export function createIcingaNotifier(name: string, settings: IcingaSettings): Notifier {
  return oneRecipient(name, (message, options) => tell(message, { ...settings, who: whoOf(name, settings) }, options))
}

function whoOf(name: string, { place }: IcingaSettings): string {
  return place.kind === 'api'
    ? `icinga ${name} at ${clean(place.target.host)}`
    : `icinga ${name} (${clean(place.path)})`
}

interface TellOptions extends TimeLimit {
  readonly who: string
  readonly timeoutMs: number
  readonly source: string
}

async function tell(
  message: Message,
  { place, timeout, who, ...naming }: IcingaSettings & { readonly who: string },
  options: TimeLimit,
): Promise<Outcome> {
  if (isTooLate(options)) return refusedForNow(`${who} was not told: no time left`)
  const results = checkResultsOf(message, naming, new Date())
  const more = { ...options, who, timeoutMs: timeout * 1_000, source: message.instance }
  const outcome = await (place.kind === 'api' ? tellApi(place, results, more) : tellFile(place, results, more))
  if (outcome.kind !== 'accepted' || message.moreFacts === 0) return outcome
  return refusedForGood(`${who} was not told of ${message.moreFacts} notices more; write group: check`)
}

async function tellFile(
  { path }: Extract<ResultTaker, { kind: 'command file' }>,
  results: readonly CheckResult[],
  options: TellOptions,
): Promise<Outcome> {
  const { writeResults } = await import('./command-file.ts')
  return writeResults(path, results, options)
}

async function tellApi(
  { target, ca: path }: Extract<ResultTaker, { kind: 'api' }>,
  results: readonly CheckResult[],
  { who, timeoutMs, source, ...options }: TellOptions,
): Promise<Outcome> {
  const certificates = await readCertificates(path, { who, signal: options.signal })
  if ('error' in certificates) return refusedForNow(certificates.error)
  const { postResult } = await import('./api.ts')
  let refused: Outcome | undefined
  for (const result of results) {
    const outcome = await postResult(result, { target, who, timeoutMs, source, ...certificates }, options)
    // A refusal for good is about one result only. A server that does not answer will not answer for the others.
    if (outcome.kind === 'refused' && outcome.permanent) refused ??= outcome
    else if (outcome.kind !== 'accepted') return outcome
  }
  return refused ?? { kind: 'accepted', by: who }
}
