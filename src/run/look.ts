import type { Check } from '../core/check.ts'
import { errorMessage, FaultError, LastaliveError } from '../core/errors.ts'
import type { Remark } from '../core/incident/remark.ts'
import { mistakeInAnswer, mistakeInReadings } from '../core/judge/answer.ts'
import { judgeBlocked } from '../core/judge/judge.ts'
import type { Memory } from '../core/judge/memory.ts'
import type { Limits } from '../core/judge/range.ts'
import { judgeAll } from '../core/judge/rows.ts'
import { judgeClock, judgeDatabase, judgeResponse, withResponse } from '../core/judge/source.ts'
import { tidy } from '../core/judge/verdict.ts'
import { bareNameOf, STRAY_IN_RUN } from '../core/names.ts'
import type { Deadline, Plan, WatchedSource } from '../core/plan.ts'
import type { Answer, Asked, Clock } from '../core/ports.ts'
import type { Fault, Reading, Verdict } from '../core/types.ts'
import { held, within } from './deadline.ts'
import { createLimiter } from './limiter.ts'
import type { Recalling } from './recall.ts'
import { containUntil, nextRound } from './strays.ts'

/** Hears of each thing that a source is asked, by its name. */
export type OnAsked = (source: string, asked: Asked) => void

/** What looking takes. */
interface LookPorts extends Recalling {
  readonly clock: Clock
  readonly onAsked?: OnAsked
  /** hears of what ought to be known of a source */
  readonly onRemark?: (remark: Remark) => void
}

/** By then, of the whole time, each source has had its turn to begin, even if all before it hang. */
const STARTING_SHARE = 0.25

/**
 * Reads the selected checks, a number of sources side by side, and judges what they said. Changes nothing anywhere.
 *
 * @returns a verdict for each selected check and each of its rows, before them that of its source
 */
export async function look(plan: Plan, ports: LookPorts, deadline: Deadline): Promise<readonly Verdict[]> {
  const { sources, concurrency } = plan
  const turnMs = (deadline.timeout * 1_000 * STARTING_SHARE) / Math.ceil(sources.length / concurrency)
  const turns = createLimiter(concurrency, { turnMs })
  const read = (watched: WatchedSource) => turns.take(() => lookAt(watched, plan, { ...ports, deadline }))
  const rows = await held(deadline.at, () => Promise.all(sources.map(read)))
  await nextRound()
  return rows.flat()
}

async function lookAt(
  watched: WatchedSource,
  { selected }: Plan,
  { clock, deadline, onAsked, onRemark, ...recalling }: LookPorts & { readonly deadline: Deadline },
): Promise<readonly Verdict[]> {
  const { source } = watched
  const checks = watched.watched.map(({ check }) => check).filter(({ name }) => selected.has(name))
  if (checks.length === 0) return []
  const answer = await readSource(source, checks, {
    clock,
    signal: deadline.reading,
    ...(recalling.memory === undefined ? {} : { memory: await memoryOf(checks, recalling.memory) }),
    ...(onAsked === undefined ? {} : { onAsked: (asked: Asked) => onAsked(bareNameOf(source.name), asked) }),
  })
  try {
    if (onRemark !== undefined) for (const remark of answer.remarks ?? []) onRemark(remark)
    return judgeAnswer(watched, checks, await recalled(checks, answer, { ...recalling, now: clock.now() }))
  } catch (error) {
    return judgeAnswer(watched, checks, faulty(unforeseen(errorMessage(error), 'source')))
  }
}

/** Most remember nothing: what reads and writes it is loaded where something does. */
async function memoryOf(checks: readonly Check[], memory: Memory): Promise<Memory> {
  return memory.size === 0 ? memory : (await import('./recall.ts')).memoryFor(checks, memory)
}

async function recalled(
  checks: readonly Check[],
  answer: Answer,
  recalling: Recalling & { readonly now: Date },
): Promise<Answer> {
  const isNothing = answer.memory === undefined && checks.every(({ by }) => by === undefined)
  return isNothing ? answer : (await import('./recall.ts')).recall(checks, answer, recalling)
}

function judgeAnswer(watched: WatchedSource, checks: readonly Check[], answer: Answer): readonly Verdict[] {
  const { source, severities, skewLimit, responseLimits, isOfOneCheck } = watched
  if (isOfOneCheck === true) return judgeOne(checks, answer, responseLimits)
  const { clocks, response } = answer
  const skew = clocks === undefined ? undefined : (clocks.asOf.getTime() - clocks.readAt.getTime()) / 1_000
  const severity = answer.fault === undefined ? 'ok' : severities[answer.fault.kind]
  const name = bareNameOf(source.name)
  const own = judgeDatabase(name, answer.fault, {
    severity,
    skew,
    response,
    hasResponseRow: responseLimits !== undefined,
  })
  const clockRow = skewLimit === undefined ? [] : [judgeClock(name, { skew, limit: skewLimit, by: own })]
  const responseRow =
    responseLimits === undefined ? [] : [judgeResponse(name, { response, limits: responseLimits, by: own })]
  const verdicts = checks.flatMap((check) =>
    answer.fault === undefined ? judgeSaid(check, answer.readings.get(check.name)) : [judgeBlocked(check, own)],
  )
  return [own, ...clockRow, ...responseRow, ...verdicts]
}

/** What is read for one check alone: what keeps it from being read is its own fault. */
function judgeOne(checks: readonly Check[], answer: Answer, limits: Limits = {}): readonly Verdict[] {
  return checks.flatMap((check) => {
    const { fault, response } = answer
    const readings = fault === undefined ? answer.readings.get(check.name) : [{ kind: 'fault', fault } as const]
    // What is no database has no clock of its own.
    const verdicts = judgeSaid(check, readings ?? [NOT_READ]).map(({ skew: _, ...verdict }) => verdict)
    return response === undefined ? verdicts : verdicts.map((verdict) => withResponse(verdict, { response, limits }))
  })
}

/** What was said of one check, which must not silence the others either: it may be anything at all. */
function judgeSaid(check: Check, readings: readonly Reading[] = [NOT_REACHED]): readonly Verdict[] {
  try {
    const mistake = mistakeInReadings(readings)
    if (mistake === undefined) return judgeAll(check, readings)
    return judgeAll(check, [{ kind: 'fault', fault: unforeseen(`the source gave ${mistake}`, 'check') }])
  } catch (error) {
    return judgeAll(check, [{ kind: 'fault', fault: unforeseen(errorMessage(error), 'check') }])
  }
}

/** What a check is told whose turn did not come. */
const notReached = (cure: string): Reading => ({
  kind: 'fault',
  fault: { kind: 'timeout', scope: 'check', message: 'not read: the time for reading was over', cure },
})

const NOT_REACHED = notReached('give the run more time with -t, or the database a timeout of its own')
const NOT_READ = notReached('give the run more time with -t, or the check a shorter timeout')

const NO_ANSWER: Answer = {
  readings: new Map(),
  fault: { kind: 'timeout', scope: 'source', message: 'no answer within the time for reading' },
}

/** Whatever comes of it, it is told: a defect of ours in one driver must not silence the checks on the others. */
async function readSource(
  source: WatchedSource['source'],
  checks: readonly Check[],
  options: Parameters<WatchedSource['source']['read']>[1],
): Promise<Answer> {
  const { signal } = options
  try {
    const reading = containUntil(signal, (ending) => source.read(checks, { ...options, signal: ending }))
    const answer = await within(reading, { signal, late: () => NO_ANSWER })
    const mistake = mistakeInAnswer(answer)
    return mistake === undefined ? answer : faulty(unforeseen(`the source gave ${mistake}`, 'source'))
  } catch (error) {
    if (error instanceof FaultError) return faulty({ ...error.fault, scope: 'source' })
    const words = errorMessage(error)
    return faulty(
      error instanceof LastaliveError
        ? { kind: 'failed', scope: 'source', message: words }
        : unforeseen(words, 'source'),
    )
  }
}

function faulty(fault: Fault): Answer {
  return { readings: new Map(), fault }
}

function unforeseen(words: string, scope: Fault['scope']): Fault {
  return { kind: 'failed', scope, message: `unforeseen: ${words}` }
}

/**
 * The verdict on exceptions that belong to nothing that was read: what was read stands, and somebody must look.
 *
 * @param words what was thrown
 * @returns none where nothing was
 */
export function judgeStrays(words: readonly string[]): readonly Verdict[] {
  if (words.length === 0) return []
  const row = { check: STRAY_IN_RUN, kind: 'run' as const, metrics: [] }
  return [{ ...row, severity: 'unknown', cause: 'failed', summary: tidy(words.join('; ')) }]
}
