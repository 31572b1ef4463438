import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Connection } from '../../../src/drivers/driver.ts'
import { type DatabaseTarget, parseDatabaseUrl } from '../../../src/drivers/url.ts'
import { MARIADB_MISSING, mariadbBinaries } from '../../support/mariadb.ts'
import { ask, describeDriver, faultOf, textsOf } from '../conformance.ts'
import { type MysqlServer, startMysqlServer } from './server.ts'

describe.skipIf(mariadbBinaries() === undefined)(`mysql (otherwise: ${MARIADB_MISSING})`, () => {
  let mail: MysqlServer
  const target = (user: string, query?: string): Promise<DatabaseTarget> =>
    parseDatabaseUrl(mail.as(user, query), { env: {}, home: mail.home, userName: 'watch' })

  beforeAll(async () => {
    mail = await startMysqlServer()
  })
  afterAll(async () => await mail?.remove())

  describeDriver('behaves like every driver', {
    target: () => target('writer'),
    missing: () => parseDatabaseUrl('mysql://127.0.0.1:1/mail', { env: {}, home: mail.home, userName: 'watch' }),
  })

  describe('values', () => {
    test.each([
      ['zoned', 'ts', '2026-01-01 12:00:00.250+00', 'timestamp'],
      ['zoned', 'never', '0000-00-00 00:00:00', 'timestamp'],
      ['naive', 'dt', '2026-01-01 12:00:00.5', 'datetime'],
      ['naive', 'zero', '0000-00-00 00:00:00', 'datetime'],
      ['naive', 'd', '2026-01-31', 'date'],
      ['number', 'tiny', '-128', 'tinyint'],
      ['number', 'medium', '16777215', 'mediumint unsigned'],
      ['number', 'i', '-2147483648', 'int'],
      ['number', 'big', '18446744073709551615', 'bigint unsigned'],
      ['number', 'amount', '12345678901234567890.1234567890', 'decimal'],
      ['number', 'dbl', '1767225600.123456', 'double'],
      ['number', 'flt', '0.1', 'float'],
      ['text', 'c', 'x', 'char'],
      ['text', 'vc', 'größe 🐘', 'varchar'],
      ['text', 'latin', 'größe', 'varchar'],
      ['text', 'tt', 'x', 'tinytext'],
      ['text', 'mt', 'x', 'mediumtext'],
      ['text', 'lt', 'x', 'longtext'],
      ['text', 'e', 'fine', 'enum'],
      ['text', 's', 'a,b', 'set'],
      ['text', 'j', '{"at": 1}', 'json'],
      ['text', 'bl', 'i:1767225600;', 'blob'],
      ['text', 'vb', '2026-01-01', 'varbinary'],
      ['other', 'bad', '', 'blob'],
      ['other', 'nul', '', 'varbinary'],
      ['other', 'y', '2026', 'year'],
      ['other', 't', '12:00:00', 'time'],
      ['other', 'b', '', 'bit'],
      ['other', 'g', '', 'point'],
      ['other', 'u', '123e4567-e89b-12d3-a456-426655440000', 'uuid'],
    ])('%s: %s', async (type, column, text, typeName) => {
      expect((await ask(target('writer'), `SELECT ${column} FROM kinds`)).rows).toEqual([[{ type, text, typeName }]])
    })

    test('come in UTC and in words as they are written, whatever the server prefers', async () => {
      await mail.server.query(
        "SET GLOBAL time_zone = '+09:00', sql_mode = 'ANSI_QUOTES', character_set_results = latin1",
      )
      const result = await ask(target('writer'), 'SELECT ts, "it\'s", vc FROM kinds')
      const { cure } = await faultOf(ask(target('watch'), 'SELECT * FROM secret_beats'))
      await mail.server.query("SET GLOBAL time_zone = SYSTEM, sql_mode = '', lc_messages = 'en_US'")
      expect(cure).toBe("GRANT SELECT ON `mail`.`secret_beats` TO 'watch'@'%'")
      expect(textsOf(result)).toEqual(['2026-01-01 12:00:00.250+00', "it's", 'größe 🐘'])
    })
  })

  describe('a query', () => {
    test('that takes too long is told from a locked table', async () => {
      expect(await faultOf(ask(target('watch'), 'SELECT sleep(5) FROM beats', { timeoutMs: 500 }))).toEqual({
        kind: 'timeout',
        scope: 'check',
        message: 'the query took longer than 0.5 s',
      })
    })

    test.each([500, 1_300])('on a locked table says that it is locked, after %i ms', async (timeoutMs) => {
      const holder = mail.server.query(`LOCK TABLES beats WRITE; SELECT sleep(${timeoutMs / 1_000 + 0.7})`, 'mail')
      await mail.server.query('SELECT sleep(0.3)')
      const begun = performance.now()
      const fault = await faultOf(ask(target('watch'), 'SELECT * FROM beats', { timeoutMs }))
      expect(fault).toEqual({
        kind: 'timeout',
        scope: 'check',
        message: `the table was locked for ${timeoutMs / 1_000} s`,
      })
      expect(performance.now() - begun).toBeLessThan(timeoutMs + 300)
      await holder
    })

    test('on a table that is let go in time is answered', async () => {
      const holder = mail.server.query('LOCK TABLES beats WRITE; SELECT sleep(0.7)', 'mail')
      await mail.server.query('SELECT sleep(0.3)')
      expect(textsOf(await ask(target('watch'), "SELECT v FROM beats WHERE k = 'it''s'"))).toEqual(['1'])
      await holder
    })

    test.each([
      ['secret_beats', '`mail`.`secret_beats`'],
      ['vault.beats', '`vault`.`beats`'],
    ])('on %s says what to grant', async (table, name) => {
      expect(await faultOf(ask(target('watch'), `SELECT * FROM ${table}`))).toEqual({
        kind: 'denied',
        scope: 'check',
        message: `SELECT command denied to user 'watch'@'127.0.0.1' for table ${name}`,
        cure: `GRANT SELECT ON ${name} TO 'watch'@'%'`,
      })
    })

    test('whose connection is cut says so, and so do the next ones', async () => {
      const result = await ask(target('writer'), async ({ query }) => {
        const cut = mail.server.query(
          `SELECT sleep(0.3); KILL ${textsOf(await query('SELECT connection_id()', [], SOON))[0]}`,
        )
        const first = await faultOf(query('SELECT sleep(3)', [], SOON))
        const second = await faultOf(query('SELECT 1', [], SOON))
        await cut
        return { columns: [first.kind, first.scope, second.message], rows: [] }
      })
      expect(result.columns).toEqual(['unreachable', 'check', expect.stringContaining('connection lost')])
    })

    test('that is ended on the server says so', async () => {
      const fault = await faultOf(
        ask(target('writer'), async ({ query }) => {
          const [id] = textsOf(await query('SELECT connection_id()', [], SOON))
          const ended = mail.server.query(`SELECT sleep(0.3); KILL QUERY ${id}`)
          return await query('SELECT * FROM many a, many b, many c ORDER BY rand()', [], SOON).finally(() => ended)
        }),
      )
      expect(fault).toMatchObject({
        kind: 'timeout',
        message: expect.stringMatching(/^the query was ended on the server/),
      })
    })

    test('ends when the signal fires', async () => {
      const begun = performance.now()
      const fault = await faultOf(ask(target('watch'), 'SELECT sleep(5)', { signal: AbortSignal.timeout(400) }))
      expect(fault).toMatchObject({ kind: 'timeout', scope: 'check' })
      expect(performance.now() - begun).toBeLessThan(1_500)
    })

    test('with more rows than are wanted keeps no more, even behind a LIMIT', async () => {
      const sql = 'SELECT n FROM many LIMIT 5000'
      const result = await ask(target('watch'), ({ query }) => query(sql, [], { ...SOON, maxRows: 10 }))
      expect(result.rows).toHaveLength(11)
    })

    test.each([
      ['SELECT count(*) FROM (SELECT n FROM many) t', '5000'],
      ['SELECT count(*) FROM beats WHERE (SELECT max(n) FROM many) = 5000', '3'],
    ])('looks at all rows to answer with few: %s', async (sql, text) => {
      expect(textsOf(await ask(target('watch'), ({ query }) => query(sql, [], { ...SOON, maxRows: 1 })))).toEqual([
        text,
      ])
    })

    test('with too few values for its placeholders fails', async () => {
      const fault = await faultOf(ask(target('watch'), ({ query }) => query('SELECT ?, ?', ['x'], SOON)))
      expect(fault.message).toBe('the statement has 2 placeholders, and 1 values are given for them')
    })

    test('whose answer is huge breaks the connection', async () => {
      const sql = "SELECT repeat('x', 1000000) FROM many LIMIT 500"
      const fault = await faultOf(ask(target('watch'), sql, { timeoutMs: 10_000 }))
      expect(fault).toMatchObject({ kind: 'failed', message: 'the answer is larger than 64 MB' })
    })
  })

  describe('nothing is written', () => {
    test.each(['COMMIT', 'ROLLBACK', 'SET SESSION TRANSACTION READ WRITE', 'BEGIN', 'START TRANSACTION READ WRITE'])(
      'after %s',
      async (first) => {
        const fault = await faultOf(
          ask(target('writer'), async ({ query }) => {
            await query(first, [], SOON)
            return await query('DELETE FROM beats', [], SOON)
          }),
        )
        expect(fault.message).toBe('Cannot execute statement in a READ ONLY transaction')
        expect(await count()).toBe('3')
      },
    )

    test.each([
      'DROP TABLE beats',
      'CREATE TABLE more (n int)',
      'TRUNCATE TABLE beats',
      'CREATE USER stranger',
      "SET PASSWORD FOR watch = password('x')",
      'SET @@global.time_zone = "+01:00"',
      'BEGIN /**/ NOT ATOMIC DELETE FROM beats; END',
      'SET /**/ STATEMENT tx_read_only = 0 FOR CALL sneak()',
      'CREATE TEMPORARY TABLE more (n int)',
      'GRANT ALL ON *.* TO watch',
      'WITH t AS (SELECT 1) DELETE FROM beats',
      'CALL sneak()',
      'BEGIN NOT ATOMIC SET SESSION TRANSACTION READ WRITE; COMMIT; DELETE FROM beats; COMMIT; END',
      '/*!50000 BEGIN NOT ATOMIC COMMIT; DELETE FROM beats; END */',
      '/* a */ -- b\n# c\nEXECUTE IMMEDIATE "DELETE FROM beats"',
      'SET STATEMENT tx_read_only = 0 FOR DELETE FROM beats',
      'IF 1 THEN DELETE FROM beats; END IF',
      "SELECT * FROM beats INTO OUTFILE '/tmp/lastalive-outfile'",
      "SELECT 1 /* ' */ INTO/**/OUTFILE '/tmp/lastalive-outfile' -- '",
    ])('by %s', async (sql) => {
      expect(await faultOf(ask(target('writer'), sql))).toMatchObject({ kind: 'failed', scope: 'check' })
      expect(await count()).toBe('3')
    })

    test.each([
      ['  (SELECT 1) UNION (SELECT 1)'],
      ['/* why */ SELECT 1'],
      ['WITH t AS (SELECT 1) SELECT * FROM t'],
      ['/*My note*/ SELECT 1'],
    ])('and %s is asked', async (sql) => {
      expect(textsOf(await ask(target('watch'), sql))).toEqual(['1'])
    })

    const count = (): Promise<string> => mail.server.query('SELECT count(*) FROM beats', 'mail')
  })

  describe('a server that is frozen', () => {
    afterEach(() => mail.server.thaw())

    test.each(['DISABLED', 'REQUIRED'])('before the login is given up in time, with ssl-mode=%s', async (mode) => {
      mail.server.freeze()
      const fault = await faultOf(ask(target('watch', `?ssl-mode=${mode}`), 'SELECT 1', { timeoutMs: 400 }))
      expect(fault).toEqual({ kind: 'timeout', scope: 'source', message: 'no answer for 0.4 s' })
    })

    test.each(['DISABLED', 'REQUIRED'])('after the login is given up in time, with ssl-mode=%s', async (mode) => {
      const begun = performance.now()
      const work = ask(target('watch', `?ssl-mode=${mode}`), async ({ query }) => await frozen(query))
      expect(await faultOf(work)).toEqual({ kind: 'timeout', scope: 'check', message: 'no answer for 0.4 s' })
      expect(performance.now() - begun).toBeLessThan(2_000)
    })

    test('does not hold up the goodbye', async () => {
      const begun = performance.now()
      await ask(target('watch'), async ({ query }) => {
        const result = await query('SELECT 1', [], SOON)
        mail.server.freeze()
        return result
      })
      expect(performance.now() - begun).toBeLessThan(2_000)
    })

    const frozen = async (query: Connection['query']): ReturnType<Connection['query']> => {
      mail.server.freeze()
      return await query('SELECT 1', [], { timeoutMs: 400 })
    }
  })

  test('a server that is stopped refuses, and one that is started again answers', async () => {
    await mail.server.stop()
    const fault = await faultOf(ask(target('watch'), 'SELECT 1'))
    await mail.server.start()
    expect(fault).toMatchObject({ kind: 'unreachable', message: 'cannot connect (connection refused)' })
    expect(textsOf(await ask(target('watch'), 'SELECT 1'))).toEqual(['1'])
  })
})

const SOON = { timeoutMs: 4_000 }
