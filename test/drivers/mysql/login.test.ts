import { chmodSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type DatabaseTarget, parseDatabaseUrl, withPassword } from '../../../src/drivers/url.ts'
import { MARIADB_MISSING, mariadbBinaries } from '../../support/mariadb.ts'
import { ask, faultOf, textsOf } from '../conformance.ts'
import { type MysqlServer, startMysqlServer } from './server.ts'

describe.skipIf(mariadbBinaries() === undefined)(`mysql: login (otherwise: ${MARIADB_MISSING})`, () => {
  let mail: MysqlServer
  const understood = (text: string): Promise<DatabaseTarget> =>
    parseDatabaseUrl(text, { env: {}, home: mail.home, userName: 'watch' })
  const target = (user: string, query?: string): Promise<DatabaseTarget> => understood(mail.as(user, query))
  const cnf = (text: string, mode = 0o600): void => {
    const path = join(mail.home, '.my.cnf')
    writeFileSync(path, text)
    chmodSync(path, mode)
  }

  beforeAll(async () => {
    mail = await startMysqlServer()
  })
  afterAll(async () => await mail?.remove())

  describe('logging in', () => {
    const whoAmI = 'SELECT substring_index(user(), "@", 1)'

    test('takes a password', async () => {
      expect(textsOf(await ask(target('word:pass%20word'), whoAmI))).toEqual(['word'])
    })

    test('takes a password from elsewhere', async () => {
      expect(textsOf(await ask(withPassword(await target('word'), 'pass word'), whoAmI))).toEqual(['word'])
    })

    test('refuses a wrong password, and does not say it', async () => {
      expect(await faultOf(ask(target('word:Geheimnis'), 'SELECT 1'))).toEqual({
        kind: 'denied',
        scope: 'source',
        message: 'login refused for user word (wrong password, or no such user)',
        cure: 'check the password in --url, password_file or ~/.my.cnf, and the host that the user may come from',
      })
    })

    test('says of a database that it does not exist', async () => {
      const fault = await faultOf(ask(understood(mail.as('writer').replace(/mail$/, 'nowhere')), 'SELECT 1'))
      expect(fault).toMatchObject({ kind: 'failed', scope: 'source', message: 'database nowhere does not exist' })
    })

    test('says of a database that it may not be used', async () => {
      expect(await faultOf(ask(target('barred'), 'SELECT 1'))).toEqual({
        kind: 'denied',
        scope: 'source',
        message: 'user barred may not use database mail',
        cure: "GRANT SELECT ON `mail`.`TABLE` TO 'barred'@'%', with the table's name; if a role of its own has that right, make it the default: SET DEFAULT ROLE",
      })
    })

    test.each([
      [
        'whose password has expired',
        'expired',
        '(its password has expired)',
        "give it a new one: ALTER USER expired IDENTIFIED BY '…'",
      ],
      ['who is locked', 'locked', '(Access denied, this account is locked)', 'ALTER USER locked ACCOUNT UNLOCK'],
    ])('tells of a user %s', async (_, user, why, cure) => {
      expect(await faultOf(ask(target(`${user}:pw`), 'SELECT 1'))).toEqual({
        kind: 'denied',
        scope: 'source',
        message: `login refused for user ${user} ${why}`,
        cure,
      })
    })

    test('tells of a user who has too many connections', async () => {
      const fault = await faultOf(ask(target('impatient'), () => ask(target('impatient'), 'SELECT 1')))
      expect(fault).toMatchObject({
        kind: 'unreachable',
        scope: 'source',
        message: expect.stringContaining('impatient'),
      })
    })

    test('through the socket is who the operating system says', async () => {
      const { username } = userInfo()
      const account = `'${username}'@localhost`
      await mail.server.query(
        `CREATE USER IF NOT EXISTS ${account}; ALTER USER ${account} IDENTIFIED VIA unix_socket;
        GRANT SELECT ON mail.* TO ${account}`,
      )
      const url = `mysql://${username}@localhost/mail?socket=${mail.server.socket}`
      expect(textsOf(await ask(understood(url), whoAmI))).toEqual([username])
    })

    test('says which socket is missing', async () => {
      const fault = await faultOf(ask(understood(`mysql:///mail?socket=${mail.home}/none.sock`), 'SELECT 1'))
      expect(fault.message).toBe(`cannot connect (no such socket ${mail.home}/none.sock)`)
    })

    test.each([
      'dbi:mysql:mail:127.0.0.1:PORT',
      'dbi:MariaDB:database=mail;host=127.0.0.1;port=PORT',
      'dbi:mysql:database=mail;mysql_socket=SOCKET',
      'mariadb://localhost:PORT/mail',
    ])('understands %s', async (text) => {
      const url = text.replace('PORT', String(mail.server.port)).replace('SOCKET', mail.server.socket)
      expect(textsOf(await ask(understood(url), whoAmI))).toEqual(['watch'])
    })
  })

  describe('an option file', () => {
    afterAll(() => cnf(''))

    test('fills what the URL leaves out', async () => {
      cnf(`[client]\nuser=word\npassword="pass word" # as in the wiki\nport=${mail.server.port}\nhost=127.0.0.1\n`)
      expect(textsOf(await ask(understood('mysql:///mail'), 'SELECT substring_index(user(), "@", 1)'))).toEqual([
        'word',
      ])
    })

    test('does not go before the URL', async () => {
      cnf('[client]\nuser=word\nport=1\nhost=no.such.host.invalid\nsocket=/nowhere\n')
      expect(textsOf(await ask(target('watch'), 'SELECT substring_index(user(), "@", 1)'))).toEqual(['watch'])
    })

    test('has the socket, which is meant by localhost', async () => {
      cnf(`[client]\nport=1\nsocket=${mail.server.socket}\n`)
      expect(textsOf(await ask(understood('mysql://watch@localhost/mail'), 'SELECT 1'))).toEqual(['1'])
    })

    test('that everybody can write is ignored, and the refusal says so', async () => {
      cnf('[client]\npassword="pass word"\n', 0o666)
      const fault = await faultOf(ask(target('word'), 'SELECT 1'))
      expect(fault).toMatchObject({
        kind: 'denied',
        cure: `chmod o-w ${mail.home}/.my.cnf: it is ignored while everybody can write it`,
      })
    })

    test('has passwords that are never said', async () => {
      cnf("[client]\npassword='pass word'\n")
      const fault = await faultOf(ask(target('word'), 'SELECT `pass word` FROM beats'))
      expect(fault).toMatchObject({ unknownName: 'column', message: expect.not.stringContaining('pass word') })
    })

    test('that is named must be there', async () => {
      const fault = await faultOf(ask(target('watch', '?read-default-file=/proc/nonexistent/my.cnf'), 'SELECT 1'))
      expect(fault).toMatchObject({
        kind: 'failed',
        message: expect.stringContaining('/proc/nonexistent/my.cnf (ENOENT)'),
      })
    })
  })

  describe('ssl-mode', () => {
    const isEncrypted =
      'SELECT variable_value <> "" FROM information_schema.session_status WHERE variable_name = "Ssl_cipher"'
    const at = (name: string): string => join(mail.home, name)

    test.each([
      ['DISABLED', 'watch', '0'],
      ['PREFERRED', 'watch', '1'],
      ['PREFERRED', 'secretly', '1'],
      ['REQUIRED', 'secretly', '1'],
    ])('%s logs %s in with encryption: %s', async (mode, user, encrypted) => {
      expect(textsOf(await ask(target(user, `?ssl-mode=${mode}`), isEncrypted))).toEqual([encrypted])
    })

    test.each([
      ['VERIFY_CA without looking at the name', '127.0.0.1', '&ssl-mode=VERIFY_CA'],
      ['an authority alone, as VERIFY_CA', '127.0.0.1', ''],
      ['VERIFY_IDENTITY with the right name', 'localhost', '&ssl-mode=VERIFY_IDENTITY'],
      ['REQUIRED with whatever authority', '127.0.0.1', '&ssl-mode=REQUIRED'],
    ])('accepts %s', async (_, host, query) => {
      const text = `mysql://watch@${host}:${mail.server.port}/mail?ssl-ca=${at('ca.crt')}${query}`
      expect(textsOf(await ask(understood(text), isEncrypted))).toEqual(['1'])
    })

    test.each([
      ['another authority', '127.0.0.1', 'VERIFY_CA', 'other.crt', 'self-signed certificate in certificate chain'],
      ['an address that is not named', '127.0.0.1', 'VERIFY_IDENTITY', 'ca.crt', "IP: 127.0.0.1 is not in the cert's"],
      ['a missing authority', 'localhost', 'VERIFY_CA', 'none.crt', 'none.crt (ENOENT)'],
    ])('refuses %s', async (_, host, mode, file, words) => {
      const text = `mysql://watch@${host}:${mail.server.port}/mail?ssl-mode=${mode}&ssl-ca=${at(file)}`
      const fault = await faultOf(ask(understood(text), 'SELECT 1'))
      expect(fault).toMatchObject({ kind: 'failed', scope: 'source', message: expect.stringContaining(words) })
    })

    test('VERIFY_IDENTITY without an authority takes those that Node brings', async () => {
      const fault = await faultOf(ask(target('watch', '?ssl-mode=VERIFY_IDENTITY'), 'SELECT 1'))
      expect(fault).toMatchObject({ kind: 'failed', message: expect.stringContaining('cannot connect with TLS') })
    })

    test('DISABLED is refused to one who must encrypt', async () => {
      expect(await faultOf(ask(target('secretly', '?ssl-mode=DISABLED'), 'SELECT 1'))).toEqual({
        kind: 'denied',
        scope: 'source',
        message: 'login refused for user secretly (wrong password, no such user, or TLS required)',
        cure: 'check the password in --url, password_file or ~/.my.cnf, the host that the user may come from, and whether it must use TLS (ssl-mode=REQUIRED)',
      })
    })

    test('shows the certificate of the client', async () => {
      const files = `?ssl-cert=${at('client.crt')}&ssl-key=${at('client.key')}&ssl-ca=${at('ca.crt')}`
      expect(textsOf(await ask(target('certified', files), 'SELECT 1'))).toEqual(['1'])
      expect(await faultOf(ask(target('certified'), 'SELECT 1'))).toMatchObject({ kind: 'denied' })
    })

    test('does not matter on a socket', async () => {
      const text = `mysql://watch@localhost/mail?socket=${mail.server.socket}&ssl-mode=VERIFY_IDENTITY`
      expect(textsOf(await ask(understood(text), 'SELECT 1'))).toEqual(['1'])
    })
  })
})
