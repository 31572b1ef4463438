import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { parseDatabaseUrl } from '../../../src/drivers/url.ts'
import { PGBOUNCER_MISSING, pgbouncerProgram, startPgbouncer, type TestPgbouncer } from '../../support/pgbouncer.ts'
import { POSTGRES_MISSING, postgresBinaries } from '../../support/postgres.ts'
import { ask, describeDriver, faultOf, textsOf } from '../conformance.ts'
import { type MailServer, startMailServer } from '../mail-server.ts'

const isMissing = postgresBinaries() === undefined || pgbouncerProgram() === undefined

describe.skipIf(isMissing)(
  `PgBouncer in transaction mode (otherwise: ${POSTGRES_MISSING}; ${PGBOUNCER_MISSING})`,
  () => {
    let mail: MailServer
    let bouncer: TestPgbouncer
    const through = (more = '') =>
      parseDatabaseUrl(`host=127.0.0.1 port=${bouncer.port} dbname=mail user=postgres ${more}`, {
        env: {},
        home: mail.home,
        userName: 'postgres',
      })

    beforeAll(async () => {
      mail = await startMailServer()
      bouncer = await startPgbouncer(mail.server, ['postgres'])
    })
    afterAll(async () => {
      await bouncer?.remove()
      await mail?.remove()
    })

    describeDriver('behaves like every driver', {
      target: () => through(),
      missing: () => parseDatabaseUrl('host=127.0.0.1 port=1 dbname=mail', { env: {}, home: '/', userName: 'u' }),
    })

    test('serves many queries one after the other', async () => {
      const result = await ask(through(), async ({ query }) => {
        for (let i = 0; i < 50; i++) await query('SELECT $1::int', [i], { timeoutMs: 4_000 })
        return await query('SELECT $1::text', ['the last'], { timeoutMs: 4_000 })
      })
      expect(textsOf(result)).toEqual(['the last'])
    })

    test('serves several connections at once over one of its own', async () => {
      const all = Array.from({ length: 8 }, (_, i) => ask(through(), `SELECT ${i}, pg_backend_pid()`))
      const results = (await Promise.all(all)).map(textsOf)
      expect(results.map(([i]) => i)).toEqual(['0', '1', '2', '3', '4', '5', '6', '7'])
      expect(new Set(results.map(([, pid]) => pid)).size).toBe(1)
    })

    test.each([
      ['after a query', 'SELECT 1'],
      ['after an error', 'SELECT * FROM nowhere'],
      ['after a timeout', 'SELECT pg_sleep(2)'],
    ])('leaves nothing of ours to the next client %s', async (_, sql) => {
      const names = ['statement_timeout', 'lock_timeout', 'timezone', 'datestyle', 'extra_float_digits']
      const settings = [...names, 'transaction_read_only', 'client_encoding']
      const question = `SELECT concat_ws('|', ${settings.map((name) => `current_setting('${name}')`).join(', ')})`
      const place = `host=127.0.0.1 port=${bouncer.port} user=postgres dbname=mail`
      const asNext = async (): Promise<string> => await mail.server.queryAt(place, question)
      const before = await asNext()
      await ask(through(), sql, { timeoutMs: 300 }).catch(() => 'as it should')
      expect(await asNext()).toBe(before)
    })

    test('passes on the name of the application', async () => {
      expect(textsOf(await ask(through(), "SELECT current_setting('application_name')"))).toEqual(['lastalive'])
    })

    test('whose server is of the other kind is not taken for it', async () => {
      const fault = await faultOf(ask(through('target_session_attrs=standby'), 'SELECT 1'))
      expect(fault.message).toBe(`cannot connect (127.0.0.1:${bouncer.port}: is not in recovery, standby wanted)`)
    })

    test.each([
      [
        'options',
        "options='-c search_path=vault'",
        'failed',
        'cannot connect (PgBouncer: unsupported startup parameter: options)',
        'leave out options and PGOPTIONS, or add options to ignore_startup_parameters in pgbouncer.ini',
      ],
      ['a user', 'user=stranger', 'denied', 'login refused for user stranger', 'auth_file'],
      ['a database', 'dbname=nowhere', 'failed', 'database nowhere does not exist', 'check the name of the database'],
    ])('that refuses %s says what to do', async (_, more, kind, message, cure) => {
      expect(await faultOf(ask(through(more), 'SELECT 1'))).toMatchObject({
        kind,
        scope: 'source',
        message: expect.stringContaining(message),
        cure: expect.stringContaining(cure),
      })
    })

    test('whose server is down is the database’s fault, and says so', async () => {
      await mail.server.stop()
      const first = await faultOf(ask(through(), 'SELECT 1', { timeoutMs: 500 }))
      const second = await faultOf(ask(through(), 'SELECT 1', { timeoutMs: 500 }))
      await mail.server.start()
      expect(first).toEqual({
        kind: 'timeout',
        scope: 'source',
        message: 'no answer for 0.5 s',
        cure: 'the login was accepted; behind PgBouncer, check whether its server runs',
      })
      expect(second).toMatchObject({
        kind: 'unreachable',
        scope: 'source',
        message: expect.stringContaining('cannot connect (PgBouncer does not reach its server: '),
      })
    })

    test.each([
      [
        'in statement mode',
        ['pool_mode = statement'],
        'mail',
        'cannot connect (PgBouncer: transaction blocks not allowed in statement pooling mode)',
        'pool_mode=transaction',
      ],
      [
        'that is asked for its console',
        ['pool_mode = transaction', 'admin_users = postgres'],
        'pgbouncer',
        "database pgbouncer is PgBouncer's own console",
        'write the name of a database behind it',
      ],
      [
        'whose console is for others',
        ['pool_mode = transaction'],
        'pgbouncer',
        "database pgbouncer is PgBouncer's own console",
        'write the name of a database behind it',
      ],
    ])('%s says what to do', async (_, settings, dbname, message, cure) => {
      const other = await startPgbouncer(mail.server, ['postgres'], settings)
      onTestFinished(() => other.remove())
      const place = `host=127.0.0.1 port=${other.port} dbname=${dbname} user=postgres`
      const target = parseDatabaseUrl(place, { env: {}, home: mail.home, userName: 'postgres' })
      const fault = await faultOf(ask(target, 'SELECT 1'))
      expect(fault).toMatchObject({ kind: 'failed', scope: 'source', message, cure: expect.stringContaining(cure) })
    })
  },
)
