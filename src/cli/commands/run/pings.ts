import { errorMessage } from '../../../core/errors.ts'
import type { Seconds } from '../../../core/types.ts'
import { redact } from '../../../core/words/text.ts'
import type { TimeLimit } from '../../../io/time-left.ts'
import type { Pinger } from '../../../notifiers/healthchecks/healthchecks.ts'
import { divideTime, within } from '../../../run/deadline.ts'
import { containUntil } from '../../../run/strays.ts'
import type { Settings } from '../../settings/settings.ts'
import type { timesOf } from '../../settings/times.ts'
import { type Code, complain, type World } from '../../world.ts'

/** The exit code of a run, and lines for Healthchecks. */
export interface Finished {
  readonly code: Code
  readonly words: readonly string[]
}

export interface PingedRun {
  readonly world: World
  readonly times: ReturnType<typeof timesOf>
}

/** The largest share of a run's time for its last ping. */
const RESERVED_SHARE = 0.2

/**
 * The times of a run, without the time of its last ping.
 *
 * @param commandRun.reserved what else is kept of its time, in seconds
 */
export function timesWithPings(
  { times, world, reserved }: PingedRun & { readonly reserved: Seconds },
  pings: Settings['pings'],
): PingedRun['times'] {
  if (pings === undefined && reserved === 0) return times
  const { timeout } = times
  const rest = timeout - reserved - Math.min(pings?.timeout ?? 0, timeout * RESERVED_SHARE)
  return { ...times, deadline: () => ({ ...divideTime(rest, { elapsedMs: world.elapsedMs() }), timeout }) }
}

/**
 * Pings at the beginning and the end of a run. Pings do not hold up the run. A failed one only changes the exit code:
 * something could not be told.
 *
 * @param commandRun.times those of `timesWithPings`
 */
export async function pinged(settings: Settings, commandRun: PingedRun, run: () => Promise<Finished>): Promise<Code> {
  const pinger = await pingerOf(settings)
  if (pinger === undefined) return (await run()).code
  const { at: deadline, telling: signal } = commandRun.times.deadline()
  const starting = inNet((options) => pinger.start(options), { deadline, signal })
  const endWith = async (finished: Finished): Promise<Code> =>
    end(pinger, { ...finished, started: await starting }, { settings, commandRun })
  return endWith(
    await run().catch(async (error: unknown) => {
      await endWith({ code: 3, words: ['ended by what was not foreseen'] })
      throw error
    }),
  )
}

/** Pings for a run that could not begin. */
export async function pingedEnd(settings: Settings, commandRun: PingedRun, finished: Finished): Promise<Code> {
  const pinger = await pingerOf(settings)
  if (pinger === undefined) return finished.code
  return end(pinger, { ...finished, started: undefined }, { settings, commandRun })
}

/** A ping always ends in time, with words about it if it failed. */
async function inNet(
  ping: (options: TimeLimit) => Promise<string | undefined>,
  options: TimeLimit,
): Promise<string | undefined> {
  const { signal } = options
  try {
    const pinging = containUntil(signal, (ending) => ping({ ...options, signal: ending }))
    return await within(pinging, { signal, late: () => 'no answer in time' })
  } catch (error) {
    return `unforeseen: ${errorMessage(error)}`
  }
}

async function pingerOf({ pings }: Settings): Promise<Pinger | undefined> {
  if (pings === undefined) return undefined
  const { createPinger } = await import('../../../notifiers/healthchecks/healthchecks.ts')
  return createPinger(pings, crypto.randomUUID())
}

async function end(
  pinger: Pinger,
  { code, words, started }: Finished & { readonly started: string | undefined },
  { settings, commandRun }: { readonly settings: Settings; readonly commandRun: PingedRun },
): Promise<Code> {
  const { world, times } = commandRun
  const say = (problem: string): string => {
    const line = redact(`not pinged: ${problem}`, settings.secrets)
    complain(world, line)
    return line
  }
  const [codeSoFar, wordsSoFar] = started === undefined ? [code, words] : ([4, [...words, say(started)]] as const)
  const leftMs = Math.max(0, times.timeout * 1_000 - world.elapsedMs())
  const options = { deadline: new Date(Date.now() + leftMs), signal: AbortSignal.timeout(Math.floor(leftMs)) }
  const ended = await inNet((rest) => pinger.end({ code: codeSoFar, words: wordsSoFar }, rest), options)
  if (ended === undefined) return codeSoFar
  say(ended)
  return 4
}
