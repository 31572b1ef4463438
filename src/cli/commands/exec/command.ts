import type { ChildProcess, IOType } from 'node:child_process'
import { closeSync } from 'node:fs'
import { constants } from 'node:os'
import type { Readable } from 'node:stream'
import type { World } from '../../world.ts'
import { inheritedDescriptors } from './descriptors.ts'
import { onTerminal } from './foreground.ts'
import { whyNotRun } from './not-run.ts'
import { type Flow, passOn } from './pass-on.ts'
import { makePipes, type Pipe } from './pipes.ts'
import type { Watch } from './watch.ts'

/** How a command ended. */
export interface CommandEnd {
  /** as a shell has it: 126 and 127 where it could not be run, 128 and the number of the signal that ended it */
  readonly code: number
  /** why it could not be run */
  readonly why?: string
}

/** A command that runs. */
export interface Running {
  readonly ended: Promise<CommandEnd>
  /** Resolves when all that it has printed has gone on. What it left in the background is not waited for. */
  drained(): Promise<void>
  /** what kept some of its output from going on */
  problem(): unknown
}

/** Signals that whoever runs us may send, and that are meant for the command. */
const PASSED = [
  ...['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH', 'SIGCONT'],
  ...['SIGALRM', 'SIGVTALRM', 'SIGIO', 'SIGPWR', 'SIGXCPU'],
] as const
/** Those that a terminal sends to all that run on it, so that the command has them already. */
const OF_TERMINALS: ReadonlySet<string> = new Set(['SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGWINCH'])

/**
 * Runs a command as it would run by itself: with this process's environment, directory, descriptors and process group.
 *
 * @param options.watch hears of all that it prints, which goes on to where it would have gone; without it nothing is between
 */
export function runCommand(
  command: readonly string[],
  { world, watch }: { readonly world: World; readonly watch: Watch | undefined },
): Running {
  const inherited = inheritedDescriptors()
  const pipes = watch === undefined ? undefined : makePipes()
  const child = spawnSafely(command, inherited, watch === undefined ? 'inherit' : (pipes ?? 'pipe'))
  for (const { into } of pipes ?? []) closeSync(into)
  const [out, err] = pipes?.map((pipe) => pipe.out) ?? ('code' in child ? [] : [child.stdout, child.stderr])
  const flows = [flowOf(out, 1, watch), flowOf(err, 2, watch)].flat()
  return {
    ended: 'code' in child ? Promise.resolve(child) : endOf(child, command, passSignals(child, world)),
    drained: async () => void (await Promise.all(flows.map((flow) => flow.drained()))),
    problem: () => flows.map((flow) => flow.problem()).find((problem) => problem !== undefined),
  }
}

function flowOf(from: Readable | null | undefined, fd: 1 | 2, watch: Watch | undefined): readonly Flow[] {
  if (from === null || from === undefined || watch === undefined) return []
  return [passOn(from, fd, (chunk) => watch.add(fd, chunk))]
}

function spawnSafely(
  [path = '', ...args]: readonly string[],
  inherited: readonly number[],
  middle: 'inherit' | 'pipe' | readonly [Pipe, Pipe],
): ChildProcess | CommandEnd {
  const { spawn } = process.getBuiltinModule('node:child_process')
  const [out, err] = typeof middle === 'string' ? [middle, middle] : middle.map(({ into }) => into)
  const stdio: (IOType | number)[] = ['inherit', out ?? 'pipe', err ?? 'pipe']
  for (const fd of inherited) {
    // What lies between is closed there as here.
    while (stdio.length < fd) stdio.push('ignore')
    stdio[fd] = fd
  }
  try {
    return spawn(path, args, { stdio })
  } catch (error) {
    return { code: 126, why: whyNotRun(path, error) }
  }
}

function endOf(child: ChildProcess, [path = '']: readonly string[], stopPassing: () => void): Promise<CommandEnd> {
  const ended = new Promise<CommandEnd>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      resolve({ code: error.code === 'ENOENT' ? 127 : 126, why: whyNotRun(path, error) }),
    )
    child.once('exit', (code, signal) => resolve({ code: code ?? 128 + (signal ? constants.signals[signal] : 0) }))
  })
  return ended.finally(stopPassing)
}

/** What whoever runs us sends, the command gets; once, also where a terminal has sent it to both. */
function passSignals(child: ChildProcess, world: World): () => void {
  const pass = (signal: string): void => {
    if (OF_TERMINALS.has(signal) && onTerminal()) return
    child.kill(signal as NodeJS.Signals)
  }
  let isOver = false
  const passOne = (signal: string): void => {
    // One that comes later finds us writing down how it ended, which takes no longer than its time.
    if (!isOver) pass(signal)
  }
  const end = world.onSignal(pass)
  const others = PASSED.filter((signal) => !['SIGTERM', 'SIGHUP', 'SIGINT'].includes(signal))
  for (const signal of others) process.on(signal, passOne)
  return () => {
    end()
    isOver = true
  }
}
