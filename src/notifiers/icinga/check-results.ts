import type { Fact, Message } from '../../core/incident/notice.ts'
import { exitCodeOf } from '../../core/judge/severity.ts'
import { fieldsOf, fillTemplate } from '../../core/words/template.ts'
import { clean, shorten } from '../../core/words/text.ts'

/** A passive check result for one service of Nagios or Icinga. */
export interface CheckResult {
  readonly host: string
  readonly service: string
  readonly code: number
  /** clean; lists show the first */
  readonly lines: readonly string[]
  readonly perfdata: string
}

/** The host and the service of a result, with fields in braces. */
export interface Naming {
  readonly host: string
  readonly service: string
}

/** In characters. With four bytes each, two names, a line and its foot still fit into one write to a pipe. */
const NAME_LENGTH = 200
const LINE_LENGTH = 400

/**
 * A result for each service that a message is about, worst first.
 *
 * @param now the end of the figure `outage` while it is open
 */
export function checkResultsOf(message: Message, naming: Naming, now: Date): readonly CheckResult[] {
  const foot = clean(`Told by ${shorten(message.instance, LINE_LENGTH / 4)}: ${message.id}`)
  const results = new Map<string, CheckResult>()
  for (const fact of message.facts) {
    const named = namesOf(fact, message, naming)
    const id = JSON.stringify(named)
    const line = shorten(clean(fact.headline), LINE_LENGTH)
    const before = results.get(id)
    // If several notices share a service, the first counts, which is the worst.
    const result = before ?? { ...named, code: exitCodeOf(fact.state), lines: [], perfdata: outageOf(fact, now) }
    results.set(id, { ...result, lines: before === undefined ? [line, foot] : [...before.lines, line] })
  }
  return [...results.values()]
}

function namesOf(fact: Fact, { facts, moreFacts, instance }: Message, { host, service }: Naming): Naming {
  const fields = fieldsOf(fact, { instance, count: facts.length + moreFacts })
  const fill = (template: string): string => fillTemplate(template, fields).trim()
  // A template of `{item}` alone is empty for a check without rows.
  return { host: nameOf(fill(host) || instance), service: nameOf(fill(service) || fact.title) }
}

/** A semicolon ends a name in external commands, and cannot be escaped. */
function nameOf(text: string): string {
  return shorten(clean(text).replaceAll(';', ','), NAME_LENGTH)
}

/** From when the limit was crossed to its end, or to now. */
function outageOf({ kind, state, since, closedAt }: Fact, now: Date): string {
  if (kind === 'test') return ''
  const end = state === 'ok' ? (closedAt ?? since) : now
  return `outage=${Math.max(0, Math.floor((end.getTime() - since.getTime()) / 1_000))}s;;;0`
}
