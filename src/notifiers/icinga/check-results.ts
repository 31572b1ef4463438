import type { Fact, Message } from '../../core/incident/notice.ts'
import { exitCodeOf } from '../../core/judge/severity.ts'
import { fieldsOf, fillTemplate } from '../../core/words/template.ts'
import { clean, shorten } from '../../core/words/text.ts'

/** What one service of Nagios or Icinga is told of itself: a passive check result. */
export interface CheckResult {
  readonly host: string
  readonly service: string
  /** exit code of a plugin */
  readonly code: number
  /** clean, the first the one that is shown in lists */
  readonly lines: readonly string[]
  /** empty where there is nothing to measure */
  readonly perfdata: string
}

/** Whose result it is, with fields in braces. */
export interface Naming {
  readonly host: string
  readonly service: string
}

/** In characters. Four bytes each, two names, a line and its foot still fit into what a pipe takes at once. */
const NAME_LENGTH = 200
const LINE_LENGTH = 400

/**
 * What a message says, as a result for each service that it is about, worst first.
 *
 * @param now until when what is not over has lasted
 */
export function checkResultsOf(message: Message, naming: Naming, now: Date): readonly CheckResult[] {
  const foot = clean(`Told by ${shorten(message.instance, LINE_LENGTH / 4)}: ${message.id}`)
  const results = new Map<string, CheckResult>()
  for (const fact of message.facts) {
    const named = namesOf(fact, message, naming)
    const id = JSON.stringify(named)
    const line = shorten(clean(fact.headline), LINE_LENGTH)
    const before = results.get(id)
    // Of several that one service stands for the first decides, which is the worst.
    const result = before ?? { ...named, code: exitCodeOf(fact.state), lines: [], perfdata: outageOf(fact, now) }
    results.set(id, { ...result, lines: before === undefined ? [line, foot] : [...before.lines, line] })
  }
  return [...results.values()]
}

function namesOf(fact: Fact, { facts, moreFacts, instance }: Message, { host, service }: Naming): Naming {
  const fields = fieldsOf(fact, { instance, count: facts.length + moreFacts })
  const fill = (template: string): string => fillTemplate(template, fields).trim()
  // One of `{item}` alone names nothing where a check has no rows.
  return { host: nameOf(fill(host) || instance), service: nameOf(fill(service) || fact.title) }
}

/** A semicolon ends a name in external commands, and in no way can be written there. */
function nameOf(text: string): string {
  return shorten(clean(text).replaceAll(';', ','), NAME_LENGTH)
}

/** How long it has been bad: from when the limit was crossed to its end, or to now. */
function outageOf({ kind, state, since, closedAt }: Fact, now: Date): string {
  if (kind === 'test') return ''
  const end = state === 'ok' ? (closedAt ?? since) : now
  return `outage=${Math.max(0, Math.floor((end.getTime() - since.getTime()) / 1_000))}s;;;0`
}
