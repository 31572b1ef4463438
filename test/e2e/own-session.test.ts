import { execFile } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MARIADB_MISSING, mariadbBinaries, startMariadb, type TestMariadb } from '../support/mariadb.ts'
import { POSTGRES_MISSING, postgresBinaries, startPostgres, type TestPostgres } from '../support/postgres.ts'
import { zoneWithRepeatedHour } from '../support/repeated-hour.ts'
import { makeWatchingScene } from '../support/watching.ts'

const run = promisify(execFile)

const TEN_MINUTES = 600

/** How old a beat is: the clock was put back a quarter of an hour ago, or will be in one. */
const AGES = [60, 1_800] as const
const BACK = zoneWithRepeatedHour(900)
const FORTH = zoneWithRepeatedHour(-900)

/** A check by key, one of a table's own columns, and SQL of one's own, as `over` each says it: 1 where it is too old. */
interface Forms {
  readonly naive: string
  readonly zoned: string
  readonly number: string
  readonly count: string
}

/** What the server's own client is asked: whether each form is too old, a column for each. */
function tooOld(ages: readonly string[]): string {
  return `SELECT ${ages.map((age) => `CASE WHEN ${age} > ${TEN_MINUTES} THEN 1 ELSE 0 END`).join(', ')}`
}

/** What a run says of all forms at once, in their order: 1 for critical. */
async function judged(url: string, forms: Forms, options: { readonly env?: Readonly<Record<string, string>> } = {}) {
  const scene = await makeWatchingScene()
  const critical = '10m'
  const checks = {
    key: { key: 'last_alive', critical },
    table: { key: 'last_alive', table: 'beats', key_column: 'k', value_column: 'at', critical },
    naive: { query: forms.naive, critical },
    zoned: { query: forms.zoned, critical },
    number: { query: forms.number, critical },
    count: { query: forms.count, measure: 'number', critical: '0' },
  }
  scene.watch(checks, { databases: { app: { url } } })
  const { stdout } = await scene.command(['check', '--format', 'json'], options)
  const report: { checks: { name: string; state: string; summary: string }[] } = JSON.parse(stdout)
  const summaries = Object.fromEntries(report.checks.map(({ name, state, summary }) => [name, `${state}: ${summary}`]))
  return Object.keys(checks).map((name) => [name, String(summaries[name])] as const)
}

/** The states that the client's answer stands for. */
function expected(answer: string): readonly unknown[] {
  const names = ['key', 'table', 'naive', 'zoned', 'number', 'count']
  const states = answer.trim().split(/[|\t]/)
  return names.map((name, i) => [name, expect.stringMatching(states[i] === '1' ? /^critical: / : /^ok: /)])
}

describe.skipIf(postgresBinaries() === undefined)(`SQL of one's own in PostgreSQL (or: ${POSTGRES_MISSING})`, () => {
  let server: TestPostgres
  const FORMS: Forms = {
    naive: 'SELECT max(utc) FROM beats',
    zoned: 'SELECT max(at) FROM beats',
    number: 'SELECT extract(epoch FROM max(at)) FROM beats',
    count: "SELECT count(*) FROM beats WHERE local < now() - interval '10 min'",
  }
  const AGE = 'extract(epoch FROM now() - (SELECT max(at) FROM beats))'
  const OVERDUE = `(SELECT count(*) * 1000 FROM beats WHERE local < now() - interval '10 min')`

  beforeAll(async () => {
    server = await startPostgres()
    await server.query(`CREATE TABLE beats(k text, at timestamptz, utc timestamp, local timestamp);
      CREATE TABLE runtime_info(rt_key text, rt_value text)`)
  })
  afterAll(() => server?.remove())

  describe.each([
    ['UTC', 'UTC'],
    ['Europe/Paris', 'Europe/Paris'],
    ['America/New_York', 'America/New_York'],
    ['Asia/Kolkata', 'Asia/Kolkata'],
    ['whose clock was just put back', BACK],
    ['whose clock is about to be put back', FORTH],
  ])('in the zone %s', (_, zone) => {
    test.each(AGES)('says what psql says of a beat %i s old', async (age) => {
      await server.query(`ALTER DATABASE postgres SET timezone = '${zone}'`)
      await server.query(`TRUNCATE beats, runtime_info;
        INSERT INTO beats SELECT 'last_alive', t, t AT TIME ZONE 'UTC', t::timestamp
          FROM (SELECT now() - interval '${age} s' AS t) x;
        INSERT INTO runtime_info SELECT k, extract(epoch FROM at)::text FROM beats`)
      const oracle = await server.query(tooOld([AGE, AGE, AGE, AGE, AGE, OVERDUE]))
      expect(await judged(server.url, FORMS)).toEqual(expected(oracle))
    })
  })
})

const MARIADB: Forms = {
  naive: 'SELECT max(utc) FROM beats',
  zoned: 'SELECT max(at) FROM beats',
  number: 'SELECT unix_timestamp(at) FROM beats',
  count: 'SELECT count(*) FROM beats WHERE local < now() - INTERVAL 10 MINUTE',
}

describe.skipIf(mariadbBinaries() === undefined).each([
  ['SYSTEM, just put back', BACK, ['SYSTEM', '+00:00', '+01:00']],
  ['SYSTEM, about to be put back', FORTH, ['SYSTEM', '-05:00', '+05:30']],
])(`SQL of one's own in MariaDB, %s (or: ${MARIADB_MISSING})`, (_, timeZone, zones) => {
  let server: TestMariadb
  const AGE = 'unix_timestamp() - (SELECT unix_timestamp(at) FROM beats)'
  const OVERDUE = '(SELECT count(*) * 1000 FROM beats WHERE local < now() - INTERVAL 10 MINUTE)'

  beforeAll(async () => {
    server = await startMariadb([], { timeZone })
    await server.query(`CREATE DATABASE mail; CREATE USER watch@'%'; GRANT SELECT ON mail.* TO watch@'%'`)
    await server.query(
      `CREATE TABLE beats(k varchar(20), at timestamp NULL, utc datetime, local datetime);
      CREATE TABLE runtime_info(rt_key varchar(20), rt_value text)`,
      'mail',
    )
  })
  afterAll(() => server?.remove())

  describe.each(zones)('with the time_zone %s', (zone) => {
    test.each(AGES)('says what its client says of a beat %i s old', async (age) => {
      await server.query(`SET GLOBAL time_zone = '${zone}'`)
      await server.query(
        `TRUNCATE beats; TRUNCATE runtime_info;
        SET @at = unix_timestamp() - ${age}, @local = now() - INTERVAL ${age} SECOND, time_zone = '+00:00';
        INSERT INTO beats VALUES ('last_alive', from_unixtime(@at), from_unixtime(@at), @local);
        INSERT INTO runtime_info VALUES ('last_alive', @at)`,
        'mail',
      )
      const oracle = await server.query(tooOld([AGE, AGE, AGE, AGE, AGE, OVERDUE]), 'mail')
      expect(await judged(`mysql://watch@127.0.0.1:${server.port}/mail`, MARIADB)).toEqual(expected(oracle))
    })
  })
})

describe("SQL of one's own in SQLite", () => {
  const FORMS: Forms = {
    naive: 'SELECT max(utc) FROM beats',
    zoned: 'SELECT max(at) FROM beats',
    number: 'SELECT unixepoch(max(utc)) FROM beats',
    count: "SELECT count(*) FROM beats WHERE local < datetime('now', 'localtime', '-10 minutes')",
  }
  const AGE = "unixepoch('now') - (SELECT unixepoch(utc) FROM beats)"
  const OVERDUE = "(SELECT count(*) * 1000 FROM beats WHERE local < datetime('now', 'localtime', '-10 minutes'))"

  describe.each([
    ['UTC', 'UTC'],
    ['Europe/Paris', 'Europe/Paris'],
    ['America/New_York', 'America/New_York'],
    ['whose clock was just put back', BACK],
    ['whose clock is about to be put back', FORTH],
  ])('in the zone %s', (_, TZ) => {
    test.each(AGES)('says what its shell says of a beat %i s old', async (age) => {
      const scene = await makeWatchingScene()
      const shell = (sql: string) => run('sqlite3', [scene.path, sql], { env: { PATH: process.env.PATH, TZ } })
      await shell(`CREATE TABLE beats AS SELECT 'last_alive' AS k, datetime(t, 'unixepoch') || '+00:00' AS at,
          datetime(t, 'unixepoch') AS utc, datetime(t, 'unixepoch', 'localtime') AS local
          FROM (SELECT unixepoch('now') - ${age} AS t);
        CREATE TABLE runtime_info AS SELECT k AS rt_key, unixepoch(utc) AS rt_value FROM beats`)
      const { stdout } = await shell(tooOld([AGE, AGE, AGE, AGE, AGE, OVERDUE]))
      expect(await judged(`sqlite:${scene.path}`, FORMS, { env: { TZ } })).toEqual(expected(stdout))
      rmSync(join(scene.path), { force: true })
    })
  })
})
