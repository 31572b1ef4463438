import { randomUUID } from 'node:crypto'
import { errorMessage, UsageError } from '../../../core/errors.ts'
import { present } from '../../../core/given.ts'
import { type JobEvent, type JobOutcome, OUTPUT_KEPT } from '../../../core/job.ts'
import { quote } from '../../../core/words/text.ts'
import { nowMs } from '../../../io/now.ts'
import { collectStrays } from '../../../run/strays.ts'
import type { JobOptions } from '../../options/jobs.ts'
import { complain, type World } from '../../world.ts'
import { createBeats } from './beats.ts'
import { type Running, runCommand } from './command.ts'
import { createWatch, type Watch } from './watch.ts'

/** The options of `exec`. */
export interface ExecOptions extends JobOptions {
  readonly capture?: boolean
  readonly output?: boolean
  readonly failOn?: readonly string[]
  readonly expect?: readonly string[]
  readonly skipCode?: readonly number[]
}

/** So long after its end a command's last words are on their way. */
const AT_ONCE_MS = 100

/**
 * Runs a command, and leaves its start and end as beats of a job. Nothing that goes wrong here keeps the command from
 * running, nor changes its exit code.
 *
 * @returns the exit code of the command, as a shell has it
 */
export async function execCommand(
  job: string,
  command: readonly string[],
  { options, world }: { readonly options: ExecOptions; readonly world: World },
): Promise<number> {
  assertNamed(job, world)
  assertUsable(options)
  // What is thrown in one of our sockets must not end us before the command.
  collectStrays()
  const head = { job, runId: options.runId ?? randomUUID(), host: world.hostName }
  const watch = isWatched(options) ? createWatch(options, OUTPUT_KEPT) : undefined
  const [at, begun] = [new Date(), nowMs()]
  const running = runCommand(command, { world, watch })
  const beats = createBeats(job, { options, world })
  const expected = present({ every: options.every, grace: options.grace })
  void beats.leave({ ...head, at, what: 'start', ...expected })
  const { code, why } = await running.ended
  const interrupted = interruption(world)
  if (why !== undefined) complain(world, why)
  const ended = {
    ...head,
    at: new Date(),
    what: 'end' as const,
    exitCode: code,
    duration: Math.round(nowMs() - begun) / 1_000,
  }
  const endedSo = (): JobEvent => ({
    ...ended,
    ...outcomeOf(code, { watch, problem: running.problem() }, options),
    ...present({ message: why }),
  })
  const isWhole = await Promise.race([running.drained().then(() => true), later(AT_ONCE_MS)])
  if (!isWhole) {
    // Whoever reads our output is slow. The end is not to wait for that.
    await beats.leave({ ...endedSo(), ...sizeOf(watch, options) })
    await Promise.race([running.drained(), interrupted])
  }
  sayWhatIsLost(running, world)
  await beats.leave({ ...endedSo(), ...outputOf(watch, options) })
  return code
}

/** Where its output is neither kept nor looked at, nothing stands between the command and whoever reads it. */
function isWatched({ capture, output, failOn, expect }: ExecOptions): boolean {
  return capture !== false && (output !== false || failOn !== undefined || expect !== undefined)
}

/** Behind the dashes stands the command, and its first word is no name. */
function assertNamed(job: string, { argv }: World): void {
  const dashes = argv.indexOf('--')
  if (dashes < 0 || argv.slice(0, dashes).includes(job)) return
  throw new UsageError('the name of the job is missing; write lastalive exec NAME -- COMMAND')
}

function assertUsable({ capture, failOn, expect, output, grace, every }: ExecOptions): void {
  if (grace !== undefined && every === undefined) throw new UsageError('--grace goes with --every')
  const empty = failOn?.includes('') === true ? '--fail-on' : expect?.includes('') === true ? '--expect' : undefined
  if (empty !== undefined) throw new UsageError(`${empty} is empty (a variable that is not set?); write a text`)
  if (capture !== false) return
  const looks = failOn !== undefined ? '--fail-on' : expect !== undefined ? '--expect' : undefined
  if (looks !== undefined) throw new UsageError(`${looks} needs the output, which --no-capture leaves alone`)
  if (output === false) throw new UsageError('--no-capture keeps no output either; leave --no-output out')
}

/** Once the command has ended, a signal ends only the wait for whoever reads its output: the exit code stays the command's. */
function interruption(world: World): Promise<void> {
  return new Promise((resolve) => void world.onSignal(() => resolve()))
}

function later(ms: number): Promise<false> {
  return new Promise((resolve) => void setTimeout(resolve, ms, false))
}

function sayWhatIsLost(running: Running, world: World): void {
  const problem = running.problem()
  if (problem !== undefined) complain(world, lostWords(problem))
}

function lostWords(problem: unknown): string {
  return `some of the command's output is lost: ${errorMessage(problem)}`
}

function outcomeOf(
  code: number,
  { watch, problem }: { readonly watch: Watch | undefined; readonly problem: unknown },
  { failOn = [], expect = [], skipCode = [] }: ExecOptions,
): { readonly outcome?: JobOutcome; readonly message?: string } {
  // It may have been what the job is about, as in `pg_dump >app.sql`.
  if (problem !== undefined) return { outcome: 'fail', message: lostWords(problem) }
  if (skipCode.includes(code)) return { outcome: 'skip' }
  if (watch === undefined) return {}
  const held = failOn.find((text) => watch.has(text))
  if (held !== undefined) return { outcome: 'fail', message: `its output holds ${quote(held)}` }
  const lacked = expect.find((text) => !watch.has(text))
  return lacked === undefined ? {} : { outcome: 'fail', message: `its output lacks ${quote(lacked)}` }
}

/** How much there is so far of what is still to come. */
function sizeOf(watch: Watch | undefined, options: ExecOptions): Pick<JobEvent, 'outputBytes'> {
  const { outputBytes } = outputOf(watch, options)
  return outputBytes === undefined ? {} : { outputBytes: Math.max(1, outputBytes) }
}

function outputOf(watch: Watch | undefined, { output }: ExecOptions): Pick<JobEvent, 'output' | 'outputBytes'> {
  if (watch === undefined || output === false) return {}
  const { size, bytes } = watch.tail()
  return { outputBytes: size, ...(size === 0 ? {} : { output: bytes }) }
}
