import type { JournalEntry } from '../../../src/core/ports.ts'
import type { Severity } from '../../../src/core/types.ts'
import { later } from '../builders.ts'

const RISING: readonly Severity[] = ['ok', 'unknown', 'warning', 'critical']

/** As what a check counts whose states these are: easing is not noticed, until it is ok. */
export function noticed(states: readonly Severity[]): readonly Severity[] {
  let known: Severity = 'ok'
  return states.map((state) => {
    known = state === 'ok' || RISING.indexOf(state) > RISING.indexOf(known) ? state : known
    return known
  })
}

/** What is noted of a check that counts as this, from one run to the next, so many seconds apart. */
export function journalOf(
  states: readonly Severity[],
  { check = 'mdx', apart = 1 }: { readonly check?: string; readonly apart?: number } = {},
): readonly JournalEntry[] {
  let since = later(0)
  return states.flatMap((state, run): readonly JournalEntry[] => {
    const before = states[run - 1] ?? 'ok'
    const severity = state === 'ok' ? before : state
    if (state === before || severity === 'ok') return []
    const at = later(run * apart)
    if (before === 'ok') since = at
    const event = state === 'ok' ? 'closed' : before === 'ok' ? 'opened' : 'worsened'
    const id = `${check} ${since.getTime()}`
    return [{ at, event, origin: 'here', check, id, episode: 1, severity, summary: state, since, start: since }]
  })
}
