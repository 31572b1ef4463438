import { execFileSync } from 'node:child_process'
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, truncateSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import { ON_NODE_SQLITE } from '../../support/sqlite-child.ts'
import { BEATS, makeSqliteFolder } from '../../support/sqlite-folder.ts'
import { ask, describeDriver, faultOf, textsOf } from '../conformance.ts'

const { dir, target: fileAt, make: makeDatabase } = makeSqliteFolder()

makeDatabase('beats.db', BEATS).close()

describeDriver('sqlite', { target: () => fileAt('beats.db'), missing: () => fileAt('missing.db') })

test('is read by the engine that is meant', async () => {
  const better = await import('better-sqlite3').then(
    ({ default: Database }) => new Database(':memory:').open,
    () => false,
  )
  expect(better).toBe(!ON_NODE_SQLITE)
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
  expect(fault).toMatchObject({ kind: 'unreachable', scope: 'source', message: `${dir}/directory is a directory` })
})

test('is not held up by a FIFO', async () => {
  execFileSync('mkfifo', [join(dir, 'fifo')])
  const fault = await faultOf(ask(fileAt('fifo'), 'SELECT 1'))
  expect(fault).toMatchObject({ kind: 'unreachable', message: `${dir}/fifo is no regular file` })
})

test('says that a file is not a database', async () => {
  writeFileSync(join(dir, 'text.db'), 'hello '.repeat(1_000))
  const fault = await faultOf(ask(fileAt('text.db'), 'SELECT 1'))
  expect(fault).toMatchObject({ kind: 'failed', scope: 'source', message: `not an SQLite database: ${dir}/text.db` })
})

test('says that a database is damaged', async () => {
  makeDatabase('damaged.db', BEATS).close()
  const file = openSync(join(dir, 'damaged.db'), 'r+')
  writeSync(file, Buffer.alloc(3_000, 0xff), 0, 3_000, 100)
  closeSync(file)
  truncateSync(join(dir, 'damaged.db'), 4_096)
  expect(await faultOf(ask(fileAt('damaged.db'), 'SELECT 1'))).toMatchObject({ kind: 'failed', scope: 'source' })
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
  expect(fault).toEqual({ kind: 'timeout', scope: 'source', message: 'locked by another process for 0.2 s' })
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
      scope: 'source',
      cure: expect.stringContaining(`write in ${shared}`),
    })
  })

  test('is told that it may not look into a directory', async () => {
    mkdirSync(join(shared, 'private'), { mode: isRoot ? 0o700 : 0o000 })
    const fault = await asNobody(() => faultOf(ask(fileAt('shared/private/app.db'), 'SELECT 1')))
    // Or else it cannot be removed.
    chmodSync(join(shared, 'private'), 0o700)
    expect(fault).toMatchObject({ kind: 'denied', message: `no permission to read ${shared}/private/app.db` })
  })
})
