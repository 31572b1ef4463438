import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import Database from 'better-sqlite3'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { FaultError } from '../../src/core/errors.ts'
import type { Fault } from '../../src/core/types.ts'
import { type DatabaseTarget, parseDatabaseUrl } from '../../src/drivers/url.ts'
import { ask, describeDriver, faultOf, PATIENT, textsOf } from './conformance.ts'

const dir = mkdtempSync(join(tmpdir(), 'lastalive-sqlite-'))
afterAll(() => rmSync(dir, { recursive: true }))

function fileAt(name: string): DatabaseTarget {
  return parseDatabaseUrl(`sqlite:${join(dir, name)}`, { env: {}, home: dir, userName: 'watch' })
}

function makeDatabase(name: string, sql: string): Database.Database {
  const database = new Database(join(dir, name))
  database.exec(sql)
  return database
}

const BEATS = `CREATE TABLE beats (k text PRIMARY KEY, v);
  INSERT INTO beats VALUES ('ghosts', NULL), ('it''s', 1), ('"x"', '2')`

makeDatabase('beats.db', BEATS).close()

describeDriver('sqlite', { target: () => fileAt('beats.db'), missing: () => fileAt('missing.db') })

test.each([
  ['an integer', '42', { text: '42', type: 'number', typeName: 'integer' }],
  ['a real', '1.5', { text: '1.5', type: 'number', typeName: 'real' }],
  ['text', "'2026-01-01'", { text: '2026-01-01', type: 'text', typeName: 'text' }],
  ['NULL', 'NULL', { text: null, type: 'text', typeName: 'null' }],
  ['a blob', "x'00'", { text: '', type: 'other', typeName: 'blob' }],
])('says what %s is', async (_, sql, value) => {
  expect((await ask(fileAt('beats.db'), `SELECT ${sql}`)).rows).toEqual([[value]])
})

test('never makes a file', async () => {
  expect(await faultOf(ask(fileAt('missing.db'), 'SELECT 1'))).toMatchObject({
    message: `no such file: ${dir}/missing.db`,
  })
  expect(existsSync(join(dir, 'missing.db'))).toBe(false)
})

test('says that a directory is none', async () => {
  mkdirSync(join(dir, 'directory'))
  const fault = await faultOf(ask(fileAt('directory'), 'SELECT 1'))
  expect(fault).toMatchObject({ kind: 'unreachable', scope: 'database', message: `${dir}/directory is a directory` })
})

test('is not held up by a FIFO', async () => {
  execFileSync('mkfifo', [join(dir, 'fifo')])
  const fault = await faultOf(ask(fileAt('fifo'), 'SELECT 1'))
  expect(fault).toMatchObject({ kind: 'unreachable', message: `${dir}/fifo is no regular file` })
})

test('says that a file is not a database', async () => {
  writeFileSync(join(dir, 'text.db'), 'hello '.repeat(1_000))
  const fault = await faultOf(ask(fileAt('text.db'), 'SELECT 1'))
  expect(fault).toMatchObject({ kind: 'failed', scope: 'database', message: `not an SQLite database: ${dir}/text.db` })
})

test('says that a database is damaged', async () => {
  makeDatabase('damaged.db', BEATS).close()
  const file = openSync(join(dir, 'damaged.db'), 'r+')
  writeSync(file, Buffer.alloc(3_000, 0xff), 0, 3_000, 100)
  closeSync(file)
  truncateSync(join(dir, 'damaged.db'), 4_096)
  expect(await faultOf(ask(fileAt('damaged.db'), 'SELECT 1'))).toMatchObject({ kind: 'failed', scope: 'database' })
})

test('an empty file is a database without tables', async () => {
  writeFileSync(join(dir, 'empty.db'), '')
  const fault = await faultOf(ask(fileAt('empty.db'), 'SELECT * FROM beats'))
  expect(fault).toMatchObject({ kind: 'failed', scope: 'check', message: 'no such table: beats' })
})

test('a file that stays locked is told after the time that it has', async () => {
  const writer = makeDatabase('locked.db', `${BEATS}; BEGIN EXCLUSIVE`)
  const fault = await faultOf(ask(fileAt('locked.db'), 'SELECT 1', { timeoutMs: 200 }))
  writer.close()
  expect(fault).toEqual({ kind: 'timeout', scope: 'database', message: 'locked by another process for 0.2 s' })
})

test('a lock after the first answer is the check’s fault', async () => {
  const writer = makeDatabase('later.db', BEATS)
  const fault = await faultOf(
    ask(fileAt('later.db'), async ({ query }) => {
      writer.exec('BEGIN EXCLUSIVE')
      return await query('SELECT * FROM beats', [], { timeoutMs: 200 })
    }),
  )
  writer.close()
  expect(fault).toEqual({ kind: 'timeout', scope: 'check', message: 'locked by another process for 0.2 s' })
})

test('a file that is locked for a moment is waited for', async () => {
  const writer = makeDatabase('moment.db', `${BEATS}; BEGIN EXCLUSIVE`)
  const answer = ask(fileAt('moment.db'), 'SELECT count(*) FROM beats')
  await sleep(120)
  writer.close()
  expect(textsOf(await answer)).toEqual(['3'])
})

test('reads while a writer has a write-ahead log open', async () => {
  const writer = makeDatabase('wal.db', `PRAGMA journal_mode=WAL; ${BEATS}; BEGIN IMMEDIATE; DELETE FROM beats`)
  const answer = await ask(fileAt('wal.db'), 'SELECT count(*) FROM beats')
  writer.close()
  expect(textsOf(answer)).toEqual(['3'])
})

describe('a user who may not do everything', () => {
  const shared = join(dir, 'shared')
  // Root may write everywhere, so it becomes somebody else; an ordinary user takes the right from itself.
  const isRoot = process.getuid?.() === 0
  const asNobody = async <T>(work: () => Promise<T>): Promise<T> => {
    if (isRoot) process.seteuid?.(65_534)
    else chmodSync(shared, 0o555)
    try {
      return await work()
    } finally {
      if (isRoot) process.seteuid?.(0)
      else chmodSync(shared, 0o755)
    }
  }

  beforeAll(() => {
    execFileSync('chmod', ['755', dir])
    mkdirSync(shared)
    makeDatabase('shared/wal.db', `PRAGMA journal_mode=WAL; ${BEATS}`).close()
  })

  test('is told how a write-ahead log can be read in a directory that it cannot write', async () => {
    const fault = await asNobody(() => faultOf(ask(fileAt('shared/wal.db'), 'SELECT * FROM beats')))
    expect(fault).toMatchObject({
      kind: 'failed',
      scope: 'database',
      cure: expect.stringContaining(`write in ${shared}`),
    })
  })

  test('is told that it may not look into a directory', async () => {
    mkdirSync(join(shared, 'private'), { mode: isRoot ? 0o700 : 0o000 })
    const fault = await asNobody(() => faultOf(ask(fileAt('shared/private/app.db'), 'SELECT 1')))
    expect(fault).toMatchObject({ kind: 'denied', message: `no permission to read ${shared}/private/app.db` })
  })
})

describe('a view, in a process of its own', () => {
  const built = join('node_modules', '.cache', `lastalive-${process.pid}`)
  let open: typeof import('../../src/drivers/open.ts')

  beforeAll(async () => {
    const entryPoints = ['src/drivers/open.ts', 'src/drivers/sqlite-child.ts']
    const external = ['better-sqlite3', 'pg']
    const settings = { bundle: true, splitting: true, platform: 'node', format: 'esm', outdir: built } as const
    await build({ ...settings, entryPoints, external, outExtension: { '.js': '.js' }, packages: 'external' })
    open = await import(pathToFileURL(join(process.cwd(), built, 'open.js')).href)
    makeDatabase(
      'views.db',
      `${BEATS}; CREATE VIEW "fine ""view" AS SELECT * FROM beats;
      CREATE VIEW endless AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) AS v FROM n`,
    ).close()
  })
  afterAll(() => rmSync(built, { recursive: true, force: true }))

  const look = async (sql: string, timeoutMs: number): Promise<unknown> =>
    await open.withDatabase(fileAt('views.db'), { signal: PATIENT, timeoutMs }, ({ query }) =>
      query(sql, [], { timeoutMs }),
    )
  // The bundle has an error class of its own.
  const fault = async (sql: string, timeoutMs: number): Promise<Fault> =>
    await look(sql, timeoutMs).then(
      () => Promise.reject(new Error('it succeeded')),
      (error: FaultError) => error.fault,
    )

  test('is read like a table', async () => {
    expect(await look('SELECT v FROM "fine ""view" WHERE v IS NOT NULL LIMIT 1', 4_000)).toEqual({
      columns: ['v'],
      rows: [[{ text: '1', type: 'number', typeName: 'integer' }]],
    })
  })

  test('that never ends is killed in time', async () => {
    expect(await fault('SELECT v FROM ENDLESS', 700)).toEqual({
      kind: 'timeout',
      scope: 'check',
      message: 'the query took longer than 0.7 s',
    })
  })

  test('leaves no process behind', async () => {
    await fault('SELECT v FROM endless', 500)
    await sleep(50)
    // Of this process alone: other suites, which run beside this one, have children of their own.
    const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ')
    const commands = children.filter((pid) => pid !== '').map((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8'))
    expect(commands.filter((command) => command.includes('sqlite-child'))).toEqual([])
  })

  test('with a wrong column says so', async () => {
    expect(await fault('SELECT nought FROM endless', 4_000)).toMatchObject({ message: 'no such column: nought' })
  })

  test('of a file that is locked says so', async () => {
    let writer: Database.Database | undefined
    const answer = open.withDatabase(fileAt('views.db'), { signal: PATIENT, timeoutMs: 900 }, async ({ query }) => {
      writer = new Database(join(dir, 'views.db'))
      writer.exec('BEGIN EXCLUSIVE')
      return await query('SELECT * FROM "fine ""view"', [], { timeoutMs: 900 })
    })
    const error: unknown = await answer.catch((reason: unknown) => reason)
    writer?.close()
    expect(error).toMatchObject({
      fault: { kind: 'timeout', scope: 'check', message: 'locked by another process for 0.9 s' },
    })
  })
})
