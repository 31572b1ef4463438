import type { ChildProcess } from 'node:child_process'
import { constants } from 'node:os'
import { errorCode, errorMessage } from '../../../core/errors.ts'
import { stat } from '../../../io/files/fs.ts'
import type { World } from '../../world.ts'
import { onTerminal } from './foreground.ts'
import { passOn } from './pass-on.ts'
import type { Watch } from './watch.ts'

/** How a command ended. */
export interface CommandEnd {
  /** as a shell has it: 126 and 127 where it could not be run, 128 and the number of the signal that ended it */
  readonly code: number
  /** why it could not be run */
  readonly why?: string
  /** it may still have output on its way */
  readonly printed: boolean
}

/** A command that runs. */
export interface Running {
  readonly ended: Promise<CommandEnd>
  /**
   * Waits until all that it has printed has gone on. What it left in the background is not waited for.
   *
   * @returns false where that took longer
   */
  drained(longestMs?: number): Promise<boolean>
}

/** Signals that whoever runs us may send, and that are meant for the command. */
const PASSED = ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH', 'SIGCONT'] as const
/** Those that a terminal sends to all that run on it, so that the command has them already. */
const OF_TERMINALS: ReadonlySet<string> = new Set(['SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGWINCH'])

/**
 * Runs a command as it would run by itself: with this process's environment, directory, descriptors and process group.
 *
 * @param options.watch hears of all that it prints, which goes on to where it would have gone; without it nothing is between
 */
export function runCommand(
  [path = '', ...args]: readonly string[],
  { world, watch }: { readonly world: World; readonly watch: Watch | undefined },
): Running {
  const middle = watch === undefined ? ('inherit' as const) : ('pipe' as const)
  const child = spawnSafely(path, args, middle)
  if ('code' in child) return { ended: Promise.resolve(child), drained: async () => true }
  const stop = passSignals(child, world)
  const flows =
    watch === undefined
      ? []
      : [
          passOn(child.stdout, 1, (chunk) => watch.add('stdout', chunk)),
          passOn(child.stderr, 2, (chunk) => watch.add('stderr', chunk)),
        ]
  const ended = new Promise<CommandEnd>((resolve) => {
    child.once('error', async (error) => resolve(await neverRan(path, error)))
    child.once('exit', (code, signal) => resolve({ code: code ?? codeOf(signal), printed: flows.length > 0 }))
  })
  return {
    ended: ended.finally(stop),
    drained: async (longestMs) => {
      const all = Promise.all(flows.map((flow) => flow.drained())).then(() => true)
      return longestMs === undefined
        ? all
        : Promise.race([all, new Promise<false>((resolve) => void setTimeout(resolve, longestMs, false))])
    },
  }
}

function spawnSafely(path: string, args: readonly string[], middle: 'inherit' | 'pipe'): ChildProcess | CommandEnd {
  const { spawn } = process.getBuiltinModule('node:child_process')
  try {
    return spawn(path, args, { stdio: ['inherit', middle, middle] })
  } catch (error) {
    return { code: 126, why: `cannot run ${path}: ${errorMessage(error)}`, printed: false }
  }
}

function codeOf(signal: NodeJS.Signals | null): number {
  return 128 + (signal === null ? 0 : constants.signals[signal])
}

/** As a shell says it: 127 where there is none, 126 where it cannot be run. */
async function neverRan(path: string, error: unknown): Promise<CommandEnd> {
  const printed = false
  switch (errorCode(error)) {
    case 'ENOENT': {
      const isThere = path.includes('/') && (await stat(path).catch(() => undefined)) !== undefined
      const why = isThere
        ? `cannot run ${path}: the program that its first line names is not there (a carriage return at the end of that line?)`
        : `cannot run ${path}: no such command`
      return { code: 127, why, printed }
    }
    case 'EACCES':
      return { code: 126, why: `cannot run ${path}: it is not executable, or a directory`, printed }
    default:
      return { code: 126, why: `cannot run ${path}: ${errorMessage(error)}`, printed }
  }
}

/** What whoever runs us sends, the command gets; once, also where a terminal has sent it to both. */
function passSignals(child: ChildProcess, world: World): () => void {
  const pass = (signal: string): void => {
    if (OF_TERMINALS.has(signal) && onTerminal()) return
    child.kill(signal as NodeJS.Signals)
  }
  const forget = world.onSignal(pass)
  const others = PASSED.filter((signal) => !['SIGTERM', 'SIGHUP', 'SIGINT'].includes(signal))
  for (const signal of others) process.on(signal, pass)
  return () => {
    forget()
    for (const signal of others) process.off(signal, pass)
  }
}
