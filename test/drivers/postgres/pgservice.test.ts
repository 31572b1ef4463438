import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { UsageError } from '../../../src/core/errors.ts'
import { findService } from '../../../src/drivers/postgres/pgservice.ts'
import { parseDatabaseUrl } from '../../../src/drivers/url.ts'

const dir = mkdtempSync(join(tmpdir(), 'lastalive-services-'))
afterAll(() => rmSync(dir, { recursive: true }))

const home = join(dir, 'home')
const system = join(dir, 'system')
const named = join(dir, 'named')
mkdirSync(home)
mkdirSync(system)
writeFileSync(join(home, '.pg_service.conf'), '[mail]\nhost=of-home\n[own]\nuser=own\n')
writeFileSync(join(system, 'pg_service.conf'), '[mail]\nhost=of-system\n[all]\nhost=of-system\nhost=x\n')
writeFileSync(
  named,
  `# a comment
[mail]
host=of-file
port=6000
dbname=mail db
user=file-user
password=s3cret
sslmode=disable
  target_session_attrs=primary

[several]
host=a,b
[local]
dbname=local
`,
)

function meaningOf(text: string | undefined, env: Readonly<Record<string, string>> = {}): Promise<unknown> {
  return parseDatabaseUrl(text, { env: { PGSYSCONFDIR: system, ...env }, home, userName: 'watch' })
}

const FILE = { PGSERVICEFILE: named }
const MAIL = { hosts: [{ host: 'of-file', port: 6000 }], dbname: 'mail db', user: 'file-user', password: 's3cret' }

test.each([
  ['a keyword', 'service=mail', FILE, { ...MAIL, name: 'mail db', secrets: ['s3cret'], sessionKind: 'primary' }],
  ['a parameter of a URL', 'postgres://?service=mail', FILE, MAIL],
  ['a DBI string', 'dbi:Pg:service=mail', FILE, MAIL],
  ['PGSERVICE beside a text', 'user=u', { ...FILE, PGSERVICE: 'mail' }, { ...MAIL, user: 'u' }],
  ['PGSERVICE alone', undefined, { ...FILE, PGSERVICE: 'mail' }, MAIL],
  [
    'what is written before the file',
    'service=mail host=db user=u',
    FILE,
    { hosts: [{ host: 'db', port: 6000 }], user: 'u' },
  ],
  ['what is written before PGSERVICE', 'service=local', { ...FILE, PGSERVICE: 'mail' }, { dbname: 'local' }],
  ['the file before the variables', 'service=mail', { ...FILE, PGHOST: 'env', PGUSER: 'env' }, MAIL],
  [
    'the variables for the rest',
    'service=local',
    { ...FILE, PGHOST: 'env' },
    { hosts: [{ host: 'env' }], dbname: 'local' },
  ],
  ['the user for the database', 'service=own', {}, { dbname: 'own', user: 'own', name: 'own' }],
  ['several hosts', 'service=several', FILE, { hosts: [{ host: 'a' }, { host: 'b' }] }],
  ['the home directory first', 'service=mail', {}, { hosts: [{ host: 'of-home' }] }],
  ['the system’s file where the first has none', 'service=all', FILE, { hosts: [{ host: 'of-system' }] }],
])('a service is found by %s', async (_, text, env, meaning) => {
  await expect(meaningOf(text, env)).resolves.toMatchObject(meaning)
})

test.each([
  ['an unknown service', 'service=nowhere', {}, 'definition of service "nowhere" not found in '],
  ['an unknown service by PGSERVICE', 'host=db dbname=d', { PGSERVICE: 'nowhere' }, 'definition of service "nowhere"'],
  [
    'a missing PGSERVICEFILE',
    'service=mail',
    { PGSERVICEFILE: '/proc/nonexistent' },
    'the service file /proc/nonexistent does not',
  ],
  ['an empty service', 'service= host=db', {}, 'service is empty (a variable that is not set?)'],
])('refuses %s', async (_, text, env, words) => {
  await expect(meaningOf(text, env)).rejects.toThrow(UsageError)
  await expect(meaningOf(text, env)).rejects.toThrow(words)
})

test('an unknown service names the files that were looked in, and says what to write', async () => {
  const files = `${home}/.pg_service.conf or ${system}/pg_service.conf`
  await expect(meaningOf('service=x')).rejects.toThrow(`not found in ${files}; write a section [x] in one of them`)
})

test.each([
  ['an unknown keyword', 'hots=db', '4: unknown keyword "hots" in this service; write host'],
  ['a value that cannot be', 'gssencmode=require', '4: gssencmode can only be disable or prefer here'],
  ['an empty host', 'host=', '4: host is empty (a variable that is not set?); write host=…, or leave it out'],
  ['another service', 'service=other', '4: a service cannot name another one; write the keywords of that service here'],
  ['a line without =', 's3cret', '4: there is no "=" in this line; write keyword=value'],
  ['spaces before =', 'password = s3cret', '4: there are spaces before the "="; write keyword=value without them'],
  ['a look-up by LDAP', 'ldap://host/dc=x', '4: services are not looked up by LDAP; write keyword=value'],
])('tells the line of %s', async (_, line, words) => {
  const path = join(dir, 'wrong')
  writeFileSync(path, `[other]\nnonsense\n[mail]\n${line}\n`)
  await expect(meaningOf('service=mail', { PGSERVICEFILE: path })).rejects.toThrow(`${path}:${words}`)
  await expect(meaningOf('service=mail', { PGSERVICEFILE: path })).rejects.not.toThrow('s3cret')
})

test.each([
  ['comments and empty lines', '[mail]\n\n # host=no\nhost=db', { host: 'db' }],
  ['carriage returns', '[mail]\r\nhost=db\r\n', { host: 'db' }],
  ['lines that are indented', '  [mail]\n\thost=db  ', { host: 'db' }],
  ['the first of two equal keywords', '[mail]\nhost=db\nhost=no', { host: 'db' }],
  ['the first of two equal sections', '[mail]\nhost=db\n[mail]\nport=1', { host: 'db' }],
  ['an equals sign in a value', '[mail]\npassword=a=b', { password: 'a=b' }],
  ['a # in a value', '[mail]\npassword=a#b', { password: 'a#b' }],
  ['a section of its whole name only', '[mailbox]\nhost=no\n[mail]\nhost=db', { host: 'db' }],
  ['an empty section', '[mail]\n[other]\nhost=no', {}],
])('reads %s', (_, text, settings) => {
  expect(Object.fromEntries(findService(text, 'mail', 'f')?.settings ?? [])).toEqual(settings)
})

test('is not held up by a FIFO', async () => {
  const path = join(dir, 'fifo')
  execFileSync('mkfifo', [path])
  await expect(meaningOf('service=mail', { PGSERVICEFILE: path })).rejects.toThrow(`${path} is not a plain file; write`)
})
