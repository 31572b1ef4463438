import { readFileSync, writeFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lastalive } from '../support/command.ts'
import { POSTGRES_MISSING, postgresBinaries, startPostgres, type TestPostgres } from '../support/postgres.ts'
import { epoch, makeSqliteScene, type SqliteScene } from '../support/scene.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const HOOK = join(ROOT, 'test/support/loaded.cjs')

/**
 * What takes long to load, of Node: none of it is for a run that needs no network. Not `net`, which Node itself wants for
 * a stdout that is a socket, as it is here, nor `vm`, by which compiled code is kept.
 */
const HEAVY = [
  ...['child_process', 'crypto', 'dns', 'dns/promises', 'fs/promises', 'http', 'https', 'readline', 'tls'],
  ...['worker_threads', 'zlib'],
]

interface Loaded {
  /** of our own, without their directories */
  readonly own: readonly string[]
  readonly kilobytes: number
  /** how many chunks of the bundle were run */
  readonly chunks: number
  readonly packages: readonly string[]
  readonly heavy: readonly string[]
}

/** What a run of the command loads. */
async function loadedBy(scene: SqliteScene, args: readonly string[], code: number): Promise<Loaded> {
  const list = join(scene.dir, 'loaded.json')
  // A cache that holds nothing: what is loaded is read.
  const env = { NODE_OPTIONS: `--require ${HOOK}`, LOADED: list, XDG_CACHE_HOME: '/dev/null' }
  const outcome = await lastalive(args, { env })
  expect(outcome).toMatchObject({ code })
  const { files, chunks, builtins }: Record<'files' | 'chunks' | 'builtins', readonly string[]> = JSON.parse(
    readFileSync(list, 'utf8'),
  )
  const bytes: Readonly<Record<string, number>> = JSON.parse(readFileSync(join(ROOT, 'dist/meta.json'), 'utf8'))
  const inProject = files.map((file) => relative(ROOT, file)).filter((file) => !file.startsWith('..'))
  const own = inProject.filter((file) => file.startsWith('dist/') && !file.endsWith('.json'))
  const packages = inProject.flatMap((file) => /^node_modules\/(?:@[^/]+\/)?([^/]+)/.exec(file)?.[1] ?? [])
  return {
    own: own.map((file) => basename(file)).toSorted(),
    // Of the bundle itself what was run counts, and not what only stands there.
    kilobytes: [...own, ...chunks].reduce((sum, file) => sum + (bytes[basename(file)] ?? 0), 0) / 1_000,
    chunks: chunks.length,
    packages: [...new Set(packages)].toSorted(),
    heavy: builtins.filter((name) => HEAVY.includes(name)).toSorted(),
  }
}

/** Its native file alone: what of it is JavaScript is a part of ours. */
const SQLITE = ['better-sqlite3']
const SQLITE_PART = 'better-sqlite3.cjs'
const LOCK = 'fs-native-extensions'
const MAIL = ['mail-composer.cjs', 'smtp-connection.cjs']

/**
 * What each kind of run may take of the bundle, in kilobytes and in chunks, and how much each part beside it weighs. It
 * may shrink; a larger one has to be meant.
 */
const BUDGET = { check: 245, file: 255, run: 310, telling: 345, pg: 110, sqlite: 15, yaml: 120, croner: 45, mail: 195 }
const CHUNKS = { check: 45, run: 60 }

/** What was written down, so that nobody loads more without seeing it. */
function expectLoaded(loaded: Loaded, parts: readonly string[], budget: number, packages: readonly string[]): void {
  expect(loaded.chunks).toBeLessThan(loaded.packages.includes(LOCK) ? CHUNKS.run : CHUNKS.check)
  expect(loaded.own).toEqual(['main.cjs', ...parts].toSorted())
  expect(loaded.kilobytes).toBeLessThan(budget)
  expect(loaded.packages).toEqual([...packages].toSorted())
}

describe('on SQLite', () => {
  test('a check loads the bundle and the driver, and no network', async () => {
    const scene = await makeSqliteScene()
    scene.beat(0)
    const line = ['check', '--url', scene.path, '--key', 'last_alive', '-c', '10m', '--name', 'a']
    const loaded = await loadedBy(scene, line, 0)
    expectLoaded(loaded, [SQLITE_PART], BUDGET.check + BUDGET.sqlite, SQLITE)
    expect(loaded.heavy).toEqual([])
  })

  test.each([
    [
      'a file that is written as most are',
      'checks:\n  a:\n    database: d\n    key: last_alive\n    critical: 10m\n',
      [],
    ],
    ['a file that is not', 'checks: { a: { database: d, key: last_alive, critical: 10m } }\n', ['yaml.cjs']],
  ])('%s', async (_, checks, parts) => {
    const scene = await makeSqliteScene()
    scene.beat(0)
    const config = join(scene.dir, 'lastalive.yaml')
    writeFileSync(config, `databases:\n  d: sqlite:${scene.path}\n${checks}`, { mode: 0o600 })
    const loaded = await loadedBy(scene, ['check', '--config', config], 0)
    const budget = BUDGET.file + BUDGET.sqlite + (parts.length > 0 ? BUDGET.yaml : 0)
    expectLoaded(loaded, [SQLITE_PART, ...parts], budget, SQLITE)
    expect(loaded.heavy).toEqual([])
  })

  test('a quiet run loads the lock by its path, and no mailer', async () => {
    const scene = await makeSqliteScene()
    scene.beat(0)
    const told = ['--to', 'a@domain.tld', '--smtp', scene.smtp.url, '--lockfile', scene.lockfile]
    const line = ['run', '--url', scene.path, '--key', 'last_alive', '-c', '10m', '--name', 'a', ...told]
    const loaded = await loadedBy(scene, line, 0)
    expectLoaded(loaded, [SQLITE_PART], BUDGET.run + BUDGET.sqlite, [...SQLITE, LOCK])
    expect(loaded.heavy).toEqual([])
    scene.beat(7_200)
    const telling = BUDGET.telling + BUDGET.sqlite + BUDGET.mail
    expectLoaded(await loadedBy(scene, line, 2), [SQLITE_PART, ...MAIL], telling, [...SQLITE, LOCK])
  })

  test('a schedule loads what reads it', async () => {
    const scene = await makeSqliteScene()
    scene.set(epoch())
    const line = ['check', '--url', scene.path, '--key', 'last_alive', '--schedule', '@yearly']
    expectLoaded(
      await loadedBy(scene, line, 0),
      ['croner.cjs', SQLITE_PART],
      BUDGET.file + BUDGET.sqlite + BUDGET.croner,
      SQLITE,
    )
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

  test('a check loads the bundle and its driver, and no other', async () => {
    const scene = await makeSqliteScene()
    const line = ['check', '--url', server.url, '--key', 'last_alive', '-c', '1d', '--name', 'a']
    const loaded = await loadedBy(scene, line, 0)
    expectLoaded(loaded, ['pg.cjs'], BUDGET.file + BUDGET.pg, [])
    expect(loaded.heavy).toEqual([])
  })
})
