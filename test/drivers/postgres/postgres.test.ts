import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type DatabaseTarget, parseDatabaseUrl } from '../../../src/drivers/url.ts'
import { POSTGRES_MISSING, postgresBinaries } from '../../support/postgres.ts'
import { ask, describeDriver, faultOf, textsOf } from '../conformance.ts'
import { type MailServer, startMailServer } from '../mail-server.ts'

describe.skipIf(postgresBinaries() === undefined)(`postgres (otherwise: ${POSTGRES_MISSING})`, () => {
  let mail: MailServer
  const as = (user: string, more?: string): string => mail.as(user, more)
  const target = (text: string): Promise<DatabaseTarget> =>
    parseDatabaseUrl(text, { env: {}, home: mail.home, userName: 'watch' })

  beforeAll(async () => {
    mail = await startMailServer()
  })
  afterAll(async () => await mail?.remove())

  describeDriver('behaves like every driver', {
    target: () => target(as('postgres')),
    missing: () => target(`host=${mail.home} dbname=mail`),
  })

  describe('values', () => {
    test.each([
      ['zoned', "timestamptz '2026-01-01 12:00+02'", '2026-01-01 10:00:00+00', 'timestamp with time zone'],
      ['zoned', "timestamptz '2026-01-01'::stamp", '2026-01-01 00:00:00+00', 'timestamp with time zone'],
      ['zoned', "timestamptz '-infinity'", '-infinity', 'timestamp with time zone'],
      ['naive', "timestamp '2026-01-01 12:00:00.5'", '2026-01-01 12:00:00.5', 'timestamp'],
      ['naive', "date '2026-01-31'", '2026-01-31', 'date'],
      ['number', '1::smallint', '1', 'smallint'],
      ['number', '1.50::numeric', '1.50', 'numeric'],
      ['number', '0.1::float8', '0.1', 'double precision'],
      ['number', '1767225600.123456::float8', '1767225600.123456', 'double precision'],
      ['text', "'x'", 'x', 'text'],
      ['text', "'x'::char(3)", 'x', 'character'],
      ['text', `'{"a":1}'::jsonb`, '{"a": 1}', 'jsonb'],
      ['text', "'fine'::mood", 'fine', 'user-defined'],
      ['text', "'i:42'::bytea", 'i:42', 'bytea'],
      ['other', "'\\x00ff'::bytea", '', 'bytea'],
      ['other', 'NULL::bytea', null, 'bytea'],
      ['other', 'true', 't', 'boolean'],
      ['other', "interval '1 day'", '1 day', 'interval'],
      ['other', "'12:00'::time", '12:00:00', 'time'],
    ])('%s: %s', async (type, sql, text, typeName) => {
      expect((await ask(target(as('watch')), `SELECT ${sql}`)).rows).toEqual([[{ type, text, typeName }]])
    })

    test('come in UTC whatever the role prefers', async () => {
      await mail.server.query("ALTER ROLE watch SET timezone = 'Asia/Tokyo'; ALTER ROLE watch SET datestyle = 'German'")
      const result = await ask(target(as('watch')), "SELECT timestamptz '2026-01-31 12:00+00'")
      expect(textsOf(result)).toEqual(['2026-01-31 12:00:00+00'])
    })

    test('with bytes that are not UTF-8 are no error', async () => {
      const result = await ask(target(as('watch', 'dbname=bytes user=postgres')), 'SELECT v FROM beats')
      expect(textsOf(result)).toEqual(['caf\ufffd 1'])
    })
  })

  describe('a query', () => {
    test('that takes too long is told from a locked table', async () => {
      expect(await faultOf(ask(target(as('watch')), 'SELECT pg_sleep(5)', { timeoutMs: 500 }))).toEqual({
        kind: 'timeout',
        scope: 'check',
        message: 'the query took longer than 0.5 s',
      })
    })

    test('on a locked table says that it is locked', async () => {
      const waiting = (): Promise<string> =>
        mail.server.query('SELECT count(*) FROM pg_locks WHERE NOT granted', 'mail')
      const fault = await ask(target(as('postgres')), async (holder) => {
        // A SELECT holds a lock as long as its transaction, which a waiting ALTER TABLE then queues behind.
        await holder.query('SELECT * FROM beats', [], { timeoutMs: 4_000 })
        const altering = mail.server
          .query('SET lock_timeout = 1500; ALTER TABLE beats ADD w text', 'mail')
          .catch(() => 'late')
        await expect.poll(waiting, { timeout: 4_000 }).toBe('1')
        const fault = await faultOf(ask(target(as('watch')), 'SELECT * FROM beats', { timeoutMs: 500 }))
        await altering
        return { columns: [JSON.stringify(fault)], rows: [] }
      })
      expect(JSON.parse(fault.columns[0] ?? '')).toEqual({
        kind: 'timeout',
        scope: 'check',
        message: 'the table was locked for 0.5 s',
      })
    })

    test.each([
      ['secret_beats', 'permission denied for table secret_beats', 'GRANT SELECT ON secret_beats TO watch'],
      ['vault.beats', 'permission denied for schema vault', 'GRANT USAGE ON SCHEMA vault TO watch'],
    ])('on %s says what to grant', async (table, message, cure) => {
      const fault = await faultOf(ask(target(as('watch')), `SELECT * FROM ${table}`))
      expect(fault).toEqual({ kind: 'denied', scope: 'check', message, cure })
    })

    test('on a missing table says in which database', async () => {
      const fault = await faultOf(ask(target(as('watch')), 'SELECT * FROM nowhere'))
      expect(fault.message).toBe('relation "nowhere" does not exist (database mail)')
    })

    test('whose connection is cut says so, and so do the next ones', async () => {
      const work = ask(target(as('postgres')), async ({ query }) => {
        const first = await faultOf(query('SELECT pg_terminate_backend(pg_backend_pid())', [], { timeoutMs: 4_000 }))
        const second = await faultOf(query('SELECT 1', [], { timeoutMs: 4_000 }))
        return { columns: [first.kind, first.scope, second.message], rows: [] }
      })
      expect((await work).columns).toEqual(['unreachable', 'check', expect.stringContaining('connection lost')])
    })

    test('ends when the signal fires', async () => {
      const begun = performance.now()
      const signal = AbortSignal.timeout(400)
      const fault = await faultOf(ask(target(as('watch')), 'SELECT pg_sleep(5)', { signal }))
      expect(fault).toMatchObject({ kind: 'timeout', scope: 'check' })
      expect(performance.now() - begun).toBeLessThan(1_500)
    })
  })

  describe('a server that is frozen', () => {
    afterEach(() => mail.server.thaw())

    test.each(['disable', 'prefer'])('before the login is given up in time, with sslmode=%s', async (mode) => {
      mail.server.freeze()
      const fault = await faultOf(ask(target(as('watch', `sslmode=${mode}`)), 'SELECT 1', { timeoutMs: 400 }))
      expect(fault).toEqual({ kind: 'timeout', scope: 'source', message: 'no answer for 0.4 s' })
    })

    test.each(['disable', 'prefer'])('after the login is given up in time, with sslmode=%s', async (mode) => {
      const begun = performance.now()
      const work = ask(target(as('watch', `sslmode=${mode}`)), async ({ query }) => {
        mail.server.freeze()
        return await query('SELECT 1', [], { timeoutMs: 400 })
      })
      expect(await faultOf(work)).toEqual({ kind: 'timeout', scope: 'check', message: 'no answer for 0.4 s' })
      expect(performance.now() - begun).toBeLessThan(2_000)
    })

    test('does not hold up the goodbye', async () => {
      const begun = performance.now()
      await ask(target(as('watch')), async ({ query }) => {
        const result = await query('SELECT 1', [], { timeoutMs: 400 })
        mail.server.freeze()
        return result
      })
      expect(performance.now() - begun).toBeLessThan(2_000)
    })
  })

  test('a server that is stopped refuses, and one that is started again answers', async () => {
    await mail.server.stop()
    const fault = await faultOf(ask(target(as('watch')), 'SELECT 1'))
    await mail.server.start()
    expect(fault).toMatchObject({ kind: 'unreachable', message: 'cannot connect (connection refused)' })
    expect(textsOf(await ask(target(as('watch')), 'SELECT 1'))).toEqual(['1'])
  })
})
