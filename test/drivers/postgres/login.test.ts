import { chmodSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type DatabaseTarget, parseDatabaseUrl } from '../../../src/drivers/url.ts'
import { POSTGRES_MISSING, postgresBinaries } from '../../support/postgres.ts'
import { ask, faultOf, textsOf } from '../conformance.ts'
import { type MailServer, startMailServer } from '../mail-server.ts'

describe.skipIf(postgresBinaries() === undefined)(`postgres: login (otherwise: ${POSTGRES_MISSING})`, () => {
  let mail: MailServer
  const as = (user: string, more?: string): string => mail.as(user, more)
  const target = (text: string): Promise<DatabaseTarget> =>
    parseDatabaseUrl(text, { env: {}, home: mail.home, userName: 'watch' })

  beforeAll(async () => {
    mail = await startMailServer()
  })
  afterAll(async () => await mail?.remove())

  describe('logging in', () => {
    test.each(['scram', 'md5'])('takes a password by %s', async (user) => {
      expect(textsOf(await ask(target(as(user, "password='pass word'")), 'SELECT current_user'))).toEqual([user])
    })

    test.each(['scram', 'md5'])('refuses a wrong password by %s, and does not say it', async (user) => {
      expect(await faultOf(ask(target(as(user, 'password=Geheim')), 'SELECT 1'))).toEqual({
        kind: 'denied',
        scope: 'source',
        message: `login refused for user ${user} (wrong password, or an expired one)`,
        cure: 'check the password in --url, password_file or ~/.pgpass, and VALID UNTIL of the role',
      })
    })

    test('says that a password is missing', async () => {
      expect(await faultOf(ask(target(as('scram')), 'SELECT 1'))).toMatchObject({
        kind: 'denied',
        message: 'login refused for user scram (the server asks for a password, and none is given)',
      })
    })

    test('finds the password in a file', async () => {
      const passfile = join(mail.home, 'pgpass')
      writeFileSync(passfile, `127.0.0.1:${mail.server.port}:mail:scram:pass word\n`, { mode: 0o600 })
      expect(textsOf(await ask(target(as('scram', `passfile=${passfile}`)), 'SELECT 1'))).toEqual(['1'])
    })

    test('finds the password of the host that is in use', async () => {
      const passfile = join(mail.home, 'pgpass-of-hosts')
      const { port } = mail.server
      writeFileSync(passfile, `127.0.0.1:1:*:*:no\nlocalhost:${port}:*:*:pass word\n`, { mode: 0o600 })
      const several = `host=127.0.0.1,localhost port=1,${port} hostaddr=,127.0.0.1 passfile=${passfile}`
      expect(textsOf(await ask(target(as('scram', several)), 'SELECT 1'))).toEqual(['1'])
    })

    test('says how a file that others can read can be used', async () => {
      writeFileSync(join(mail.home, '.pgpass'), '*:*:*:*:pass word\n')
      chmodSync(join(mail.home, '.pgpass'), 0o644)
      const fault = await faultOf(ask(target(as('scram')), 'SELECT 1'))
      rmSync(join(mail.home, '.pgpass'))
      expect(fault.cure).toBe(`chmod 600 ${mail.home}/.pgpass: it is ignored while others can read it`)
    })

    test('says that there is no such database', async () => {
      expect(await faultOf(ask(target(as('watch', 'dbname=nowhere')), 'SELECT 1'))).toMatchObject({
        kind: 'failed',
        scope: 'source',
        message: 'database nowhere does not exist',
      })
    })

    test.each([
      [
        'a role that does not exist',
        'stranger',
        'denied',
        'login refused for user stranger (role "stranger" does not exist)',
      ],
      [
        'a role that pg_hba.conf rejects',
        'nobody_may',
        'denied',
        'login refused for user nobody_may (pg_hba.conf rejects',
      ],
      [
        'too many connections',
        'impatient',
        'unreachable',
        'cannot connect (too many connections for role "impatient")',
      ],
    ])('tells of %s', async (_, user, kind, words) => {
      const fault = await faultOf(ask(target(as(user)), 'SELECT 1'))
      expect(fault).toMatchObject({ kind, scope: 'source', message: expect.stringContaining(words) })
    })

    test.each([
      [
        'a password that has expired',
        'host=localhost user=expired password=pass',
        '(wrong password, or an expired one)',
        'and VALID UNTIL of the role',
      ],
      [
        'a role that may not log in',
        'user=barred',
        '(role "barred" is not permitted to log in)',
        'ALTER ROLE barred LOGIN',
      ],
      [
        'a role that has to encrypt',
        'user=secretly sslmode=disable',
        'no encryption)',
        'pg_hba.conf on the server may ask for TLS: write sslmode=require',
      ],
    ])('tells of %s, and what to do', async (_, more, words, cure) => {
      expect(await faultOf(ask(target(as('postgres', more)), 'SELECT 1'))).toMatchObject({
        kind: 'denied',
        message: expect.stringContaining(words),
        cure: expect.stringContaining(cure),
      })
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
    const certificates = (root: string): string => `sslrootcert=${join(mail.home, root)}`

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
      ['accepts', 'localhost', ['t']],
      ['refuses', 'db.invalid', "Host: db.invalid. is not in the cert's altnames"],
    ])('verify-full %s the name of the host that is in use', async (_, host, answer) => {
      const places = `host=127.0.0.1,${host} hostaddr=127.0.0.1,127.0.0.1 port=1,${mail.server.port}`
      const text = as('postgres', `${places} sslmode=verify-full ${certificates('ca.crt')}`)
      const result = await ask(target(text), isEncrypted).then(textsOf, (error: Error) => error.message)
      expect(result).toEqual(typeof answer === 'string' ? expect.stringContaining(answer) : answer)
    })

    test.each([
      ['disable to one who must encrypt', 'secretly', 'sslmode=disable', 'denied', 'no encryption'],
      ['require to one who must not', 'plainly', 'sslmode=require', 'denied', 'SSL encryption'],
    ])('refuses %s', async (_, user, mode, kind, words) => {
      const fault = await faultOf(ask(target(as(user, mode)), 'SELECT 1'))
      expect(fault).toMatchObject({ kind, message: expect.stringContaining(words) })
    })

    test.each([
      [
        'require with another authority',
        '127.0.0.1',
        'require',
        'other.crt',
        'self-signed certificate in certificate chain',
      ],
      [
        'verify-ca with another authority',
        '127.0.0.1',
        'verify-ca',
        'other.crt',
        'self-signed certificate in certificate chain',
      ],
      [
        'verify-full with an address that is not named',
        '127.0.0.1',
        'verify-full',
        'ca.crt',
        "IP: 127.0.0.1 is not in the cert's",
      ],
      [
        'verify-full with the system authorities',
        'localhost',
        'verify-full',
        '',
        'self-signed certificate in certificate chain',
      ],
      ['verify-ca without a root certificate', '127.0.0.1', 'verify-ca', 'missing.crt', 'missing.crt does not exist'],
    ])('refuses %s', async (_, host, mode, root, words) => {
      const authority = root === '' ? 'sslrootcert=system' : certificates(root)
      const fault = await faultOf(ask(target(as('postgres', `host=${host} sslmode=${mode} ${authority}`)), 'SELECT 1'))
      expect(fault).toMatchObject({ kind: 'failed', scope: 'source', message: expect.stringContaining(words) })
    })

    test('shows the certificate of the client', async () => {
      mkdirSync(join(mail.home, '.postgresql'))
      copyFileSync(join(mail.home, 'client.crt'), join(mail.home, '.postgresql/postgresql.crt'))
      copyFileSync(join(mail.home, 'client.key'), join(mail.home, '.postgresql/postgresql.key'))
      const result = await ask(target(as('needs_cert', 'sslmode=require')), 'SELECT current_user')
      rmSync(join(mail.home, '.postgresql'), { recursive: true })
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
      const text = as('postgres', `host=${mail.server.socketDir} sslmode=verify-full ${certificates('missing.crt')}`)
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
})
