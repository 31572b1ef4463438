import type { StateProblem } from '../core/types.ts'

/** What the command needs of a process; tests hand in their own. */
export interface World {
  /** what follows the program's name */
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdout: Output
  readonly stderr: Output
  readonly hostName: string
  readonly home: string
  readonly userName: string
  /** how long the process has been running: its time counts from there, not from when it was ready */
  elapsedMs(): number
  /**
   * Calls the listener when somebody wants the process to end (SIGTERM, SIGINT, SIGHUP).
   *
   * @returns what takes that back
   */
  onSignal(listener: (signal: string) => void): () => void
  /** ends the process at once; only for a run that is stuck beyond its own time */
  exit(code: number): void
}

/** Where text goes. */
export interface Output {
  write(text: string): unknown
  readonly isTTY?: boolean
}

/** Whether a person reads both, one below the other. */
export function isOneScreen({ stdout, stderr }: Pick<World, 'stdout' | 'stderr'>): boolean {
  return stdout.isTTY === true && stderr.isTTY === true
}

/** What a command gives back: its exit code. */
export type Code = 0 | 1 | 2 | 3 | 4

/** Says on stderr what is wrong with what is kept, and what to do. */
export function complainOf(world: Pick<World, 'stderr'>, problem: StateProblem): void {
  complain(world, problemWords(problem))
}

/** The same in one line. */
export function problemWords({ message, cure }: StateProblem): string {
  return cure === undefined ? message : `${message}; ${cure}`
}

/** Says something on stderr as everything there is said. */
export function complain(world: Pick<World, 'stderr'>, message: string): void {
  for (const line of message.split('\n')) world.stderr.write(`lastalive: ${line}\n`)
}
