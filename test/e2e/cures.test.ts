import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aliveTables, expectWords, giveUntilAlive, HOSTILE, LONG, MEANT } from '../support/cures.ts'
import { POSTGRES_MISSING, postgresBinaries, startPostgres, type TestPostgres } from '../support/postgres.ts'
import { makeWatchingScene } from '../support/watching.ts'

describe.skipIf(postgresBinaries() === undefined)(`PostgreSQL (${POSTGRES_MISSING} where skipped)`, () => {
  let server: TestPostgres
  const url = (user: string, dbname = 'my-app'): string => `postgres://${user}@127.0.0.1:${server.port}/${dbname}`
  const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

  beforeAll(async () => {
    server = await startPostgres()
    const hba = join(server.dataDir, 'pg_hba.conf')
    writeFileSync(hba, `host all secretly 127.0.0.1/32 scram-sha-256\n${readFileSync(hba, 'utf8')}`)
    await server.reload()
    for (const one of ['CREATE DATABASE "my-app"', 'REVOKE ALL ON DATABASE "my-app" FROM PUBLIC'])
      await server.query(one)
    const tables = ['runtime_infos', '"Mixed Case"', '"order"', 'app.jobs', 'app.runs', 'note', quoted(HOSTILE)]
    await server.query(
      `CREATE SCHEMA app; ${aliveTables(tables)} CREATE TABLE flags (rt_key text, rt_value boolean);
       INSERT INTO flags VALUES ('last_alive', true); CREATE FUNCTION app.seen() RETURNS int LANGUAGE sql AS 'SELECT 1';
       CREATE ROLE "watch-me" LOGIN; CREATE ROLE secretly LOGIN PASSWORD 'hush hush';
       CREATE ROLE reader LOGIN IN ROLE pg_read_all_data; GRANT CONNECT ON DATABASE "my-app" TO reader`,
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
          'relation "runtime_info" does not exist (database my-app); did you mean runtime_infos?',
        ],
        [
          'a table in another schema',
          { table: 'jobs' },
          'relation "jobs" does not exist (database my-app); did you mean app.jobs?',
        ],
        [
          'a table of a misspelt schema',
          { table: 'ap.jobs' },
          'relation "ap.jobs" does not exist (database my-app); did you mean app.jobs?',
        ],
        [
          'another table',
          { table: 'heartbeat' },
          expect.stringMatching(
            /^relation "heartbeat" does not exist \(database my-app\); tables there are "Mixed Case", app\.jobs, /,
          ),
        ],
        [
          'a table in SQL',
          { query: 'SELECT max(rt_value) FROM runtime_info' },
          'relation "runtime_info" does not exist (database my-app); did you mean runtime_infos?',
        ],
        [
          'another table in SQL, where one is like a word of the message',
          { query: 'SELECT 1 FROM nothing_of_it' },
          expect.stringMatching(/; tables there are /),
        ],
        [
          'a key column',
          { table: 'flags', key_column: 'rt_kye' },
          'column t.rt_kye does not exist (database my-app); did you mean rt_key?',
        ],
        [
          'a value column',
          { table: 'flags', value_column: 'rtvalue' },
          'column t.rtvalue does not exist (database my-app); did you mean rt_value?',
        ],
        [
          'another column',
          { table: 'flags', value_column: 'beat' },
          'column t.beat does not exist (database my-app); columns there are rt_key, rt_value',
        ],
        [
          'a column in SQL',
          { query: 'SELECT f.rt_valeu FROM public."flags" f' },
          'column f.rt_valeu does not exist (database my-app); did you mean rt_value?',
        ],
        ['a wrong type', { table: 'flags' }, 'last_alive: a value of type boolean is not a timestamp'],
        [
          'a strange table',
          { table: HOSTILE.slice(0, -4) },
          `relation "we"ird's \`a\`\\x7cb \\x1b" does not exist (database my-app); ${MEANT}`,
        ],
        [
          'a table of 300 letters',
          { table: LONG },
          expect.stringMatching(/^relation "x{63}" does not exist \(database my-app\); tables there are /),
        ],
      ],
      { app: url('reader') },
    )
  })

  test.each([
    ['a table', { table: 'runtime_infos' }, ['GRANT SELECT ON runtime_infos TO "watch-me"']],
    ['a table that needs quotes', { table: 'Mixed Case' }, ['GRANT SELECT ON "Mixed Case" TO "watch-me"']],
    ['a table that is called as a word of SQL', { table: 'order' }, ['GRANT SELECT ON "order" TO "watch-me"']],
    [
      'a table in a schema',
      { table: 'app.jobs' },
      ['GRANT USAGE ON SCHEMA app TO "watch-me"', 'GRANT SELECT ON app.jobs TO "watch-me"'],
    ],
    ['a table in SQL', { query: 'SELECT max(rt_value) FROM app.runs' }, ['GRANT SELECT ON app.runs TO "watch-me"']],
  ])('what is denied is told with what to give, which is enough: %s', async (_, check, statements) => {
    await server.query('GRANT CONNECT ON DATABASE "my-app" TO "watch-me"')
    const give = (statement: string): Promise<string> => server.query(statement, 'my-app')
    const databases = { app: url('watch-me') }
    expect(await giveUntilAlive(await makeWatchingScene(), check, { databases, give })).toEqual(statements)
  })

  test('a database that is denied is told with what to give, which is enough', async () => {
    await server.query('REVOKE CONNECT ON DATABASE "my-app" FROM "watch-me"')
    const give = (statement: string): Promise<string> => server.query(statement, 'my-app')
    const check = { query: 'SELECT extract(epoch FROM now())' }
    expect(
      await giveUntilAlive(await makeWatchingScene(), check, { databases: { app: url('watch-me') }, give }),
    ).toEqual(['GRANT CONNECT ON DATABASE "my-app" TO "watch-me"'])
  })

  test('what is denied for another reason is told without a GRANT', async () => {
    const words = [
      [
        'a function of the server',
        { query: "SELECT pg_read_file('/etc/passwd')" },
        'permission denied for function pg_read_file',
      ],
      [
        'a right to write',
        { query: 'DELETE FROM runtime_infos RETURNING 1' },
        'cannot execute DELETE in a read-only transaction',
      ],
    ] as const
    await expectWords(await makeWatchingScene(), words, { app: url('reader') })
  })

  test('row security that hides what is looked for is told', async () => {
    await server.query(
      `CREATE TABLE guarded (rt_key text, rt_value text); INSERT INTO guarded VALUES ('last_alive', extract(epoch FROM now()));
       ALTER TABLE guarded ENABLE ROW LEVEL SECURITY; CREATE TABLE empty (rt_key text, rt_value text)`,
      'my-app',
    )
    const cure =
      '; row security may hide rows of guarded from this user; a policy for SELECT shows them (CREATE POLICY)'
    const cases = [
      ['a key', { table: 'guarded' }, `no row for key last_alive in guarded${cure}`],
      ['a value', { query: 'SELECT max(rt_value) FROM guarded' }, `has never been (NULL)${cure}`],
      ['rows', { rows: 'SELECT rt_key, rt_value FROM guarded' }, `no rows${cure}`],
      ['no row where nothing is hidden', { table: 'empty' }, 'no row for key last_alive in empty'],
    ] as const
    await expectWords(await makeWatchingScene(), cases, { app: url('reader') })
    await server.query('CREATE POLICY seen ON guarded FOR SELECT TO reader USING (true)', 'my-app')
    await expectWords(await makeWatchingScene(), [['a key', { table: 'guarded' }, expect.stringMatching(/^alive/)]], {
      app: url('reader'),
    })
  })

  test('a role that gives the right and is not in force is told first', async () => {
    await server.query(
      'CREATE ROLE lookers; GRANT SELECT ON runtime_infos TO lookers; CREATE ROLE idle LOGIN NOINHERIT IN ROLE lookers; GRANT CONNECT ON DATABASE "my-app" TO idle',
      'my-app',
    )
    const words =
      'permission denied for table runtime_infos; its role lookers is not in force: ALTER ROLE … INHERIT, or options=-c role=…; else GRANT SELECT ON runtime_infos TO idle'
    const cases = [['a table', { table: 'runtime_infos' }, words]] as const
    await expectWords(await makeWatchingScene(), cases, { app: url('idle') })
    const given = { app: `${url('idle')}?options=-c%20role%3Dlookers` }
    await expectWords(
      await makeWatchingScene(),
      [['a table', { table: 'runtime_infos' }, expect.stringMatching(/^alive/)]],
      given,
    )
  })

  test('a login that is refused is told with its reason', async () => {
    const databases = { app: url('secretly:wrong'), none: url('reader', 'nowhere'), nobody: url('stranger') }
    await expectWords(
      await makeWatchingScene(),
      [
        [
          'a wrong password',
          {},
          'not read: database app: login refused for user secretly (wrong password, or an expired one); check the password in --url, password_file or ~/.pgpass, and VALID UNTIL of the role',
        ],
        [
          'no such database',
          { database: 'none' },
          'not read: database none: database nowhere does not exist; check the name of the database',
        ],
        [
          'no such user',
          { database: 'nobody' },
          'not read: database nobody: login refused for user stranger (role "stranger" does not exist); check the name of the user, and pg_hba.conf on the server',
        ],
      ],
      databases,
    )
  })
})
