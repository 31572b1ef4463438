import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MARIADB_MISSING, mariadbBinaries, startMariadb, type TestMariadb } from '../support/mariadb.ts'
import { POSTGRES_MISSING, postgresBinaries, startPostgres, type TestPostgres } from '../support/postgres.ts'
import { lastaliveAgain as lastalive } from '../support/resident.ts'
import { makeWatchingScene } from '../support/watching.ts'

/** Says what a query brings: as a number it is shown. */
async function numberOf(url: string, sql: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const line = ['--url', url, '--query', sql, '--measure', 'number', '-c', '1000000000']
  return (await lastalive(['check', ...line], { env })).stdout
}

describe.skipIf(postgresBinaries() === undefined)(`settings of PostgreSQL's sessions (or: ${POSTGRES_MISSING})`, () => {
  let server: TestPostgres
  const HOUR = "SELECT extract(hour FROM timestamptz '2026-01-01 12:00+00')"

  beforeAll(async () => {
    server = await startPostgres(['timezone=Asia/Tokyo', 'datestyle=SQL,DMY', 'bytea_output=escape'])
    await server.query('CREATE TABLE runtime_info(rt_key text, rt_value timestamptz)')
    await server.query("INSERT INTO runtime_info VALUES ('k', now())")
  })
  afterAll(() => server?.remove())

  test.each([
    ['the server’s own zone, where nobody says another', '', {}, '21'],
    ['PGTZ', '', { PGTZ: 'Europe/Paris' }, '13'],
    ['the options of the URL', '&options=-c%20TimeZone%3DAmerica/New_York', {}, '7'],
    ['PGTZ before the options', '&options=-c%20TimeZone%3DAmerica/New_York', { PGTZ: 'Europe/Paris' }, '13'],
    ['PGOPTIONS', '', { PGOPTIONS: '-c TimeZone=Europe/London' }, '12'],
  ])('%s', async (_, more, env, hour) => {
    expect(await numberOf(`${server.url}${more}`, HOUR, env)).toMatch(new RegExp(`^OK - \\S+: ${hour} `))
  })

  test.each([
    ['as the server has it', {}, 11],
    ['as PGDATESTYLE has it', { PGDATESTYLE: 'ISO, MDY' }, 10],
    ['as a form has it that nobody else reads', { PGDATESTYLE: 'German' }, 11],
  ])('the day and the month of text stand %s', async (_, env, month) => {
    const sql = "SELECT extract(month FROM '10/11/2026'::timestamp)"
    expect(await numberOf(server.url, sql, env)).toMatch(new RegExp(`^OK - \\S+: ${month} `))
  })

  test('bytes are read in the form that the server has', async () => {
    const line = ['--url', server.url, '--query', "SELECT 'i:1767225600;'::bytea", '-c', '100000h']
    expect((await lastalive(['check', ...line])).stdout).not.toContain('UNKNOWN')
  })

  test('session of the configuration goes before all others, for SQL of one’s own alone', async () => {
    const scene = await makeWatchingScene()
    const session = { timezone: 'Europe/Paris', work_mem: '8MB', search_path: 'pg_catalog, public' }
    const checks = {
      own: { query: HOUR, measure: 'number', critical: '13:13' },
      list: { query: 'SELECT count(*) FROM runtime_info', measure: 'number', critical: '1:1' },
      key: { key: 'k', critical: '10m' },
    }
    scene.watch(checks, { databases: { app: { url: server.url, session } } })
    const outcome = await scene.command(['check'], { env: { PGTZ: 'Asia/Tokyo' } })
    expect(outcome).toMatchObject({ code: 0, stderr: '' })
  })

  test('a zone that the server does not know is a fault of SQL of one’s own alone', async () => {
    const scene = await makeWatchingScene()
    const checks = { own: { query: HOUR, critical: '1h' }, key: { key: 'k', critical: '10m' } }
    scene.watch(checks, { databases: { app: { url: server.url, session: { time_zone: 'Mars/Base' } } } })
    expect(await scene.judged()).toMatchObject({
      own: expect.stringMatching(/^unknown: the session cannot be set up \(.*"Mars\/Base"\)/),
      key: expect.stringMatching(/^ok: /),
    })
    expect((await scene.command(['check', 'own'])).stdout).toContain('one of pg_timezone_names')
  })

  test('whoever relied on UTC is told once a day, until a zone is chosen', async () => {
    const scene = await makeWatchingScene()
    const own = { query: 'SELECT now()', critical: '1h' }
    scene.watch({ own }, { databases: { app: { url: server.url } } })
    const first = await scene.command(['run'])
    expect(first).toMatchObject({ code: 0, stdout: '' })
    expect(first.stderr).toMatch(/^lastalive: remark: database app: the SQL of own runs in .*Asia\/Tokyo.*session: /)
    expect(await scene.command(['run'])).toMatchObject({ code: 0, stdout: '', stderr: '' })
    expect((await scene.command(['validate'])).stdout).toContain('remark: database app: the SQL of own runs in ')
    scene.watch({ own }, { databases: { app: { url: server.url, session: { time_zone: 'UTC' } } } })
    expect((await scene.command(['validate'])).stdout).not.toContain('remark: database app')
  })

  test('of many it names the first, and how many more', async () => {
    const scene = await makeWatchingScene()
    const queries = Array.from({ length: 12 }, (_, i) => [`own${i}`, { query: `SELECT now(), ${i}`, critical: '1h' }])
    scene.watch(Object.fromEntries(queries), { databases: { app: { url: server.url } } })
    expect((await scene.command(['run'])).stderr).toMatch(
      /the SQL of (?:own\d+, ){9}own\d+ and 2 more runs in the server/,
    )
  })

  test('nothing is remarked of a server in UTC', async () => {
    const scene = await makeWatchingScene()
    scene.watch({ own: { query: 'SELECT now()', critical: '1h' } }, { databases: { app: { url: server.url } } })
    await server.query("ALTER ROLE postgres SET timezone = 'Etc/UTC'")
    const outcome = await scene.command(['run'])
    await server.query('ALTER ROLE postgres RESET timezone')
    expect(outcome).toMatchObject({ code: 0, stderr: '' })
  })
})

describe.skipIf(mariadbBinaries() === undefined)(`settings of MariaDB's sessions (or: ${MARIADB_MISSING})`, () => {
  let server: TestMariadb
  const url = (query = ''): string => `mysql://watch@127.0.0.1:${server.port}/mail${query}`
  const HOUR = 'SELECT hour(from_unixtime(unix_timestamp(now()) - unix_timestamp(now()) % 86400))'

  beforeAll(async () => {
    server = await startMariadb(['--default-time-zone=+01:00', '--sql-mode=PIPES_AS_CONCAT'])
    await server.query("CREATE USER watch@'%'; CREATE DATABASE mail; GRANT SELECT ON mail.* TO watch@'%'")
  })
  afterAll(() => server?.remove())

  test.each([
    ['the server’s own zone and mode', '', '1'],
    ['time_zone of the URL', '?time_zone=-05:00', '19'],
    ['both of the URL', '?time_zone=%2B02:00&sql_mode=ANSI_QUOTES', '2'],
  ])('%s', async (_, query, hour) => {
    expect(await numberOf(url(query), HOUR)).toMatch(new RegExp(`^OK - \\S+: ${hour} `))
  })

  test.each([
    ['', "SELECT '1' || '2'", '12'],
    ['?sql_mode=ANSI', "SELECT '1' || '2'", '12'],
    ['?sql_mode=NO_BACKSLASH_ESCAPES', "SELECT '1' || '0'", '1'],
  ])('the mode of %s counts', async (query, sql, value) => {
    expect(await numberOf(url(query), sql)).toMatch(new RegExp(`^OK - \\S+: ${value} `))
  })

  test('a zone that the server does not know is a fault, and says how it is cured', async () => {
    expect(await numberOf(url('?time_zone=Europe/Paris'), HOUR)).toMatch(
      /^UNKNOWN - .*the session cannot be set up \(Unknown or incorrect time zone: 'Europe\/Paris'\).*mysql_tzinfo_to_sql/,
    )
  })

  test('whoever relied on UTC is told once a day', async () => {
    const scene = await makeWatchingScene()
    scene.watch({ own: { query: 'SELECT unix_timestamp()', critical: '1h' } }, { databases: { app: { url: url() } } })
    expect((await scene.command(['run'])).stderr).toContain("the SQL of own runs in the server's zone, +01:00")
    expect((await scene.command(['run'])).stderr).toBe('')
  })
})

test('an SQLite file has no session', async () => {
  const scene = await makeWatchingScene()
  const app = { url: `sqlite:${scene.path}`, session: { time_zone: 'UTC' } }
  scene.watch({ own: { query: 'SELECT 1', critical: '1h' } }, { databases: { app } })
  expect(await scene.command(['validate'])).toMatchObject({ code: 3, stderr: expect.stringContaining('no session') })
})
