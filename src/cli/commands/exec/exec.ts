import { randomUUID } from 'node:crypto'
import { errorMessage, UsageError } from '../../../core/errors.ts'
import { present } from '../../../core/given.ts'
import { type JobEvent, type JobOutcome, OUTPUT_KEPT } from '../../../core/job.ts'
import { quote } from '../../../core/words/text.ts'
import { nowMs } from '../../../io/now.ts'
import { leave } from '../../jobs/leave.ts'
import { type JobPlace, jobPlaceOf } from '../../jobs/place.ts'
import { boundLookUps } from '../../limited.ts'
import { type JobOptions, USUAL_TIMEOUT } from '../../options/jobs.ts'
import { complain, type World } from '../../world.ts'
import { runCommand } from './command.ts'
import { createWatch, type Watch } from './watch.ts'

/** The options of `exec`. */
export interface ExecOptions extends JobOptions {
  readonly capture?: boolean
  readonly output?: boolean
  readonly failOn?: readonly string[]
  readonly expect?: readonly string[]
  readonly skipCode?: readonly number[]
}

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
  assertUsable(options)
  const head = { job, runId: options.runId ?? randomUUID(), host: world.hostName }
  const watch = createWatch(options, OUTPUT_KEPT)
  const at = new Date()
  const begun = nowMs()
  const running = runCommand(command, { world, watch: options.capture === false ? undefined : watch })
  const beats = beatsOf({ options, world })
  const started = beats.leave({
    ...head,
    at,
    what: 'start',
    ...present({ every: options.every, grace: options.grace }),
  })
  const { code, why, printed } = await running.ended
  if (why !== undefined) complain(world, why)
  const ended = {
    ...head,
    at: new Date(),
    what: 'end' as const,
    exitCode: code,
    duration: Math.round(nowMs() - begun) / 1_000,
  }
  const isWhole = await running.drained(AT_ONCE_MS)
  const { outcome, message } = outcomeOf(code, watch, options)
  const judged: JobEvent = { ...ended, ...present({ outcome, message: message ?? why }) }
  await started
  if (isWhole || !printed) {
    await beats.leave({ ...judged, ...outputOf(watch, options) })
    return code
  }
  // Whoever reads our output is slow. The end is not to wait for that.
  await beats.leave(judged)
  await running.drained()
  const late = outcomeOf(code, watch, options)
  await beats.leave({ ...judged, ...present(late), ...outputOf(watch, options) })
  return code
}

/** So long after its end a command's last words are on their way. */
const AT_ONCE_MS = 100

function assertUsable({ capture, failOn, expect, output, grace, every }: ExecOptions): void {
  if (grace !== undefined && every === undefined) throw new UsageError('--grace goes with --every')
  if (capture !== false) return
  const looks = failOn !== undefined ? '--fail-on' : expect !== undefined ? '--expect' : undefined
  if (looks !== undefined) throw new UsageError(`${looks} needs the output, which --no-capture leaves alone`)
  if (output === false) throw new UsageError('--no-capture keeps no output either; leave --no-output out')
}

/** Where beats go is found out while the command runs, and nothing that goes wrong there is the command's. */
function beatsOf({ options, world }: { readonly options: ExecOptions; readonly world: World }) {
  boundLookUps(options.timeout ?? USUAL_TIMEOUT)
  let place: Promise<JobPlace> | undefined
  let isAway = false
  return {
    leave: async (event: JobEvent): Promise<void> => {
      try {
        place ??= jobPlaceOf(options, world)
        // What was away when it began would only cost the job its second once more.
        const timed = isAway ? { ...options, timeout: 0 } : options
        const { kind } = await leave(event, await place, { options: timed, world })
        isAway = kind !== 'delivered'
      } catch (error) {
        complain(world, `the beat of ${event.job} is lost: ${errorMessage(error)}`)
      }
    },
  }
}

function outcomeOf(
  code: number,
  watch: Watch,
  { failOn = [], expect = [], skipCode = [] }: ExecOptions,
): { readonly outcome?: JobOutcome; readonly message?: string } {
  if (skipCode.includes(code)) return { outcome: 'skip' }
  const held = failOn.find((text) => watch.has(text))
  if (held !== undefined) return { outcome: 'fail', message: `its output holds ${quote(held)}` }
  const lacked = expect.find((text) => !watch.has(text))
  return lacked === undefined ? {} : { outcome: 'fail', message: `its output lacks ${quote(lacked)}` }
}

function outputOf(watch: Watch, { capture, output }: ExecOptions): Pick<JobEvent, 'output' | 'outputBytes'> {
  if (capture === false || output === false) return {}
  const { size, bytes } = watch.tail()
  return { outputBytes: size, ...(size === 0 ? {} : { output: bytes }) }
}
