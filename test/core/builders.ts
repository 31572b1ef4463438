import type { Check } from '../../src/core/check.ts'
import { upTo } from '../../src/core/judge/range.ts'
import type { BadSeverity, Cause, Incident, Severity, Told, Tried, Verdict } from '../../src/core/types.ts'
import { SQL } from '../../src/sources/sql/kind.ts'
import type { SqlCheck } from '../../src/sources/sql/look.ts'

/** The time that tests live in. */
export const NOON = new Date('2026-11-22T12:00:00Z')

/** Noon and so many seconds. */
export function later(seconds: number): Date {
  return new Date(NOON.getTime() + seconds * 1_000)
}

/** A check of manitou's last_alive with a warning at 5 and critical at 10 minutes. */
export function aCheck(changes: Partial<Check> = {}): SqlCheck {
  const check: Check = {
    name: 'mdx',
    source: 'mail',
    where: SQL.where as Check['where'],
    look: {
      kind: 'key',
      table: 'runtime_info',
      keyColumn: 'rt_key',
      valueColumn: 'rt_value',
      key: 'last_alive',
      rows: 'one',
    },
    measure: 'age',
    warning: upTo(300),
    critical: upTo(600),
    missing: 'unknown',
    futureTolerance: 60,
    clock: 'database',
    unit: 'auto',
    storedIn: 'UTC',
    faults: { unreachable: 'critical', timeout: 'unknown', denied: 'unknown', invalid: 'unknown', failed: 'unknown' },
    ...changes,
  }
  return check as SqlCheck
}

/** A verdict on mdx. */
export function aVerdict(severity: Severity, changes: Partial<Verdict> = {}): Verdict {
  const summary = severity === 'ok' ? 'alive 1 s ago (limit 5 min)' : 'silent for 42 min (limit 10 min)'
  return { check: 'mdx', kind: 'check', severity, cause: 'age', summary, metrics: [], ...changes }
}

/** An open incident of mdx that nobody has heard of yet; ops has to. */
export function anIncident(changes: Partial<Incident> = {}): Incident {
  return {
    id: 'id-1',
    origin: 'here',
    check: 'mdx',
    severity: 'critical',
    cause: 'age',
    summary: 'silent for 42 min (limit 10 min)',
    seenAt: NOON,
    limit: 600,
    lastBeat: later(-2_520),
    episode: 1,
    earlier: [],
    since: later(-1_920),
    openedAt: NOON,
    recoveries: 0,
    audience: ['ops'],
    told: {},
    tried: {},
    ...changes,
  }
}

/** That ops was told. */
export function aTold(kind: Told['kind'], changes: Partial<Told> = {}): Record<string, Told> {
  const severity: BadSeverity = 'critical'
  const cause: Cause = 'age'
  return { ops: { kind, severity, cause, episode: 1, at: NOON, count: 1, openingId: 'opening@here', ...changes } }
}

/** That ops could not be told. */
export function aTried(kind: Tried['kind'], count: number, at: Date = NOON): Record<string, Tried> {
  return { ops: { at, since: at, count, kind, error: 'refused the connection' } }
}
