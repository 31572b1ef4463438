import { exitCodeOf } from '../core/judge/severity.ts'
import type { Seconds, Severity } from '../core/types.ts'
import { collectStrays } from '../run/strays.ts'
import { formatFailure } from './output/nagios.ts'
import { type Code, complain, isOneScreen, type World } from './world.ts'

/** The default of `-t`, in seconds. For `check` it is what monitoring systems give a plugin. */
export const STANDARD = { run: 60, check: 10 } as const

/** So long after its time a command is ended, whatever it is doing. */
const GRACE_MS = 700

/**
 * Makes sure that a command ends: by itself within its time, or by force shortly after, also if something was thrown
 * where nobody awaited it.
 *
 * @param options.code the exit code then, unless it is a plugin
 * @param options.state the state that a plugin reports then
 */
export async function limited<Result>(
  world: World,
  { timeout, code, state = 'unknown' }: { readonly timeout: Seconds; readonly code: Code; readonly state?: Severity },
  command: () => Promise<Result>,
): Promise<Result> {
  collectStrays()
  boundLookUps(timeout)
  const isPlugin = world.argv[0] === 'check'
  const stop = (message: string, severity: Severity): void => {
    if (isPlugin) world.stdout.write(formatFailure(message, severity))
    if (!isPlugin || !isOneScreen(world)) complain(world, message)
    world.exit(isPlugin ? exitCodeOf(severity) : code)
  }
  const end = (): void => stop(`stopped: still busy after ${timeout} s`, state)
  const timer = setTimeout(end, Math.max(0, timeout * 1_000 + GRACE_MS - world.elapsedMs()))
  const forget = world.onSignal((signal) => stop(`stopped by ${signal}`, 'unknown'))
  try {
    return await command()
  } finally {
    clearTimeout(timer)
    forget()
  }
}

/** Names that can be looked up without waiting for each other: two for each of the four threads. */
const FEW_NAMES = 8

/**
 * Limits look-ups of names. Four threads do them, and even the end of the process waits for these. So many names that
 * nobody answers would hold up the others. Has no effect after the first look-up.
 *
 * @param options.names how many names there may be
 * @see https://man7.org/linux/man-pages/man5/resolv.conf.5.html RES_OPTIONS
 */
export function boundLookUps(timeout: Seconds, { names = 1 }: { readonly names?: number } = {}): void {
  const isHurried = names > FEW_NAMES
  const seconds = timeout >= 20 && !isHurried ? Math.min(5, Math.floor(timeout / 15) + 1) : 1
  const attempts = timeout >= 5 && !isHurried ? 2 : 1
  process.env.RES_OPTIONS = `${process.env.RES_OPTIONS ?? ''} timeout:${seconds} attempts:${attempts}`.trim()
}
