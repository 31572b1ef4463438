import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aliveTables, expectWords, giveUntilAlive, HOSTILE, LONG, MEANT } from '../support/cures.ts'
import { MARIADB_MISSING, mariadbBinaries, startMariadb, type TestMariadb } from '../support/mariadb.ts'
import { makeWatchingScene } from '../support/watching.ts'

describe.skipIf(mariadbBinaries() === undefined)(`MariaDB (${MARIADB_MISSING} where skipped)`, () => {
  let server: TestMariadb
  const url = (user: string, database = 'my-app'): string => `mysql://${user}@127.0.0.1:${server.port}/${database}`
  const quoted = (name: string): string => `\`${name.replaceAll('`', '``')}\``

  beforeAll(async () => {
    server = await startMariadb()
    await server.query('CREATE DATABASE `my-app`; CREATE DATABASE vault')
    const tables = ['runtime_infos', '`Mixed Case`', '`order`', 'vault.jobs', quoted('we`ird'), quoted(HOSTILE)]
    await server.query(
      `${aliveTables(tables)} CREATE TABLE flags (rt_key text, rt_value time); INSERT INTO flags VALUES ('last_alive', 0);
       CREATE TABLE open (a int); CREATE USER 'watch-me'@'%'; GRANT SELECT ON open TO 'watch-me'@'%';
       CREATE USER reader@'%'; GRANT SELECT ON *.* TO reader@'%'; CREATE USER outside@'%';
       CREATE USER secretly@'%' IDENTIFIED BY 'hush hush'`,
      'my-app',
    )
  })
  afterAll(() => server?.remove())

  test('what is not there is told with what is', async () => {
    await expectWords(
      await makeWatchingScene(),
      [
        [
          'a table',
          { table: 'runtime_info' },
          "Table 'my-app.runtime_info' doesn't exist; did you mean runtime_infos?",
        ],
        [
          'a table in another database',
          { table: 'jobs' },
          "Table 'my-app.jobs' doesn't exist; did you mean vault.jobs?",
        ],
        ['a misspelt database', { table: 'vaul.jobs' }, "Table 'vaul.jobs' doesn't exist; did you mean vault.jobs?"],
        [
          'another table',
          { table: 'heartbeat' },
          expect.stringMatching(/^Table 'my-app\.heartbeat' doesn't exist; tables there are /),
        ],
        [
          'a table in SQL',
          { query: 'SELECT max(rt_value) FROM runtime_info' },
          "Table 'my-app.runtime_info' doesn't exist; did you mean runtime_infos?",
        ],
        [
          'a key column',
          { table: 'flags', key_column: 'rt_kye' },
          "Unknown column 't.rt_kye' in 'SELECT' (database my-app); did you mean rt_key?",
        ],
        [
          'a value column',
          { table: 'flags', value_column: 'rtvalue' },
          "Unknown column 't.rtvalue' in 'SELECT' (database my-app); did you mean rt_value?",
        ],
        [
          'another column',
          { table: 'flags', value_column: 'beat' },
          "Unknown column 't.beat' in 'SELECT' (database my-app); columns there are rt_key, rt_value",
        ],
        [
          'a column in SQL',
          { query: 'SELECT f.rt_valeu FROM `my-app`.`flags` f' },
          "Unknown column 'f.rt_valeu' in 'SELECT' (database my-app); did you mean rt_value?",
        ],
        ['a wrong type', { table: 'flags' }, 'last_alive: a value of type time is not a timestamp'],
        [
          'a strange table',
          { table: HOSTILE.slice(0, -4) },
          `Table 'my-app.we"ird's \`a\`\\x7cb \\001B' doesn't exist; ${MEANT}`,
        ],
        ['a table of 300 letters', { table: LONG }, expect.stringMatching(/^Incorrect table name 'x+'$/)],
      ],
      { app: url('reader') },
    )
  })

  test.each([
    ['a table', { table: 'runtime_infos' }, ["GRANT SELECT ON `my-app`.`runtime_infos` TO 'watch-me'@'%'"]],
    ['a table that needs quotes', { table: 'Mixed Case' }, ["GRANT SELECT ON `my-app`.`Mixed Case` TO 'watch-me'@'%'"]],
    ['a table with a quote', { table: 'we`ird' }, ["GRANT SELECT ON `my-app`.`we``ird` TO 'watch-me'@'%'"]],
    ['a table of another database', { table: 'vault.jobs' }, ["GRANT SELECT ON `vault`.`jobs` TO 'watch-me'@'%'"]],
    [
      'a table in SQL',
      { query: 'SELECT max(rt_value) FROM `order`' },
      ["GRANT SELECT ON `my-app`.`order` TO 'watch-me'@'%'"],
    ],
  ])('what is denied is told with what to give, which is enough: %s', async (_, check, statements) => {
    const options = { databases: { app: url('watch-me') }, give: (statement: string) => server.query(statement) }
    expect(await giveUntilAlive(await makeWatchingScene(), check, options)).toEqual(statements)
  })

  test('zones that the server does not know are told where CONVERT_TZ gives NULL', async () => {
    const cure =
      '; CONVERT_TZ gives NULL for names of zones that the server has not loaded; load them with mysql_tzinfo_to_sql'
    const cases = [
      ['a zone', { query: "SELECT convert_tz(now(), 'UTC', 'Europe/Paris')" }, `has never been (NULL)${cure}`],
      [
        'NULL without a zone',
        { query: 'SELECT max(rt_value) FROM runtime_infos WHERE 1 = 0' },
        'has never been (NULL)',
      ],
    ] as const
    await expectWords(await makeWatchingScene(), cases, { app: url('reader') })
  })

  test('a role that gives the right and is not in force is told first', async () => {
    await server.query(
      "CREATE ROLE lookers; GRANT SELECT ON runtime_infos TO lookers; CREATE USER idle@'%'; GRANT lookers TO idle@'%'; GRANT SELECT ON open TO idle@'%'",
      'my-app',
    )
    const words =
      "SELECT command denied to user 'idle'@'127.0.0.1' for table `my-app`.`runtime_infos`; its role lookers is not in force: SET DEFAULT ROLE; else GRANT SELECT ON `my-app`.`runtime_infos` TO 'idle'@'%'"
    const cases = [['a table', { table: 'runtime_infos' }, words]] as const
    await expectWords(await makeWatchingScene(), cases, { app: url('idle') })
    await server.query("SET DEFAULT ROLE lookers FOR idle@'%'")
    await expectWords(
      await makeWatchingScene(),
      [['a table', { table: 'runtime_infos' }, expect.stringMatching(/^alive/)]],
      { app: url('idle') },
    )
  })

  test('a login that is refused is told with its reason', async () => {
    const databases = { app: url('secretly:wrong'), none: url('reader', 'nowhere'), barred: url('outside') }
    await expectWords(
      await makeWatchingScene(),
      [
        [
          'a wrong password',
          {},
          'not read: database app: login refused for user secretly (wrong password, no such user, or TLS required); check the password in --url, password_file or ~/.my.cnf, the host that the user may come from, and whether it must use TLS (ssl-mode=REQUIRED)',
        ],
        [
          'no such database',
          { database: 'none' },
          'not read: database none: database nowhere does not exist; check the name of the database',
        ],
        [
          'a database that is denied',
          { database: 'barred' },
          "not read: database barred: user outside may not use database my-app; GRANT SELECT ON `my-app`.`TABLE` TO 'outside'@'%', with the table's name; if a role of its own has that right, make it the default: SET DEFAULT ROLE",
        ],
      ],
      databases,
    )
  })
})
