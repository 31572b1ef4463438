import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { findPassword, readPgpass } from '../../../src/drivers/postgres/pgpass.ts'

const dir = mkdtempSync(join(tmpdir(), 'lastalive-pgpass-'))
afterAll(() => rmSync(dir, { recursive: true }))

const MAIL = { host: 'db', port: 5432, dbname: 'mail', user: 'watch' }

test.each([
  ['a line that fits', 'db:5432:mail:watch:secret', 'secret'],
  ['the first line that fits', 'x:*:*:*:no\ndb:*:*:*:first\ndb:*:*:*:second', 'first'],
  ['wildcards', '*:*:*:*:secret', 'secret'],
  ['an escaped colon and backslash', String.raw`db:*:*:*:a\:b\\c`, String.raw`a:b\c`],
  ['a password up to the next colon', 'db:*:*:*:a:b', 'a'],
  ['lines with carriage returns', 'db:*:*:*:secret\r\n', 'secret'],
  ['lines behind comments', '# db:*:*:*:no\n\ndb:*:*:*:secret', 'secret'],
])('finds %s', (_, text, password) => {
  expect(findPassword(text, MAIL)).toEqual({ kind: 'found', password })
})

test.each([
  ['another host', 'other:*:*:*:secret'],
  ['another port', '*:5433:*:*:secret'],
  ['another database', '*:*:other:*:secret'],
  ['another user', '*:*:*:other:secret'],
  ['an escaped star', String.raw`\*:*:*:*:secret`],
  ['a line that is too short', 'db:5432:mail:watch'],
  ['an empty password', 'db:*:*:*:'],
  ['nothing', ''],
])('finds nothing in %s', (_, text) => {
  expect(findPassword(text, MAIL)).toEqual({ kind: 'none' })
})

test.each([
  ['the default socket', undefined],
  ['its directory', '/var/run/postgresql'],
  ['its other directory', '/tmp'],
])('localhost stands for %s', (_, host) => {
  expect(findPassword('localhost:*:*:*:secret', { ...MAIL, host })).toMatchObject({ password: 'secret' })
})

test('names with colons are compared unescaped', () => {
  const text = String.raw`\:\:1:*:m\\l:*:secret`
  expect(findPassword(text, { ...MAIL, host: '::1', dbname: String.raw`m\l` })).toMatchObject({ password: 'secret' })
})

function fileWith(mode: number): string {
  const path = join(dir, `pgpass-${mode.toString(8)}`)
  writeFileSync(path, 'db:*:*:*:secret\n')
  chmodSync(path, mode)
  return path
}

test('reads a file that only its owner can read', async () => {
  expect(await readPgpass(fileWith(0o600), MAIL)).toEqual({ kind: 'found', password: 'secret' })
})

test.each([[0o640], [0o604], [0o620]])('ignores a file of mode %o, and says what to do', async (mode) => {
  const path = fileWith(mode)
  const cure = `chmod 600 ${path}: it is ignored while others can read it`
  expect(await readPgpass(path, MAIL)).toEqual({ kind: 'ignored', cure })
})

test('a missing file has no password', async () => {
  expect(await readPgpass(join(dir, 'missing'), MAIL)).toEqual({ kind: 'none' })
})

test('is not held up by a FIFO', async () => {
  const path = join(dir, 'fifo')
  execFileSync('mkfifo', ['-m', '600', path])
  expect(await readPgpass(path, MAIL)).toEqual({ kind: 'ignored', cure: `make ${path} a plain file` })
})
