import type { StateProblem } from '../core/types.ts'

/** What the command needs of a process. Tests pass their own. */
export interface World {
  /** without the program's name */
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdout: Output
  readonly stderr: Output
  readonly hostName: string
  readonly home: string
  readonly userName: string
  /** since the process began, not since it was ready */
  elapsedMs(): number
  /**
   * Calls the listener on SIGTERM, SIGINT and SIGHUP.
   *
   * @returns a function that takes that back
   */
  onSignal(listener: (signal: string) => void): () => void
  /** ends the process at once; only for a run that is stuck beyond its own time */
  exit(code: number): void
}

export interface Output {
  write(text: string): unknown
  readonly isTTY?: boolean
}

/** Whether a person reads stdout and stderr on one screen. */
export function isOneScreen({ stdout, stderr }: Pick<World, 'stdout' | 'stderr'>): boolean {
  return stdout.isTTY === true && stderr.isTTY === true
}

/** An exit code. */
export type Code = 0 | 1 | 2 | 3 | 4

/** Reports a problem with the state on stderr, with what to do. */
export function complainOf(world: Pick<World, 'stderr'>, problem: StateProblem): void {
  complain(world, problemWords(problem))
}

export function problemWords({ message, cure }: StateProblem): string {
  return cure === undefined ? message : `${message}; ${cure}`
}

/** Writes a line to stderr. */
export function complain(world: Pick<World, 'stderr'>, message: string): void {
  for (const line of message.split('\n')) world.stderr.write(`lastalive: ${line}\n`)
}
