import { basename, dirname, join } from 'node:path'
import { peersFor, sqlitePeersFor } from './peers.ts'
import type { Runtime } from './runtime.ts'
import { KEY, type Stage } from './stage.ts'
import type { Figure } from './table.ts'
import { type Job, timeInTurn } from './timing.ts'

/** A database, and what a check on it is compared with. */
interface Target {
  readonly name: string
  readonly url: string
  readonly floor: string
}

/** One question: of lastalive in all its forms, of the floor, and of others. */
export async function benchStart(stage: Stage, node: Runtime, rounds: number): Promise<readonly Figure[]> {
  const { url, sqlite, place, root, floor } = stage
  const against = new Map<string, string>()
  const jobs: Record<string, Job> = {
    'node -e 0': { words: [node.path, '-e', '0'], before: () => stage.beat() },
    'the floor': { words: [node.path, floor, url, KEY] },
  }
  for (const target of targetsOf(stage)) {
    for (const [measure, { job, other }] of formsOf(stage, node, target)) {
      jobs[measure] = job
      against.set(measure, other)
    }
  }
  Object.assign(jobs, peersFor(root, place, KEY), sqlitePeersFor(dirname(sqlite), basename(sqlite), KEY))
  for (const name of ['check_pgsql', 'check_postgres', 'a Perl script with DBI']) against.set(name, 'the floor')
  const timings = await timeInTurn(jobs, rounds)
  return Object.entries(timings).map(([measure, { median }]): Figure => {
    const other = against.get(measure)
    const base = { node: node.version, measure, value: median, unit: 'ms' } as const
    if (other === undefined) return base
    const named = other.startsWith('check') ? 'that check' : other
    return { ...base, against: named, ratio: median / (timings[other]?.median ?? Number.NaN) }
  })
}

function targetsOf({ url, sqlite, mariadb }: Stage): readonly Target[] {
  const servers = [{ name: 'PostgreSQL', url, floor: 'the floor' }]
  if (mariadb !== undefined) {
    const mysql = `mysql://watch:secret@127.0.0.1:${mariadb.port}/bench`
    servers.push({ name: 'MariaDB', url: mysql, floor: 'the floor' })
  }
  return [...servers, { name: 'SQLite', url: `sqlite:${sqlite}`, floor: 'node -e 0' }]
}

/** Check and run, by a line and by a file of one check, each with what it is compared with. */
function formsOf(
  stage: Stage,
  node: Runtime,
  { name, url, floor }: Target,
): readonly (readonly [string, { readonly job: Job; readonly other: string }])[] {
  const line = ['--url', url, '--key', KEY, '--critical', '10m', '--name', 'worker']
  const file = ['--config', stage.write.checks(`one-${name}`, url, 1)]
  const state = (of: string): readonly string[] => ['--state', join(stage.dir, `state-${name}-${of}-${node.version}`)]
  const job = (...words: readonly string[]): Job => ({ words: stage.command(node, ...words) })
  const [checkLine, checkFile] = [`check --url, ${name}`, `check, a file of one check, ${name}`]
  return [
    [checkLine, { job: job('check', ...line), other: floor }],
    [
      `run --url, quiet, ${name}`,
      { job: job('run', ...line, '--to', 'nobody@localhost', ...state('line')), other: checkLine },
    ],
    [checkFile, { job: job('check', ...file), other: floor }],
    [`run, quiet, that file, ${name}`, { job: job('run', ...file, ...state('file')), other: checkFile }],
  ]
}
