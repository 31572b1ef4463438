import { basename, dirname, join } from 'node:path'
import { peersFor, sqlitePeersFor } from './peers.ts'
import { KEY, type Runtime, type Stage } from './stage.ts'
import type { Figure } from './table.ts'
import { type Job, timeInTurn } from './timing.ts'

/** One question: of lastalive in all its forms, of the floor, and of others. */
export async function benchStart(stage: Stage, node: Runtime, rounds: number): Promise<readonly Figure[]> {
  const { url, sqlite, write, mariadb, place, root, floor } = stage
  const words = ['--key', KEY, '--critical', '10m', '--name', 'worker']
  const check = (target: string): Job => ({ words: stage.command(node, 'check', '--url', target, ...words) })
  const one = { postgres: write.checks('one', url, 1), sqlite: write.checks('one-sqlite', `sqlite:${sqlite}`, 1) }
  const state = (name: string): string => join(stage.dir, `state-${name}-${node.version}`)
  const run = (config: string, name: string): Job => ({
    words: stage.command(node, 'run', '--config', config, '--state', state(name)),
  })
  const file = (config: string): Job => ({ words: stage.command(node, 'check', '--config', config) })
  const jobs: Record<string, Job> = {
    'node -e 0': { words: [node.path, '-e', '0'], before: () => stage.beat() },
    'the floor': { words: [node.path, floor, url, KEY] },
    'check --url, PostgreSQL': check(url),
    'run --url, quiet, PostgreSQL': {
      words: stage.command(node, 'run', '--url', url, ...words, '--to', 'nobody@localhost', '--state', state('line')),
    },
    'check, a file of one check, PostgreSQL': file(one.postgres),
    'run, quiet, the same file': run(one.postgres, 'postgres'),
    'check --url, SQLite': check(`sqlite:${sqlite}`),
    'check, a file of one check, SQLite': file(one.sqlite),
    'run, quiet, the same SQLite file': run(one.sqlite, 'sqlite'),
  }
  if (mariadb !== undefined) {
    jobs['check --url, MariaDB'] = check(`mysql://watch:secret@127.0.0.1:${mariadb.port}/bench`)
  }
  Object.assign(jobs, peersFor(root, place, KEY), sqlitePeersFor(dirname(sqlite), basename(sqlite), KEY))
  const timings = await timeInTurn(jobs, rounds)
  const against: Readonly<Record<string, string>> = {
    'check --url, PostgreSQL': 'the floor',
    'run --url, quiet, PostgreSQL': 'check --url, PostgreSQL',
    'check, a file of one check, PostgreSQL': 'the floor',
    'run, quiet, the same file': 'check, a file of one check, PostgreSQL',
    'check --url, SQLite': 'node -e 0',
    'check, a file of one check, SQLite': 'node -e 0',
    'run, quiet, the same SQLite file': 'check, a file of one check, SQLite',
    'check --url, MariaDB': 'the floor',
    check_pgsql: 'the floor',
    check_postgres: 'the floor',
    'a Perl script with DBI': 'the floor',
  }
  const names: Readonly<Record<string, string>> = {
    'check --url, PostgreSQL': 'that check',
    'check, a file of one check, PostgreSQL': 'that check',
    'check, a file of one check, SQLite': 'that check',
  }
  return Object.entries(timings).map(([measure, { median }]): Figure => {
    const other = against[measure]
    const base = { node: node.version, measure, value: median, unit: 'ms' } as const
    if (other === undefined) return base
    return { ...base, against: names[other] ?? other, ratio: median / (timings[other]?.median ?? Number.NaN) }
  })
}
