import { hostname, userInfo } from 'node:os'
import { isAbsolute } from 'node:path'
import { nowMs } from '../io/now.ts'
import { takeStray } from '../run/strays.ts'
import { fail, main, withStrays } from './main.ts'
import { createOutput } from './output/direct-output.ts'
import { isOneScreen, type World } from './world.ts'

export { main } from './main.ts'

/** How long a reader may take to read what is left. */
const TAKING_MS = 500

/** Runs the command in this process, and ends it with its exit code. */
export async function start(): Promise<void> {
  // Node's own exit code for an error is 1, which means "warning" here.
  process.exitCode = 3
  process.removeAllListeners('warning')
  process.on('warning', () => {})
  // With `ulimit -f` a write then fails with an error, which is told like a full disk.
  process.on('SIGXFSZ', () => {})
  const [stdout, stderr] = [createOutput(1, () => process.stdout), createOutput(2, () => process.stderr)]
  const signals = hearSignals({ argv: process.argv.slice(2), stdout, stderr })
  const world: World = {
    argv: process.argv.slice(2),
    env: process.env,
    stdout,
    stderr,
    hostName: hostname(),
    home: homeOf(process.env),
    userName: userNameOf(process.env),
    elapsedMs: nowMs,
    onSignal: signals.listen,
    exit: (code) => process.exit(code),
  }
  const take = (error: unknown): void => {
    if (!takeStray(error)) process.exit(fail(error, world))
  }
  process.on('uncaughtException', take)
  process.on('unhandledRejection', take)
  const code = await main(world)
  signals.listen(() => process.exit(code))
  // The end of the process loses what a pipe has not taken. But a reader that never reads must not hold us.
  await Promise.all([stdout.taken(TAKING_MS), stderr.taken(TAKING_MS)])
  process.exit(withStrays(code, world))
}

type Listener = (signal: string) => void

/** Collects who wants to hear of signals. Until somebody does, a plugin itself reports them. */
function hearSignals({ argv, stdout, stderr }: Pick<World, 'argv' | 'stdout' | 'stderr'>): {
  readonly listen: World['onSignal']
} {
  const [command] = argv
  let onEnd: Listener = (signal) => {
    if (command === 'check') stdout.write(`UNKNOWN - lastalive: stopped by ${signal}\n`)
    if (command !== 'check' || !isOneScreen({ stdout, stderr })) stderr.write(`lastalive: stopped by ${signal}\n`)
    process.exit(command === 'run' ? 4 : 3)
  }
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => onEnd(signal))
  return {
    listen: (listener) => {
      const before = onEnd
      onEnd = listener
      return () => {
        onEnd = before
      }
    },
  }
}

/** @returns `/` for a user id without an entry, as in a container */
export function homeOf({ HOME: home = '' }: World['env']): string {
  return isAbsolute(home) ? home : (ofUser()?.homedir ?? '/')
}

/** The user's name; for a user id without one, what the environment says. */
export function userNameOf({ USER, LOGNAME }: World['env']): string {
  return ofUser()?.username ?? USER ?? LOGNAME ?? ''
}

function ofUser(): { readonly homedir: string; readonly username: string } | undefined {
  try {
    return userInfo()
  } catch {
    // A user id without a name, as in a container.
    return undefined
  }
}
