import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasPeers, runPlugin } from '../peers/plugins.ts'
import { MARIADB_MISSING, mariadbBinaries, startMariadb, type TestMariadb } from '../support/mariadb.ts'
import { POSTGRES_MISSING, postgresBinaries, startPostgres, type TestPostgres } from '../support/postgres.ts'
import { lastaliveAgain } from '../support/resident.ts'

const PAGE = readFileSync(fileURLToPath(new URL('../../docs/plugin.md', import.meta.url)), 'utf8')

/** What the table of a page says is to be written here: the last code of the row, as words. */
function wordsBehind(heading: string, start: string): readonly string[] {
  const section = PAGE.split('\n## ').find((part) => part.startsWith(heading)) ?? ''
  const row = section.split('\n').find((line) => line.startsWith(`| ${start}`)) ?? ''
  const code = [...row.matchAll(/`([^`]+)`/g)].at(-1)?.[1] ?? ''
  return [...code.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '')
}

const [OK, WARNING, CRITICAL] = [0, 1, 2]
const custom = (sql: string, ...words: readonly string[]) => ['--action=custom_query', `--query=${sql}`, ...words]

describe.skipIf(postgresBinaries() === undefined)(`as check_postgres (${POSTGRES_MISSING} where skipped)`, () => {
  let server: TestPostgres
  const busy: pg.Client[] = []
  const keepBusy = async (sql: string): Promise<void> => {
    const client = new pg.Client({ host: server.socketDir, port: server.port, user: 'postgres', database: 'postgres' })
    busy.push(client)
    client.on('error', () => {})
    await client.connect()
    void client.query(sql).catch(() => {})
  }
  beforeAll(async () => {
    server = await startPostgres()
    await server.query(
      `CREATE TABLE jobs(id int); INSERT INTO jobs SELECT generate_series(1, 7);
       CREATE TABLE beats(at timestamptz); INSERT INTO beats VALUES (now() - interval '42 min');
       CREATE TABLE flags(state text); INSERT INTO flags VALUES ('rad');`,
    )
    await server.query('ANALYZE jobs')
    mkdirSync(join(server.dir, 'tmp'), { mode: 0o777 })
    await keepBusy('SELECT pg_sleep(60)')
    await keepBusy('BEGIN; SELECT 1')
    await sleep(2_100)
  })
  afterAll(async () => {
    await server?.remove()
    for (const client of busy) await client.end().catch(() => {})
  })

  const cases: readonly (readonly [row: string, theirs: readonly string[], code: number])[] = [
    [
      '`custom_query` of an age',
      custom(
        'SELECT extract(epoch FROM now() - max(at))::int AS result FROM beats',
        ...['--valtype=time', '--warning=5 minutes', '--critical=1 hour'],
      ),
      WARNING,
    ],
    [
      '`custom_query` of a number',
      custom('SELECT count(*) AS result FROM jobs', '--warning=7', '--critical=20'),
      WARNING,
    ],
    ['… with `--reverse', custom('SELECT count(*) AS result FROM jobs', '--critical=7', '--reverse'), CRITICAL],
    [
      '… with `--valtype=size',
      custom('SELECT pg_database_size(current_database()) AS result', '--valtype=size', '--critical=1MB'),
      CRITICAL,
    ],
    [
      '… with `--valtype=string',
      custom('SELECT state AS result FROM flags', '--valtype=string', '--critical=rad'),
      CRITICAL,
    ],
    ['`query_time`', ['--action=query_time', '--warning=1 second', '--critical=1 hour'], WARNING],
    ['`txn_time`', ['--action=txn_time', '--warning=1 second', '--critical=1 hour'], WARNING],
    ['`txn_idle`', ['--action=txn_idle', '--warning=1 second', '--critical=1 hour'], WARNING],
    ['`prepared_txns`', ['--action=prepared_txns', '--warning=1', '--critical=3600'], OK],
    ['`last_analyze`', ['--action=last_analyze', '--include=jobs', '--warning=1d', '--critical=3d'], OK],
    ['`backends`', ['--action=backends', '--warning=2', '--critical=91'], WARNING],
    ['`txn_wraparound`', ['--action=txn_wraparound', '--warning=1300000000', '--critical=1400000000'], OK],
  ]

  test.each(cases)('%s says the same here', async (row, _, code) => {
    const outcome = await lastaliveAgain([
      'check',
      '--url',
      server.url,
      ...wordsBehind('Coming from check_postgres', row),
    ])
    expect(outcome).toMatchObject({ code, stderr: '' })
  })

  test.skipIf(!hasPeers).each(cases)('%s says that there', async (_, theirs, code) => {
    const place = [`--host=${server.socketDir}`, `--port=${server.port}`, '--dbname=postgres', '--dbuser=postgres']
    const outcome = await runPlugin(['check_postgres', ...place, ...theirs], join(server.dir, 'tmp'))
    expect(outcome).toMatchObject({ code })
  })

  test('check_sql’s DBI string, and its limits', async () => {
    const dsn = `DBI:Pg:dbname=postgres;host=${server.socketDir};port=${server.port};user=postgres`
    const run = (...words: readonly string[]) => lastaliveAgain(['check', '--url', dsn, ...words])
    expect(await run('-q', 'SELECT count(*) FROM jobs', '-W', '5', '-C', '20')).toMatchObject({ code: WARNING })
    expect(await run(...wordsBehind('Coming from check_mysql_query', '`-e TEXT`'))).toMatchObject({ code: CRITICAL })
  })
})

describe.skipIf(mariadbBinaries() === undefined)(`as check_mysql_query (${MARIADB_MISSING} where skipped)`, () => {
  let server: TestMariadb
  beforeAll(async () => {
    server = await startMariadb()
    await server.query('CREATE TABLE mysql.jobs AS SELECT seq AS id FROM seq_1_to_7')
  })
  afterAll(() => server?.remove())

  test.each([
    [['-w', '5', '-c', '20'], WARNING],
    [['-w', '10:', '-c', '@6:8'], CRITICAL],
    [['-w', '1:7'], OK],
  ])('%j says the same here and there', async (limits, code) => {
    const sql = 'SELECT count(*) FROM jobs'
    const url = `mysql://root@localhost/mysql?socket=${server.socket}`
    const ours = await lastaliveAgain(['check', '--url', url, '--query', sql, '--measure', 'number', ...limits])
    expect(ours).toMatchObject({ code, stderr: '' })
    if (!hasPeers) return
    const place = ['-s', server.socket, '-u', 'root', '-d', 'mysql']
    expect(await runPlugin(['check_mysql_query', ...place, '-q', sql, ...limits])).toMatchObject({ code })
  })
})
