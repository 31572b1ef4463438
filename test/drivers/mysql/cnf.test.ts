import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { type OptionFile, readOptionFile } from '../../../src/drivers/mysql/cnf.ts'
import { faultOf } from '../conformance.ts'

const dir = mkdtempSync(join(tmpdir(), 'lastalive-cnf-'))
afterAll(() => rmSync(dir, { recursive: true }))

const path = join(dir, 'my.cnf')
const write = (text: string, name = 'my.cnf', mode = 0o600): void => {
  writeFileSync(join(dir, name), text)
  chmodSync(join(dir, name), mode)
}
const read = async (group?: string): Promise<OptionFile> => await readOptionFile({ path, isRequired: false, group })
const optionsOf = async (group?: string): Promise<unknown> => Object.fromEntries((await read(group)).options)

test.each([
  ['a plain value', 'user=watch', { user: 'watch' }],
  ['spaces', '  user =  my watch  ', { user: 'my watch' }],
  ['single quotes', "password='p # w'", { password: 'p # w' }],
  ['double quotes', 'password="p\'w"', { password: "p'w" }],
  ['a comment behind a value', 'user=watch # me', { user: 'watch' }],
  ['a comment behind quotes', 'password="p#w"#me', { password: 'p#w' }],
  ['comments', '# user=a\n; user=b\nuser=c', { user: 'c' }],
  ['escapes', String.raw`password=a\sb\\c\"d\qe`, { password: String.raw`a b\c"d\qe` }],
  ['an equals sign in a value', 'password=a=b', { password: 'a=b' }],
  ['an option without a value', 'skip-ssl', { skip_ssl: '' }],
  ['dashes as underscores', 'ssl-ca=/a\nSSL_cert=/b', { ssl_ca: '/a', ssl_cert: '/b' }],
  ['the last of two', 'user=a\nuser=b', { user: 'b' }],
  ['lines of Windows', 'user=watch\r\nport=1\r\n', { user: 'watch', port: '1' }],
  ['options that may be unknown', 'loose-ssl-mode=REQUIRED', { ssl_mode: 'REQUIRED' }],
])('reads %s', async (_, text, options) => {
  write(`[client]\n${text}\n`)
  expect(await optionsOf()).toEqual(options)
})

test('reads the groups of the client, and one that is named', async () => {
  write('[mysqld]\nport=1\n[client]\nuser=a\n[ mysql ]\nhost=h\n[client-mariadb]\nsocket=/s\n[mail]\nport=2\n')
  expect(await optionsOf()).toEqual({ user: 'a', host: 'h', socket: '/s' })
  expect(await optionsOf('mail')).toEqual({ user: 'a', host: 'h', socket: '/s', port: '2' })
})

test('reads what is included, and goes on behind it', async () => {
  write('[client]\nuser=a\n!include other.cnf\n!includedir conf.d\nport=1\n')
  write('[client]\nuser=b\n', 'other.cnf')
  mkdirSync(join(dir, 'conf.d'))
  write('[client]\nhost=h\n', 'conf.d/a.cnf')
  write('[client]\nhost=not me\n', 'conf.d/b.txt')
  expect(await optionsOf()).toEqual({ user: 'b', host: 'h', port: '1' })
})

test.each([
  ['a missing include', '!include none.cnf', 'none.cnf (ENOENT)'],
  ['a missing directory', '!includedir none.d', 'none.d (ENOENT)'],
  ['a file that includes itself', '!include my.cnf', 'is included too deeply'],
  ['an unknown line with !', '!including x', 'a line with ! that is not known'],
  ['an option before any group', 'user=nowhere', 'has an option before any group'],
  ['a group that does not end', '[client\nuser=nowhere', 'has an option before any group'],
])('fails at %s', async (_, text, words) => {
  write(`${text}\n`)
  expect(await faultOf(read())).toMatchObject({ kind: 'failed', message: expect.stringContaining(words) })
})

test('has nothing where there is no file', async () => {
  rmSync(path, { force: true })
  expect(await read()).toEqual({ options: new Map() })
})

test('fails where a file that is required is missing', async () => {
  rmSync(path, { force: true })
  const fault = await faultOf(readOptionFile({ path, isRequired: true, group: undefined }))
  expect(fault).toMatchObject({ kind: 'failed', scope: 'source' })
})

test('leaves out a file that everybody can write, and says what to do', async () => {
  write('[client]\nuser=a\n', 'my.cnf', 0o602)
  expect(await read()).toEqual({
    options: new Map(),
    hint: `chmod o-w ${path}: it is ignored while everybody can write it`,
  })
})

test('is not held by a FIFO', async () => {
  rmSync(path, { force: true })
  execFileSync('mkfifo', [path])
  expect(await faultOf(read())).toMatchObject({ kind: 'failed', message: `${path} is not a plain file` })
  rmSync(path)
})
