import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parsePluginOutput } from './plugin-output.ts'

/** The built command, as its users run it: this tree's, or that of another version, for `test/against-last.sh`. */
export const COMMAND =
  process.env.LASTALIVE_TEST_COMMAND ?? fileURLToPath(new URL('../../bin/lastalive.js', import.meta.url))

const EXIT_CODES = { OK: 0, WARNING: 1, CRITICAL: 2, UNKNOWN: 3 } as const

/** What a run of the command came to. */
export interface Outcome {
  /** null where a signal ended it */
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  readonly seconds: number
}

/** How to run it. */
export interface CommandOptions {
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly cwd?: string
  /** SIGKILL after so many milliseconds, if it has not ended by then */
  readonly killAfterMs?: number
  /** SIGKILL as soon as this is so; asked about each millisecond */
  readonly killWhen?: () => boolean
}

/**
 * Runs the built command to its end. PG* variables and the like of the machine are kept from it.
 */
export async function lastalive(args: readonly string[], options: CommandOptions = {}): Promise<Outcome> {
  const outcome = await runProgram([process.execPath, COMMAND, ...args], options)
  await holdToPromises(args, outcome)
  return outcome
}

/** What it prints as a plugin or as JSON is held to what is promised of it. */
export async function holdToPromises(args: readonly string[], outcome: Outcome): Promise<void> {
  if (isPlugin(args)) assertPluginOutput(outcome)
  // Another version has promised something else.
  if (process.env.LASTALIVE_TEST_COMMAND !== undefined) return
  if (args.includes('json')) (await import('./contract.ts')).holdToContract(args, outcome.stdout)
}

/** Whether it prints as a plugin does. */
function isPlugin([command, ...words]: readonly string[]): boolean {
  const others = ['--format', '--quiet', '-q', '-h', '--help', '-V', '--version']
  return command === 'check' && !words.some((word) => others.includes(word) || word.startsWith('--format='))
}

/** Whatever any suite has it print must be what plugins may print. */
function assertPluginOutput({ stdout, code, signal }: Outcome): void {
  if (signal !== null) return
  const { state } = parsePluginOutput(stdout)
  if (EXIT_CODES[state] !== code) throw new Error(`exit ${code}, and says ${state}`)
}

/** Runs any program to its end, with hardly an environment. */
export function runProgram([program = '', ...args]: readonly string[], options: CommandOptions = {}): Promise<Outcome> {
  const started = performance.now()
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env: { PATH: process.env.PATH, HOME: '/proc/nonexistent', TZ: 'UTC', ...options.env },
      cwd: options.cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const kill = setTimeout(() => child.kill('SIGKILL'), options.killAfterMs ?? 120_000)
    const { killWhen } = options
    const watch = killWhen && setInterval(() => killWhen() && child.kill('SIGKILL'), 1)
    const [stdout, stderr] = [gather(child.stdout), gather(child.stderr)]
    child.on('error', reject)
    child.on('close', (code, signal) => {
      clearTimeout(kill)
      clearInterval(watch)
      const seconds = (performance.now() - started) / 1_000
      resolve({ code, signal, stdout: stdout.join(''), stderr: stderr.join(''), seconds })
    })
  })
}

/**
 * How often a crash, race or random suite repeats: a tenth of the full count, unless LASTALIVE_TEST_SHARE says
 * otherwise (1 for all of it).
 */
export function repetitions(full: number): number {
  return Math.max(1, Math.round(full * Number(process.env.LASTALIVE_TEST_SHARE ?? '0.1')))
}

/**
 * Of a table of many similar cases those that are run: as many as `repetitions` says, each out of another stretch of
 * the table and from another place in it, so that a product of two tables is walked along its diagonal.
 */
export function sampleOf<T>(cases: readonly T[]): readonly T[] {
  const count = repetitions(cases.length)
  const stretch = cases.length / count
  const places = Array.from({ length: count }, (_, i) => Math.floor(i * stretch) + (i % Math.floor(stretch)))
  return places.flatMap((place) => cases.slice(place, place + 1))
}

/** The chunks of a stream's text, as they come. */
export function gather(stream: NodeJS.ReadableStream): string[] {
  const chunks: string[] = []
  stream.setEncoding('utf8')
  stream.on('data', (chunk: string) => chunks.push(chunk))
  return chunks
}
