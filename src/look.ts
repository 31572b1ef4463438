import { errorMessage, LastaliveError } from './core/errors.ts'
import { judgeBlocked } from './core/judge.ts'
import { judgeClock, judgeDatabase, judgeResponse } from './core/judge-database.ts'
import { judgeAll } from './core/judge-rows.ts'
import { clockOf, type Deadline, type Plan, responseOf, type Watched, type WatchedSource } from './core/plan.ts'
import type { Answer, Asked, Clock } from './core/ports.ts'
import type { Reading, Verdict } from './core/types.ts'
import { within } from './deadline.ts'
import { createTurns } from './turns.ts'

/** Hears of each thing that a source, `database:NAME`, is asked. */
export type OnAsked = (source: string, asked: Asked) => void

/** By then, of the whole time, each source has had its turn to begin, even if all before it hang. */
const STARTING_SHARE = 0.25

/**
 * Reads the selected checks, a number of sources side by side, and judges what they said. Changes nothing anywhere.
 *
 * @returns a verdict for each selected check and each of its rows, before them that of its source
 */
export async function look(
  plan: Plan,
  ports: { readonly clock: Clock; readonly onAsked?: OnAsked },
  deadline: Deadline,
): Promise<readonly Verdict[]> {
  const { sources, concurrency } = plan
  const turnMs = (deadline.timeout * 1_000 * STARTING_SHARE) / Math.ceil(sources.length / concurrency)
  const turns = createTurns(concurrency, { turnMs })
  const rows = await Promise.all(
    sources.map((watched) => turns.take(() => lookAt(watched, plan, { ...ports, deadline }))),
  )
  return rows.flat()
}

async function lookAt(
  { source, severities, watched, skewLimit, responseLimits }: WatchedSource,
  { selected }: Plan,
  { clock, deadline, onAsked }: { readonly clock: Clock; readonly deadline: Deadline; readonly onAsked?: OnAsked },
): Promise<readonly Verdict[]> {
  const wanted = watched.filter(({ check }) => selected.has(check.name))
  if (wanted.length === 0) return []
  const answer = await readSource(source, wanted, {
    clock,
    signal: deadline.reading,
    ...(onAsked === undefined ? {} : { onAsked: (asked: Asked) => onAsked(source.name, asked) }),
  })
  const { clocks, response } = answer
  const skew = clocks === undefined ? undefined : (clocks.asOf.getTime() - clocks.readAt.getTime()) / 1_000
  const severity = answer.fault === undefined ? 'ok' : severities[answer.fault.kind]
  const own = judgeDatabase(source.name, answer.fault, {
    severity,
    skew,
    response,
    hasResponseRow: responseLimits !== undefined,
  })
  const clockRow =
    skewLimit === undefined ? [] : [judgeClock(clockOf(source.name), { skew, limit: skewLimit, by: own })]
  const responseRow =
    responseLimits === undefined
      ? []
      : [judgeResponse(responseOf(source.name), { response, limits: responseLimits, by: own })]
  const verdicts = wanted.flatMap(({ check }) =>
    answer.fault === undefined
      ? judgeAll(check, answer.readings.get(check.name) ?? [NOT_REACHED])
      : [judgeBlocked(check, own)],
  )
  return [own, ...clockRow, ...responseRow, ...verdicts]
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
  options: Parameters<WatchedSource['source']['read']>[1],
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
