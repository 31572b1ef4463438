import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lastalive } from '../support/command.ts'
import { makeJobScene } from '../support/jobs.ts'
import { POSTGRES_MISSING, postgresBinaries, startPostgres, type TestPostgres } from '../support/postgres.ts'
import { REDIS_MISSING, redisBinaries, startRedis, type TestRedis } from '../support/redis.ts'
import { epoch, makeSqliteScene, type SqliteScene } from '../support/scene.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const HOOK = join(ROOT, 'test/support/loaded.cjs')

/**
 * What takes long to load, of Node: none of it is for a run that needs no network. Not `net`, which Node itself wants for
 * a stdout that is a socket, as it is here.
 */
const HEAVY = [
  ...[
    'child_process',
    'crypto',
    'dns',
    'dns/promises',
    'fs/promises',
    'http',
    'https',
    'perf_hooks',
    'readline',
    'tls',
  ],
  ...['worker_threads', 'zlib'],
]

interface Loaded {
  /** of our own, without their directories, and without what tells builds apart */
  readonly own: readonly string[]
  readonly kilobytes: number
  readonly packages: readonly string[]
  readonly heavy: readonly string[]
}

/** What a run of the command loads. */
async function loadedBy(scene: SqliteScene, args: readonly string[], code: number): Promise<Loaded> {
  const list = join(scene.dir, 'loaded.json')
  const env = { NODE_OPTIONS: `--require ${HOOK}`, LOADED: list }
  const outcome = await lastalive(args, { env })
  expect(outcome).toMatchObject({ code })
  const { files, builtins }: Record<'files' | 'builtins', readonly string[]> = JSON.parse(readFileSync(list, 'utf8'))
  const inProject = files.map((file) => relative(ROOT, file)).filter((file) => !file.startsWith('..'))
  const own = inProject.filter((file) => file.startsWith('dist/') && !file.endsWith('.json'))
  const packages = inProject.flatMap((file) => /^node_modules\/(?:@[^/]+\/)?([^/]+)/.exec(file)?.[1] ?? [])
  return {
    own: own.map((file) => basename(file).replace(/(?:-.{8})?\.cjs$/, '')).toSorted(),
    kilobytes: own.reduce((sum, file) => sum + statSync(join(ROOT, file)).size, 0) / 1_000,
    packages: [...new Set(packages)].toSorted(),
    heavy: builtins.filter((name) => HEAVY.includes(name)).toSorted(),
  }
}

/** With what it is found by. */
const SQLITE = ['better-sqlite3', 'bindings', 'file-uri-to-path']
const LOCK = 'fs-native-extensions'

/** What each kind of run loads of ours. */
const CHECK = ['main', 'rolldown-runtime', 'sqlite']
/** What leaves the beat of a job: an SQLite file is written to in another process. */
const LEAVING = [...CHECK, 'change', 'jobs', 'parent']
/** What remembers and tells. */
const SENDING = ['tell', 'certificates', 'mime', 'smtp', 'time-left', 'mail-composer', 'smtp-connection', 'shared']

/** How many kilobytes each of them may have in all. It may shrink; a larger one has to be meant. */
const BUDGET = {
  check: 254,
  file: 318,
  schedule: 296,
  onCalendar: 269,
  run: 305,
  telling: 520,
  redis: 470,
  postgres: 372,
  beat: 283,
  exec: 283,
}

/** What was written down, so that nobody loads more without seeing it. */
function expectLoaded(loaded: Loaded, parts: readonly string[], budget: number, packages: readonly string[]): void {
  expect(loaded.own).toEqual([...parts].toSorted())
  expect(loaded.kilobytes).toBeLessThan(budget)
  expect(loaded.packages).toEqual([...packages].toSorted())
}

test('all of the bundle is ASCII, which V8 reads fastest', () => {
  const files = readdirSync(join(ROOT, 'dist/cli')).filter((file) => file.endsWith('.cjs'))
  expect(files.filter((file) => /[^\x00-\x7f]/.test(readFileSync(join(ROOT, 'dist/cli', file), 'utf8')))).toEqual([])
})

describe('on SQLite', () => {
  test('a check loads what all need and the driver, and no network', async () => {
    const scene = await makeSqliteScene()
    scene.beat(0)
    const line = ['check', '--url', scene.path, '--key', 'last_alive', '-c', '10m', '--name', 'a']
    const loaded = await loadedBy(scene, line, 0)
    expectLoaded(loaded, CHECK, BUDGET.check, SQLITE)
    expect(loaded.heavy).toEqual([])
  })

  test.each([
    ['a file in blocks', 'checks:\n  a:\n    database: d\n    key: last_alive\n    critical: 10m\n'],
    ['a file in braces', 'checks: { a: { database: d, key: last_alive, critical: 10m } }\n'],
  ])('%s', async (_, checks) => {
    const scene = await makeSqliteScene()
    scene.beat(0)
    const config = join(scene.dir, 'lastalive.yaml')
    writeFileSync(config, `databases:\n  d: sqlite:${scene.path}\n${checks}`, { mode: 0o600 })
    const loaded = await loadedBy(scene, ['check', '--config', config], 0)
    expectLoaded(loaded, [...CHECK, 'file'], BUDGET.file, SQLITE)
    expect(loaded.heavy).toEqual([])
  })

  test('a quiet run loads the lock by its path, and no mailer', async () => {
    const scene = await makeSqliteScene()
    scene.beat(0)
    const told = ['--to', 'a@domain.tld', '--smtp', scene.smtp.url, '--lockfile', scene.lockfile]
    const line = ['run', '--url', scene.path, '--key', 'last_alive', '-c', '10m', '--name', 'a', ...told]
    const loaded = await loadedBy(scene, line, 0)
    const quiet = [...CHECK, 'run', 'mail']
    expectLoaded(loaded, quiet, BUDGET.run, [...SQLITE, LOCK])
    expect(loaded.heavy).toEqual([])
    scene.beat(7_200)
    expectLoaded(await loadedBy(scene, line, 2), [...quiet, 'last-run', ...SENDING], BUDGET.telling, [...SQLITE, LOCK])
  })

  test('a schedule loads what reads it', async () => {
    const scene = await makeSqliteScene()
    scene.set(epoch())
    const line = ['check', '--url', scene.path, '--key', 'last_alive', '--schedule', '@yearly']
    expectLoaded(await loadedBy(scene, line, 0), [...CHECK, 'schedule'], BUDGET.schedule, SQLITE)
    const timer = line.with(-1, 'OnCalendar=yearly')
    expectLoaded(await loadedBy(scene, timer, 0), [...CHECK, 'on-calendar'], BUDGET.onCalendar, SQLITE)
  })
})

describe('of jobs', () => {
  test('a beat and an exec load no configuration, no driver of another database, and the spool', async () => {
    const jobs = makeJobScene()
    const scene = await makeSqliteScene()
    const told = ['--url', jobs.url, '--state', jobs.state, '-t', '10s']
    const beat = await loadedBy(scene, ['beat', ...told, 'n'], 0)
    expectLoaded(beat, LEAVING, BUDGET.beat, [])
    const exec = await loadedBy(scene, ['exec', ...told, 'n', '--', 'true'], 0)
    expectLoaded(exec, LEAVING, BUDGET.exec, [])
  })
})

describe.skipIf(postgresBinaries() === undefined)(`on PostgreSQL (${POSTGRES_MISSING} where skipped)`, () => {
  let server: TestPostgres
  beforeAll(async () => {
    server = await startPostgres()
    await server.query(`CREATE TABLE runtime_info(rt_key text, rt_value text);
      INSERT INTO runtime_info VALUES ('last_alive', '${epoch()}')`)
  })
  afterAll(() => server.remove())

  test('a check loads what all need and its driver, and no other', async () => {
    const scene = await makeSqliteScene()
    const line = ['check', '--url', server.url, '--key', 'last_alive', '-c', '1d', '--name', 'a']
    const loaded = await loadedBy(scene, line, 0)
    expectLoaded(loaded, ['main', 'rolldown-runtime', 'net', 'postgres', 'pg'], BUDGET.postgres, [])
    // Of the driver, as soon as it is loaded. Nothing is encrypted.
    expect(loaded.heavy).toEqual(['crypto', 'dns'])
  })
})

describe.skipIf(redisBinaries() === undefined)(`on Redis (${REDIS_MISSING} where skipped)`, () => {
  let server: TestRedis
  beforeAll(async () => {
    server = await startRedis()
    await server.cli('SET', 'last', epoch())
  })
  afterAll(() => server?.remove())

  test('a check loads what all need and its driver, and no other', async () => {
    const scene = await makeSqliteScene()
    const line = ['check', '--url', server.url, '--key', 'last', '-c', '1d', '--name', 'a']
    const loaded = await loadedBy(scene, line, 0)
    expectLoaded(loaded, ['main', 'rolldown-runtime', 'net', 'redis', 'ioredis'], BUDGET.redis, [])
  })
})
