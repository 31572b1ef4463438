import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { freePort } from './postgres.ts'

/** What suites say where they have to be skipped. */
export const PROMETHEUS_MISSING = 'no promtool: let .ci/run unpack it, or apt-get install prometheus'

/** What suites say where they have to be skipped. */
export const NODE_EXPORTER_MISSING =
  'no node exporter: let .ci/run unpack it, or apt-get install prometheus-node-exporter'

/** Where .ci/run unpacks them: once installed, they would be services of the machine. */
const UNPACKED = fileURLToPath(new URL('../../node_modules/.prometheus/usr/bin', import.meta.url))

/** A program of Prometheus, or undefined where it is not to be found. */
export function prometheusProgram(name: 'promtool' | 'prometheus-node-exporter'): string | undefined {
  return [...(process.env.PATH ?? '').split(':'), UNPACKED]
    .filter((place) => place !== '')
    .map((place) => join(place, name))
    .find((path) => existsSync(path))
}

/** What promtool says of something. */
export interface Judgement {
  readonly code: number | null
  /** stdout and stderr */
  readonly words: string
}

/** Runs promtool to its end, with something on its standard input. */
export function promtool(args: readonly string[], input = ''): Promise<Judgement> {
  const program = prometheusProgram('promtool')
  if (program === undefined) throw new Error(PROMETHEUS_MISSING)
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'pipe' })
    const words: string[] = []
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => words.push(text))
    }
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, words: words.join('') }))
    child.stdin.end(input)
  })
}

/** Starts a node exporter that collects the files of a directory alone; gone when the test is over. */
export async function startNodeExporter(directory: string): Promise<{ readonly metrics: () => Promise<string> }> {
  const program = prometheusProgram('prometheus-node-exporter')
  if (program === undefined) throw new Error(NODE_EXPORTER_MISSING)
  const port = await freePort()
  const options = [
    '--collector.disable-defaults',
    '--collector.textfile',
    `--collector.textfile.directory=${directory}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--web.disable-exporter-metrics',
  ]
  const child = spawn(program, options, { stdio: 'ignore' })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  // For a test run that dies: it must not outlive it.
  const kill = (): void => void child.kill('SIGKILL')
  process.once('exit', kill)
  onTestFinished(async () => {
    kill()
    await ended
    process.off('exit', kill)
  })
  const url = `http://127.0.0.1:${port}/metrics`
  for (let tries = 0; !(await answers(url)); tries++) {
    if (tries === 400) throw new Error('the node exporter does not start')
    await sleep(25)
  }
  return { metrics: async () => (await fetch(url)).text() }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok
  } catch (error) {
    if (error instanceof TypeError) return false
    throw error
  }
}
