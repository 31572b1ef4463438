import { appendFileSync, chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type DatabaseTarget, parseDatabaseUrl } from '../../src/drivers/url.ts'
import {
  freePort,
  makeCertificate,
  POSTGRES_MISSING,
  postgresBinaries,
  startPostgres,
  type TestPostgres,
} from '../support/postgres.ts'
import { ask, describeDriver, faultOf, textsOf } from './conformance.ts'

const home = mkdtempSync(join(tmpdir(), 'lastalive-home-'))
afterAll(() => rmSync(home, { recursive: true }))

function target(text: string, env: Readonly<Record<string, string>> = {}): DatabaseTarget {
  return parseDatabaseUrl(text, { env, home, userName: 'watch' })
}

const SCHEMA = `
  CREATE TABLE beats (k varchar(100) PRIMARY KEY, v text);
  INSERT INTO beats VALUES ('ghosts', NULL), ('it''s', '1'), ('"x"', '2');
  CREATE DOMAIN stamp AS timestamptz; CREATE TYPE mood AS ENUM ('fine');
  CREATE TABLE secret_beats (k text, v text); CREATE SCHEMA vault; CREATE TABLE vault.beats (k text, v text);
  CREATE ROLE watch LOGIN; GRANT SELECT ON beats TO watch;
  CREATE ROLE scram LOGIN PASSWORD 'pass word';
  SET password_encryption = md5; CREATE ROLE md5 LOGIN PASSWORD 'pass word';
  CREATE ROLE plainly LOGIN; CREATE ROLE secretly LOGIN; CREATE ROLE nobody_may LOGIN;
  CREATE ROLE needs_cert LOGIN; CREATE ROLE impatient LOGIN CONNECTION LIMIT 0`

const HBA = `
  local all postgres trust
  local all all trust
  host all scram all scram-sha-256
  host all md5 all md5
  hostnossl all plainly all trust
  hostssl all secretly all trust
  hostssl all needs_cert all cert
  host all nobody_may all reject
  host all all all trust
`.replaceAll(/^ +/gm, '')

describe.skipIf(postgresBinaries() === undefined)(`postgres (otherwise: ${POSTGRES_MISSING})`, () => {
  let server: TestPostgres
  /** a role over TCP, to the database of all these tests */
  const as = (user: string, more = ''): string => `host=127.0.0.1 port=${server.port} dbname=mail user=${user} ${more}`

  beforeAll(async () => {
    server = await startPostgres()
    await server.query('CREATE DATABASE mail')
    await server.query(`CREATE DATABASE bytes ENCODING 'SQL_ASCII' TEMPLATE template0 LOCALE 'C'`)
    await server.query(SCHEMA, 'mail')
    await server.query("CREATE TABLE beats (v text); INSERT INTO beats VALUES (E'caf\\xe9 1')", 'bytes')
    makeCertificate(join(home, 'ca'), { name: 'test authority' })
    makeCertificate(join(home, 'other'), { name: 'other authority' })
    makeCertificate(join(home, 'server'), { name: 'db.example', altName: 'DNS:localhost', authority: join(home, 'ca') })
    makeCertificate(join(home, 'client'), { name: 'needs_cert', authority: join(home, 'ca') })
    for (const file of ['server.key', 'server.crt', 'ca.crt']) copyFileSync(join(home, file), join(server.dir, file))
    chmodSync(join(server.dir, 'server.key'), 0o644)
    for (const file of ['server.key', 'server.crt', 'ca.crt']) {
      await server.runAs('cp', [join(server.dir, file), join(server.dataDir, file)])
    }
    await server.runAs('chmod', ['600', join(server.dataDir, 'server.key')])
    appendFileSync(join(server.dataDir, 'postgresql.conf'), "ssl=on\nssl_ca_file='ca.crt'\n")
    writeFileSync(join(server.dataDir, 'pg_hba.conf'), HBA)
    await server.reload()
  })
  afterAll(async () => await server?.remove())

  describeDriver('behaves like every driver', {
    target: () => target(as('postgres')),
    missing: () => target(`host=${home} dbname=mail`),
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
      ['text', "'x'::char(3)", 'x  ', 'character'],
      ['text', `'{"a":1}'::jsonb`, '{"a": 1}', 'jsonb'],
      ['text', "'fine'::mood", 'fine', 'user-defined'],
      ['other', 'true', 't', 'boolean'],
      ['other', "interval '1 day'", '1 day', 'interval'],
      ['other', "'12:00'::time", '12:00:00', 'time'],
    ])('%s: %s', async (type, sql, text, typeName) => {
      expect((await ask(target(as('watch')), `SELECT ${sql}`)).rows).toEqual([[{ type, text, typeName }]])
    })

    test('come in UTC whatever the role prefers', async () => {
      await server.query("ALTER ROLE watch SET timezone = 'Asia/Tokyo'; ALTER ROLE watch SET datestyle = 'German'")
      const result = await ask(target(as('watch')), "SELECT timestamptz '2026-01-31 12:00+00'")
      expect(textsOf(result)).toEqual(['2026-01-31 12:00:00+00'])
    })

    test('with bytes that are not UTF-8 are no error', async () => {
      const result = await ask(target(as('watch', 'dbname=bytes user=postgres')), 'SELECT v FROM beats')
      expect(textsOf(result)).toEqual(['caf\ufffd 1'])
    })
  })

  describe('logging in', () => {
    test.each(['scram', 'md5'])('takes a password by %s', async (user) => {
      expect(textsOf(await ask(target(as(user, "password='pass word'")), 'SELECT current_user'))).toEqual([user])
    })

    test.each(['scram', 'md5'])('refuses a wrong password by %s, and does not say it', async (user) => {
      expect(await faultOf(ask(target(as(user, 'password=Geheim')), 'SELECT 1'))).toEqual({
        kind: 'denied',
        scope: 'database',
        message: `login refused for user ${user} (wrong password)`,
        cure: 'check the password in --url, password_file or ~/.pgpass',
      })
    })

    test('says that a password is missing', async () => {
      expect(await faultOf(ask(target(as('scram')), 'SELECT 1'))).toMatchObject({
        kind: 'denied',
        message: 'login refused for user scram (the server asks for a password, and none is given)',
      })
    })

    test('finds the password in a file', async () => {
      const passfile = join(home, 'pgpass')
      writeFileSync(passfile, `127.0.0.1:${server.port}:mail:scram:pass word\n`, { mode: 0o600 })
      expect(textsOf(await ask(target(as('scram', `passfile=${passfile}`)), 'SELECT 1'))).toEqual(['1'])
    })

    test('says how a file that others can read can be used', async () => {
      writeFileSync(join(home, '.pgpass'), '*:*:*:*:pass word\n')
      chmodSync(join(home, '.pgpass'), 0o644)
      const fault = await faultOf(ask(target(as('scram')), 'SELECT 1'))
      rmSync(join(home, '.pgpass'))
      expect(fault.cure).toBe(`chmod 600 ${home}/.pgpass: it is ignored while others can read it`)
    })

    test('says that there is no such database', async () => {
      expect(await faultOf(ask(target(as('watch', 'dbname=nowhere')), 'SELECT 1'))).toMatchObject({
        kind: 'failed',
        scope: 'database',
        message: 'database nowhere does not exist',
      })
    })

    test.each([
      ['a role that does not exist', 'stranger', 'denied', 'login refused for user stranger (role "stranger" does not exist)'],
      ['a role that pg_hba.conf rejects', 'nobody_may', 'denied', 'login refused for user nobody_may (pg_hba.conf rejects'],
      ['too many connections', 'impatient', 'unreachable', 'cannot connect (too many connections for role "impatient")'],
    ])('tells of %s', async (_, user, kind, words) => {
      const fault = await faultOf(ask(target(as(user)), 'SELECT 1'))
      expect(fault).toMatchObject({ kind, scope: 'database', message: expect.stringContaining(words) })
    })

    test('uses the address that is given for a name', async () => {
      const result = await ask(target(as('watch', 'host=no.such.host.invalid hostaddr=127.0.0.1')), 'SELECT 1')
      expect(textsOf(result)).toEqual(['1'])
    })

    test('gives its name, and the options that are written', async () => {
      const sql = "SELECT current_setting('application_name'), current_setting('search_path')"
      const result = await ask(target(as('watch', "options='-c search_path=vault'")), sql)
      expect(textsOf(result)).toEqual(['lastalive', 'vault'])
    })
  })

  describe('sslmode', () => {
    const isEncrypted = 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()'
    const certificates = (root: string): string => `sslrootcert=${join(home, root)}`

    test.each([
      ['disable', 'postgres', 'f'],
      ['allow', 'postgres', 'f'],
      ['allow', 'secretly', 't'],
      ['prefer', 'postgres', 't'],
      ['prefer', 'plainly', 'f'],
      ['require', 'postgres', 't'],
    ])('%s logs %s in with encryption: %s', async (mode, user, encrypted) => {
      expect(textsOf(await ask(target(as(user, `sslmode=${mode}`)), isEncrypted))).toEqual([encrypted])
    })

    test.each([
      ['require with its own authority', '127.0.0.1', 'require', 'ca.crt'],
      ['verify-ca without looking at the name', '127.0.0.1', 'verify-ca', 'ca.crt'],
      ['verify-full with the right name', 'localhost', 'verify-full', 'ca.crt'],
    ])('accepts %s', async (_, host, mode, root) => {
      const text = as('postgres', `host=${host} sslmode=${mode} ${certificates(root)}`)
      expect(textsOf(await ask(target(text), isEncrypted))).toEqual(['t'])
    })

    test.each([
      ['disable to one who must encrypt', 'secretly', 'sslmode=disable', 'denied', 'no encryption'],
      ['require to one who must not', 'plainly', 'sslmode=require', 'denied', 'SSL encryption'],
    ])('refuses %s', async (_, user, mode, kind, words) => {
      const fault = await faultOf(ask(target(as(user, mode)), 'SELECT 1'))
      expect(fault).toMatchObject({ kind, message: expect.stringContaining(words) })
    })

    test.each([
      ['require with another authority', '127.0.0.1', 'require', 'other.crt', 'unable to verify'],
      ['verify-ca with another authority', '127.0.0.1', 'verify-ca', 'other.crt', 'unable to verify'],
      ['verify-full with an address that is not named', '127.0.0.1', 'verify-full', 'ca.crt', "IP: 127.0.0.1 is not in the cert's"],
      ['verify-full with the system authorities', 'localhost', 'verify-full', '', 'unable to verify'],
      ['verify-ca without a root certificate', '127.0.0.1', 'verify-ca', 'missing.crt', 'missing.crt does not exist'],
    ])('refuses %s', async (_, host, mode, root, words) => {
      const authority = root === '' ? 'sslrootcert=system' : certificates(root)
      const fault = await faultOf(ask(target(as('postgres', `host=${host} sslmode=${mode} ${authority}`)), 'SELECT 1'))
      expect(fault).toMatchObject({ kind: 'failed', scope: 'database', message: expect.stringContaining(words) })
    })

    test('shows the certificate of the client', async () => {
      mkdirSync(join(home, '.postgresql'))
      copyFileSync(join(home, 'client.crt'), join(home, '.postgresql/postgresql.crt'))
      copyFileSync(join(home, 'client.key'), join(home, '.postgresql/postgresql.key'))
      const result = await ask(target(as('needs_cert', 'sslmode=require')), 'SELECT current_user')
      rmSync(join(home, '.postgresql'), { recursive: true })
      expect(textsOf(result)).toEqual(['needs_cert'])
    })

    test('binds the login to the channel where that is asked for', async () => {
      const text = as('scram', "password='pass word' sslmode=require channel_binding=require")
      expect(textsOf(await ask(target(text), 'SELECT 1'))).toEqual(['1'])
    })

    test('refuses a login that cannot be bound to the channel', async () => {
      const text = as('scram', "password='pass word' sslmode=disable channel_binding=require")
      expect(await faultOf(ask(target(text), 'SELECT 1'))).toMatchObject({
        kind: 'denied',
        message: 'the server does not offer channel binding',
      })
    })

    test('does not matter on a socket', async () => {
      const text = as('postgres', `host=${server.socketDir} sslmode=verify-full ${certificates('missing.crt')}`)
      expect(textsOf(await ask(target(text), 'SELECT 1'))).toEqual(['1'])
    })

    test('is not read from the environment of the process', async () => {
      process.env.PGSSLMODE = 'require'
      process.env.PGSSLNEGOTIATION = 'direct'
      const result = await ask(target(as('plainly', 'sslmode=disable')), 'SELECT 1')
      delete process.env.PGSSLMODE
      delete process.env.PGSSLNEGOTIATION
      expect(textsOf(result)).toEqual(['1'])
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
      const fault = await ask(target(as('postgres')), async (holder) => {
        // A SELECT holds a lock as long as its transaction, which a waiting ALTER TABLE then queues behind.
        await holder.query('SELECT * FROM beats', [], { timeoutMs: 4_000 })
        const altering = server.query('SET lock_timeout = 1500; ALTER TABLE beats ADD w text', 'mail').catch(() => 'late')
        await holder.query('SELECT pg_sleep(0.4)', [], { timeoutMs: 4_000 })
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
    afterEach(() => server.thaw())

    test.each(['disable', 'prefer'])('before the login is given up in time, with sslmode=%s', async (mode) => {
      server.freeze()
      const fault = await faultOf(ask(target(as('watch', `sslmode=${mode}`)), 'SELECT 1', { timeoutMs: 400 }))
      expect(fault).toEqual({ kind: 'timeout', scope: 'database', message: 'no answer for 0.4 s' })
    })

    test.each(['disable', 'prefer'])('after the login is given up in time, with sslmode=%s', async (mode) => {
      const begun = performance.now()
      const work = ask(target(as('watch', `sslmode=${mode}`)), async ({ query }) => {
        server.freeze()
        return await query('SELECT 1', [], { timeoutMs: 400 })
      })
      expect(await faultOf(work)).toEqual({ kind: 'timeout', scope: 'check', message: 'no answer for 0.4 s' })
      expect(performance.now() - begun).toBeLessThan(2_000)
    })

    test('does not hold up the goodbye', async () => {
      const begun = performance.now()
      await ask(target(as('watch')), async ({ query }) => {
        const result = await query('SELECT 1', [], { timeoutMs: 400 })
        server.freeze()
        return result
      })
      expect(performance.now() - begun).toBeLessThan(2_000)
    })
  })

  test('a server that is stopped refuses, and one that is started again answers', async () => {
    await server.stop()
    const fault = await faultOf(ask(target(as('watch')), 'SELECT 1'))
    await server.start()
    expect(fault).toMatchObject({ kind: 'unreachable', message: 'cannot connect (connection refused)' })
    expect(textsOf(await ask(target(as('watch')), 'SELECT 1'))).toEqual(['1'])
  })
})

describe('no server', () => {
  let other: Server | undefined
  const sockets: Socket[] = []
  afterEach(() => {
    for (const socket of sockets) socket.destroy()
    other?.close()
  })

  /** A server of something else, that answers each connection as told. */
  const serve = async (greet: (socket: Socket) => void): Promise<string> => {
    const port = await freePort()
    const listening = createServer((socket) => {
      sockets.push(socket)
      socket.on('error', () => undefined)
      greet(socket)
    })
    other = listening
    await new Promise<void>((resolve) => listening.listen(port, '127.0.0.1', resolve))
    return `host=127.0.0.1 port=${port} dbname=mail`
  }

  test.each([
    ['refused connection', 'host=127.0.0.1 port=1 dbname=mail', 'cannot connect (connection refused)'],
    ['missing socket', `host=${home} dbname=mail`, `cannot connect (no such socket ${home}/.s.PGSQL.5432)`],
    ['missing host', 'host=no.such.host.invalid dbname=mail', 'cannot connect (no such host no.such.host.invalid)'],
  ])('a %s is told', async (_, text, message) => {
    const fault = await faultOf(ask(target(text), 'SELECT 1'))
    expect(fault).toEqual({ kind: 'unreachable', scope: 'database', message })
  })

  test.each(['disable', 'require'])('one that accepts and never answers is given up in time (sslmode=%s)', async (mode) => {
    const text = await serve(() => undefined)
    const fault = await faultOf(ask(target(`${text} sslmode=${mode}`), 'SELECT 1', { timeoutMs: 300 }))
    expect(fault).toEqual({ kind: 'timeout', scope: 'database', message: 'no answer for 0.3 s' })
  })

  test('the time to connect that is written counts if it is shorter', async () => {
    const text = await serve(() => undefined)
    const fault = await faultOf(ask(target(`${text} connect_timeout=1`), 'SELECT 1', { timeoutMs: 20_000 }))
    expect(fault.message).toBe('no answer for 2 s')
  })

  test.each([
    ['talks of something else', 'SSH-2.0-OpenSSH_9.2\r\n', 'prefer', 'what answers there is not a PostgreSQL server'],
    ['slips something in behind its yes', 'Sx', 'require', 'what answers there is not a PostgreSQL server'],
    ['hangs up', '', 'require', 'the server closed the connection'],
  ])('one that %s is told', async (_, words, mode, message) => {
    const text = await serve((socket) => (words === '' ? socket.end() : socket.write(words)))
    const fault = await faultOf(ask(target(`${text} sslmode=${mode}`), 'SELECT 1', { timeoutMs: 2_000 }))
    expect(fault).toMatchObject({ kind: 'unreachable', message: `cannot connect (${message})` })
  })

  test('one without TLS is told where it is required', async () => {
    const text = await serve((socket) => socket.write('N'))
    const fault = await faultOf(ask(target(`${text} sslmode=require`), 'SELECT 1', { timeoutMs: 2_000 }))
    expect(fault).toMatchObject({ kind: 'failed', message: 'cannot connect with TLS (the server does not offer it)' })
  })
})
