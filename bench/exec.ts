import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { lastalive } from '../test/support/command.ts'
import type { Runtime } from './runtime.ts'
import type { Stage } from './stage.ts'
import type { Figure } from './table.ts'
import { type Job, timeInTurn } from './timing.ts'

/** A command that does nothing: bare, by a shell, by chronic, and by exec, whose beats arrive or wait. */
export async function benchExec(stage: Stage, node: Runtime, rounds: number): Promise<readonly Figure[]> {
  const { root, dir, url, sqlite } = stage
  const places = { PostgreSQL: url, SQLite: `sqlite:${sqlite}` }
  for (const place of Object.values(places)) await lastalive(['schema', 'jobs', '--url', place, '--apply'])
  const tools = join(root, 'node_modules/.tools/usr')
  const exec = (name: string, place: string, more: readonly string[] = []): Job => ({
    words: stage.command(
      node,
      'exec',
      name,
      '--url',
      place,
      '--state',
      join(dir, `jobs-${name}`),
      ...more,
      '--',
      'true',
    ),
  })
  const chronic = existsSync(join(tools, 'bin/chronic'))
    ? { 'chronic true': { words: [join(tools, 'bin/chronic'), 'true'], env: { PERL5LIB: join(tools, 'share/perl5') } } }
    : {}
  const jobs: Readonly<Record<string, Job>> = {
    true: { words: ['true'] },
    'sh -c true': { words: ['sh', '-c', 'true'] },
    ...chronic,
    'node -e 0': { words: [node.path, '-e', '0'] },
    'exec -- true, PostgreSQL': exec('pg', places.PostgreSQL, ['-t', '10s']),
    'exec --no-capture -- true, PostgreSQL': exec('bare', places.PostgreSQL, ['-t', '10s', '--no-capture']),
    'exec -- true, SQLite': exec('sqlite', places.SQLite, ['-t', '10s']),
  }
  const timings = await timeInTurn(jobs, rounds)
  const base = timings['node -e 0']?.median ?? Number.NaN
  return Object.entries(timings).map(([measure, { median }]): Figure => {
    const figure = { node: node.version, measure, value: median, unit: 'ms' } as const
    return measure.startsWith('exec') ? { ...figure, against: 'node -e 0', ratio: median / base } : figure
  })
}
