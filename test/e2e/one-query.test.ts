import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eachLineOf } from '../support/plugin-output.ts'
import { POSTGRES_MISSING, postgresBinaries, startPostgres, type TestPostgres } from '../support/postgres.ts'
import { lastaliveAgain as lastalive } from '../support/resident.ts'

const COUNT = 2_000

describe.skipIf(postgresBinaries() === undefined)(`the server's log (${POSTGRES_MISSING} where skipped)`, () => {
  let server: TestPostgres
  let dir: string
  let log: string

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'lastalive-log-'))
    server = await startPostgres([
      'logging_collector=on',
      'log_directory=log',
      'log_filename=all.log',
      'log_connections=on',
      'log_statement=all',
    ])
    log = join(server.dataDir, 'log', 'all.log')
    await server.query(
      `CREATE TABLE workers(name text, seen timestamptz, id int);
       INSERT INTO workers SELECT 'worker-' || i, now(), i FROM generate_series(1, ${COUNT}) i`,
    )
  })
  afterAll(async () => {
    rmSync(dir, { recursive: true, force: true })
    await server.remove()
  })

  /** What one `check` left in the log: the connections, and the statements that look at the table. */
  async function logged(checks: object): Promise<{ connections: number; statements: number; lines: number }> {
    const file = join(dir, 'lastalive.yaml')
    writeFileSync(file, JSON.stringify({ databases: { app: server.url }, checks }), { mode: 0o600 })
    const before = readFileSync(log, 'utf8').length
    const outcome = await lastalive(['check', '--config', file, '--state', dir, '-t', '20s'])
    expect(outcome).toMatchObject({ code: 0, stderr: '' })
    const news = readFileSync(log, 'utf8').slice(before)
    return {
      connections: news.match(/connection authorized/g)?.length ?? 0,
      statements: news.match(/execute .*workers/g)?.length ?? 0,
      lines: eachLineOf(outcome.stdout).length,
    }
  }

  test(`${COUNT} rows of one check are one connection and one query`, async () => {
    const workers = { database: 'app', rows: 'SELECT name, seen FROM workers', critical: '10m' }
    expect(await logged({ workers })).toEqual({ connections: 1, statements: 1, lines: COUNT + 1 })
  })

  test(`${COUNT} checks of keys of one table are one connection and one query`, async () => {
    const place = { database: 'app', table: 'workers', key_column: 'name', value_column: 'seen', critical: '10m' }
    const checks = Array.from({ length: COUNT }, (_, i) => [`c${i}`, { ...place, key: `worker-${i + 1}` }])
    expect(await logged(Object.fromEntries(checks))).toEqual({ connections: 1, statements: 1, lines: COUNT })
  })

  test('keys, a pattern and two queries are one connection and a query each', async () => {
    const table = { database: 'app', table: 'workers', key_column: 'name', value_column: 'seen', critical: '10m' }
    const query = { database: 'app', query: 'SELECT max(seen) FROM workers', critical: '10m' }
    const checks = {
      one: { ...table, key: 'worker-1' },
      two: { ...table, key: 'worker-2' },
      many: { ...table, key: 'worker-1*' },
      newest: query,
      same: { ...query, critical: '20m' },
      oldest: { ...query, query: 'SELECT min(seen) FROM workers WHERE id > $1', params: [0] },
    }
    expect(await logged(checks)).toMatchObject({ connections: 1, statements: 4 })
  })
})
