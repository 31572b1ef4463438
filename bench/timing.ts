import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import type { Runtime } from './runtime.ts'
import type { Figure } from './table.ts'

/** A program with its arguments, and the exit code that says that it has done what it should. */
export interface Job {
  readonly words: readonly string[]
  readonly code?: number
  readonly env?: Readonly<Record<string, string>>
  /** what has to be done before each run, and is not timed */
  readonly before?: () => Promise<void> | void
}

/** What became of a job, over all its runs. */
export interface Timing {
  /** in milliseconds, the middle of all runs */
  readonly median: number
}

/** Times jobs in turn, so that whatever slows the machine down slows all of them. */
export async function timeInTurn<Name extends string>(
  jobs: Readonly<Record<Name, Job>>,
  rounds: number,
): Promise<Readonly<Record<Name, Timing>>> {
  const names = Object.keys(jobs) as Name[]
  const times = new Map<Name, number[]>(names.map((name) => [name, []]))
  // One round warms up: files are read, compiled code is kept.
  for (let round = -1; round < rounds; round++) {
    for (const name of names) {
      const ms = await timeOnce(jobs[name])
      if (round >= 0) times.get(name)?.push(ms)
    }
  }
  return Object.fromEntries(names.map((name) => [name, { median: medianOf(times.get(name) ?? []) }])) as Record<
    Name,
    Timing
  >
}

/** The time of one run, in milliseconds. */
export async function timeOnce({ words, code = 0, env = {}, before }: Job): Promise<number> {
  await before?.()
  const [program = '', ...args] = words
  const begun = performance.now()
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'pipe'] })
  const complaints: string[] = []
  child.stderr.setEncoding('utf8').on('data', (text: string) => complaints.push(text))
  const ended = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', resolve)
  })
  const ms = performance.now() - begun
  if (ended !== code) throw new Error(`${words.join(' ')}: exit ${ended}, not ${code}: ${complaints.join('')}`)
  return ms
}

/** The most memory that a run of it had resident, as GNU time says; nothing where that is not there. */
export async function memoryFigure(job: Job, node: Runtime, what: string): Promise<readonly Figure[]> {
  if (!existsSync(GNU_TIME)) return []
  await job.before?.()
  const child = spawn(GNU_TIME, ['-f', 'peak %M', ...job.words], {
    env: { ...process.env, ...job.env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  await new Promise((resolve) => child.once('close', resolve))
  const value = Number(/peak (\d+)/.exec(said)?.[1] ?? Number.NaN) / 1_024
  return [{ node: node.version, measure: `memory of ${what}`, value, unit: 'MB' }]
}

const GNU_TIME = '/usr/bin/time'

/** The middle one. */
export function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
