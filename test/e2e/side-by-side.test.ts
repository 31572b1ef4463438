import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { COMMAND, lastalive } from '../support/command.ts'
import { eachLineOf } from '../support/plugin-output.ts'
import { POSTGRES_MISSING, postgresBinaries, startPostgres, type TestPostgres } from '../support/postgres.ts'

const ENDLESS_SQLITE = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n'
/** Row by row, so that it fills no disk. */
const ENDLESS_POSTGRES = 'SELECT max(i) FROM (SELECT generate_series(1, 1e15::bigint) AS i) n'

describe.skipIf(postgresBinaries() === undefined)(
  `what hangs takes nothing from the others (${POSTGRES_MISSING} where skipped)`,
  () => {
    let server: TestPostgres
    let frozen: TestPostgres
    let dir: string
    let locked: InstanceType<typeof Database>

    beforeAll(async () => {
      dir = mkdtempSync(join(tmpdir(), 'lastalive-side-'))
      ;[server, frozen] = await Promise.all([startPostgres(), startPostgres()])
      await server.query('CREATE TABLE held(v timestamptz); INSERT INTO held VALUES (now())')
      for (const name of ['healthy', 'locked', 'endless']) {
        const file = new Database(join(dir, `${name}.db`))
        file.exec("CREATE TABLE runtime_info(rt_key, rt_value); INSERT INTO runtime_info VALUES ('k', strftime('%s'))")
        file.close()
      }
      locked = new Database(join(dir, 'locked.db'))
    })
    afterEach(() => {
      frozen.thaw()
      if (locked.inTransaction) locked.exec('ROLLBACK')
    })
    afterAll(async () => {
      locked.close()
      rmSync(dir, { recursive: true, force: true })
      await Promise.all([server.remove(), frozen.remove()])
    })

    const path = (name: string): string => `sqlite:${join(dir, name)}.db`

    function configure(checks: Readonly<Record<string, object>>): string {
      const file = join(dir, 'lastalive.yaml')
      const databases = {
        healthy: path('healthy'),
        locked: path('locked'),
        endless: path('endless'),
        pg: server.url,
        frozen: frozen.url,
        calm: server.url,
      }
      writeFileSync(file, JSON.stringify({ databases, checks, defaults: { critical: '10m' } }), { mode: 0o600 })
      return file
    }

    const HEALTHY = { database: 'healthy', key: 'k' }

    const CASES: readonly (readonly [string, object])[] = [
      ['an endless query in SQLite', { database: 'endless', query: ENDLESS_SQLITE }],
      ['an endless query in PostgreSQL', { database: 'pg', query: ENDLESS_POSTGRES }],
      ['a server that is frozen', { database: 'frozen', key: 'k' }],
    ]

    test('the healthy ones are judged, the deadline holds, and each that hangs has its own words', async () => {
      const file = configure({
        endless_sqlite: { database: 'endless', query: ENDLESS_SQLITE },
        endless_postgres: { database: 'pg', query: ENDLESS_POSTGRES },
        endless_beside: { database: 'healthy', query: ENDLESS_SQLITE },
        held: { database: 'calm', query: 'SELECT v FROM held' },
        frozen: { database: 'frozen', key: 'k' },
        locked: { database: 'locked', key: 'k' },
        good: HEALTHY,
        good_beside: { database: 'calm', query: 'SELECT now()' },
      })
      const holder = server.query('BEGIN; LOCK TABLE held; SELECT pg_sleep(20)').catch(() => 'cancelled')
      locked.exec('BEGIN EXCLUSIVE')
      frozen.freeze()
      await sleep(300)
      const outcome = await lastalive(['check', '--config', file, '--state', dir, '-t', '5s'])
      await server.query("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(20)'")
      await holder
      const summaries = eachLineOf(outcome.stdout).map((line) =>
        line.replace(/ \|.*/, '').replace(/(for|than|alive) \d.*/, '$1 …'),
      )
      expect(outcome.stderr).toBe('')
      expect(summaries.toSorted()).toEqual([
        'CRITICAL - frozen: not read: database frozen: no answer for …',
        'CRITICAL - locked: not read: database locked: locked by another process for …',
        'OK - good: alive …',
        'OK - good_beside: alive …',
        'UNKNOWN - endless_beside: the query took longer than …',
        'UNKNOWN - endless_postgres: the query took longer than …',
        'UNKNOWN - endless_sqlite: the query took longer than …',
        'UNKNOWN - held: the table was locked for …',
      ])
      expect(outcome.seconds).toBeLessThan(6.2)
    })

    test.each(CASES)('SIGTERM ends it within a second: %s', async (_, bad) => {
      const file = configure({ bad, good: HEALTHY })
      if ('database' in bad && bad.database === 'frozen') frozen.freeze()
      const child = spawn(process.execPath, [COMMAND, 'check', '--config', file, '--state', dir, '-t', '30s'], {
        stdio: 'ignore',
      })
      const ended = new Promise<NodeJS.Signals | number | null>((resolve) =>
        child.once('exit', (code, signal) => resolve(signal ?? code)),
      )
      await sleep(900)
      const begun = performance.now()
      child.kill('SIGTERM')
      expect(await ended).toBe(3)
      expect(performance.now() - begun).toBeLessThan(1_000)
    })
  },
)
