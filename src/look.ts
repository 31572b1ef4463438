import { errorMessage, LastaliveError } from './core/errors.ts'
import { judgeBlocked, judgeClock, judgeDatabase } from './core/judge.ts'
import { judgeAll } from './core/judge-rows.ts'
import { clockOf, type Deadline, type Plan, type Watched, type WatchedSource } from './core/plan.ts'
import type { Answer, Clock } from './core/ports.ts'
import type { Reading, Verdict } from './core/types.ts'
import { within } from './deadline.ts'

/**
 * Reads the selected checks, all sources side by side, and judges what they said. Changes nothing anywhere.
 *
 * @returns a verdict for each selected check and each of its rows, before them that of its source
 */
export async function look(
  plan: Plan,
  ports: { readonly clock: Clock },
  deadline: Deadline,
): Promise<readonly Verdict[]> {
  const rows = await Promise.all(plan.sources.map((watched) => lookAt(watched, plan, { ...ports, deadline })))
  return rows.flat()
}

async function lookAt(
  { source, severities, watched, skewLimit }: WatchedSource,
  { selected }: Plan,
  { clock, deadline }: { readonly clock: Clock; readonly deadline: Deadline },
): Promise<readonly Verdict[]> {
  const wanted = watched.filter(({ check }) => selected.has(check.name))
  if (wanted.length === 0) return []
  const answer = await readSource(source, wanted, { clock, signal: deadline.reading })
  const { clocks } = answer
  const skew = clocks === undefined ? undefined : (clocks.asOf.getTime() - clocks.readAt.getTime()) / 1_000
  const severity = answer.fault === undefined ? 'ok' : severities[answer.fault.kind]
  const own = judgeDatabase(source.name, answer.fault, { severity, ...(skew === undefined ? {} : { skew }) })
  const clockRow =
    skewLimit === undefined ? [] : [judgeClock(clockOf(source.name), { skew, limit: skewLimit, by: own })]
  const verdicts = wanted.flatMap(({ check }) =>
    answer.fault === undefined
      ? judgeAll(check, answer.readings.get(check.name) ?? [NOT_REACHED])
      : [judgeBlocked(check, own)],
  )
  return [own, ...clockRow, ...verdicts]
}

/** What a check is told whose turn did not come. */
const NOT_REACHED: Reading = {
  kind: 'fault',
  fault: {
    kind: 'timeout',
    scope: 'check',
    message: 'not read: the time for reading was over',
    cure: 'give the run more time with -t, or the database a timeout of its own',
  },
}

const NO_ANSWER: Answer = {
  readings: new Map(),
  fault: { kind: 'timeout', scope: 'database', message: 'no answer within the time for reading' },
}

async function readSource(
  source: WatchedSource['source'],
  watched: readonly Watched[],
  options: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<Answer> {
  try {
    const checks = watched.map(({ check }) => check)
    return await within(source.read(checks, options), { signal: options.signal, late: () => NO_ANSWER })
  } catch (error) {
    // Whatever it is, it is told: a defect of ours in one driver must not silence the checks on the others.
    const words = error instanceof LastaliveError ? errorMessage(error) : `unforeseen: ${errorMessage(error)}`
    return { readings: new Map(), fault: { kind: 'failed', scope: 'database', message: words } }
  }
}
