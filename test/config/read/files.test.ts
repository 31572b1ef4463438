import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { routesTo } from '../../../src/core/incident/routes.ts'
import { load, problemsOf, withCheck, writeFiles } from './written.ts'

const MDX = '{ database: mail, key: last_alive, critical: 10m }'
const MAIN = withCheck(MDX)
const MORE = `checks: { more: ${MDX} }`
const NOBODY = 65_534
const isRoot = process.geteuid?.() === 0

test('refuses a file that the group can write', async () => {
  const directory = writeFiles({ 'a.yaml': MAIN })
  chmodSync(join(directory, 'a.yaml'), 0o620)
  expect(await problemsOf(directory)).toEqual(['a.yaml: others can write it; run: chmod go-w a.yaml'])
})

test('refuses a file that everybody can write', async () => {
  const directory = writeFiles({ 'a.yaml': MAIN })
  chmodSync(join(directory, 'a.yaml'), 0o602)
  expect(await problemsOf(directory)).toEqual(['a.yaml: others can write it; run: chmod go-w a.yaml'])
})

// Only root can give files away; anybody else makes them bad by their mode.
test('refuses files of a stranger, and a directory of his', async () => {
  const directory = writeFiles({ 'a.yaml': MAIN, 'conf.d/b.yaml': MORE })
  if (isRoot) chownSync(join(directory, 'a.yaml'), NOBODY, NOBODY)
  else chmodSync(join(directory, 'a.yaml'), 0o620)
  if (isRoot) chownSync(join(directory, 'conf.d'), NOBODY, NOBODY)
  else chmodSync(join(directory, 'conf.d'), 0o770)
  expect(await problemsOf(directory)).toEqual(
    isRoot
      ? [
          'a.yaml: belongs to user 65534, neither to you nor to root; run: chown 0 a.yaml',
          'conf.d: belongs to user 65534, neither to you nor to root; run: chown 0 conf.d',
        ]
      : ['a.yaml: others can write it; run: chmod go-w a.yaml', 'conf.d: others can write it; run: chmod go-w conf.d'],
  )
})

test('refuses a further file that others can write', async () => {
  const directory = writeFiles({ 'a.yaml': MAIN, 'conf.d/b.yaml': MORE })
  chmodSync(join(directory, 'conf.d/b.yaml'), 0o606)
  expect(await problemsOf(directory)).toEqual(['conf.d/b.yaml: others can write it; run: chmod go-w conf.d/b.yaml'])
})

test('refuses a directory of further files that others can write', async () => {
  const directory = writeFiles({ 'a.yaml': MAIN, 'conf.d/b.yaml': MORE })
  chmodSync(join(directory, 'conf.d'), 0o777)
  expect(await problemsOf(directory)).toEqual(['conf.d: others can write it; run: chmod go-w conf.d'])
})

test('judges what a link leads to', async () => {
  const directory = writeFiles({ 'real.yaml': MAIN })
  symlinkSync('real.yaml', join(directory, 'a.yaml'))
  expect(await problemsOf(directory)).toEqual([])
  chmodSync(join(directory, 'real.yaml'), 0o666)
  expect(await problemsOf(directory)).toEqual(['a.yaml: others can write it; run: chmod go-w a.yaml'])
})

test.each([
  ['a configuration', 'a.yaml', 'a.yaml: is not a regular file; name a file'],
  ['a further file', 'conf.d/b.yaml', 'conf.d/b.yaml: is not a regular file; name a file'],
  ['a password', 'secret', 'a.yaml:1: databases.mail.password_file: secret is not a regular file; name a file'],
])('is not held up by a pipe in place of %s', async (_, name, problem) => {
  const main = MAIN.replace('"postgres://watch@db/mail"', '{ url: x, password_file: secret }')
  const directory = writeFiles({ 'a.yaml': main, 'conf.d/b.yaml': MORE, secret: 'x' })
  rmSync(join(directory, name))
  execFileSync('mkfifo', ['-m', '600', join(directory, name)])
  expect(await problemsOf(directory)).toEqual([problem])
})

test('refuses a directory in place of a file', async () => {
  const directory = writeFiles({})
  mkdirSync(join(directory, 'a.yaml'))
  expect(await problemsOf(directory)).toEqual(['a.yaml: is not a regular file; name a file'])
})

test('refuses what is not UTF-8', async () => {
  const directory = writeFiles({ 'a.yaml': '' })
  writeFileSync(join(directory, 'a.yaml'), Buffer.from('instance: caf\xe9\n', 'latin1'))
  expect(await problemsOf(directory)).toEqual(['a.yaml: is not text in UTF-8; convert it'])
})

test.each([
  ['holds a password and can be read by everybody', 'postgres://u:p@h/d', 0o604, 1],
  ['holds a password and can be read by nobody else', 'postgres://u:p@h/d', 0o600, 0],
  ['holds none and can be read by everybody', 'postgres://u@h/d', 0o604, 0],
])('remarks, or not, on a file that %s', async (_, url, mode, count) => {
  const directory = writeFiles({ 'a.yaml': MAIN.replace('postgres://watch@db/mail', url) })
  chmodSync(join(directory, 'a.yaml'), mode)
  const config = await load(directory)
  expect(
    config.remarks.filter((remark) => remark.endsWith(`run: chmod o-r ${join(directory, 'a.yaml')}`)),
  ).toHaveLength(count)
})

test.each([
  ['is not there', {}, 'there is no file DIR/secret; write the path of one'],
  ['is empty', { secret: '\n' }, 'DIR/secret is empty; write the password into it'],
])('refuses a password file that %s', async (_, files, text) => {
  const main = MAIN.replace('"postgres://watch@db/mail"', '{ url: x, password_file: secret }')
  const directory = writeFiles({ 'a.yaml': main, ...files })
  const problem = `a.yaml:1: databases.mail.password_file: ${text.replace('DIR/', '')}`
  expect(await problemsOf(directory)).toEqual([problem])
})

test.each([
  [
    'beside the URL itself',
    'notifiers: { n: { webhook: { url: "https://h/x", url_file: f } } }',
    'webhook.url_file: stands beside url; remove one of them',
  ],
  [
    'without an smtp to log in to',
    'notifiers: { n: { mail: { to: root, password_file: f } } }',
    'mail.password_file: goes with smtp; leave it out',
  ],
  [
    'without an API to log in to',
    'notifiers: { n: { icinga: { command_file: /f, password_file: f } } }',
    'icinga.password_file: goes with api; leave it out',
  ],
  [
    'beside the header that it would be',
    'notifiers: { n: { webhook: { url: "https://h/x", token_file: f, headers: { authorization: x } } } }',
    'webhook.token_file: stands beside headers.Authorization; remove one of them',
  ],
  [
    'nowhere, nor a URL',
    'notifiers: { n: { webhook: { body: x } } }',
    'webhook.url: is missing; write https://host/path',
  ],
])('refuses a file of a secret %s', async (_, lines, text) => {
  const directory = writeFiles({ 'a.yaml': `${MAIN}\n${lines}`, f: 'x' })
  expect((await problemsOf(directory)).map((line) => line.replace(/^.*notifiers\.n\./, ''))).toEqual([text])
})

test('reads a URL in a file beside the file that names it', async () => {
  const main = MAIN.replace('"postgres://watch@db/mail"', '{ url_file: url }')
  const config = await load(writeFiles({ 'a.yaml': main, url: 'postgres://watch:geheim@db/mail\n' }))
  expect(config.databases.get('mail')?.url).toBe('postgres://watch:geheim@db/mail')
})

test('reads a password file beside the file that names it', async () => {
  const directory = writeFiles({
    'a.yaml': MAIN,
    'conf.d/b.yaml': `databases: { app: { url: y, password_file: secret } }\nchecks: { app: ${MDX.replace('mail', 'app')} }`,
    'conf.d/secret': 'geheim\r\n',
  })
  const config = await load(directory)
  expect(config.databases.get('app')?.password).toBe('geheim')
  expect(config.secrets).toEqual(['geheim'])
})

test('adds what stands in further files, in the order of their names', async () => {
  const directory = writeFiles({
    'a.yaml': MAIN,
    'conf.d/20.yaml': `notifiers: { ops: { mail: { to: root } } }\nchecks: { late: ${MDX} }`,
    'conf.d/10.yaml': `checks: { early: ${MDX.replace('mail', 'app')} }\ndatabases: { app: y }`,
    'conf.d/empty.yaml': '# nothing yet\n',
    'conf.d/.hidden.yaml': '- no',
    'conf.d/c.yml': '- no',
  })
  const config = await load(directory)
  expect(config.checks.map(({ check }) => check.name)).toEqual(['mdx', 'early', 'late'])
  expect([...config.databases.keys()]).toEqual(['mail', 'app'])
  expect(config.checks[0]?.policy.notify).toEqual(routesTo(['ops']))
  expect(config.remarks).toEqual([`${directory}/conf.d/c.yml: is not read; give it a name that ends in .yaml`])
})

test('reports what is wrong in further files where it stands', async () => {
  const directory = writeFiles({
    'a.yaml': `defaults: { critical: never }\n${MAIN}`,
    'conf.d/b.yaml': `defaults: {}\nchekcs: {}\nnotifiers: 1\nchecks:\n  mdx: ${MDX}\n  b: { database: nail, key: k, critical: 5m }`,
    'conf.d/c.yaml': `checks: { b: ${MDX} }`,
    // Whatever nail is may stand there.
    'conf.d/d.yaml': '- a',
  })
  expect(await problemsOf(directory)).toEqual([
    'a.yaml:1: defaults.critical: "never" is not a duration; write 10m',
    'conf.d/b.yaml:1: defaults: belongs in the main file; move it there',
    'conf.d/b.yaml:2: chekcs: there is no such key; write checks',
    'conf.d/b.yaml:3: notifiers: is not a mapping; write names and what they stand for below it',
    'conf.d/b.yaml:5: checks.mdx: stands in a.yaml:4 as well; rename or remove one of them',
    'conf.d/c.yaml:1: checks.b: stands in conf.d/b.yaml:6 as well; rename or remove one of them',
    'conf.d/d.yaml:1: is not a mapping; write databases, notifiers, checks',
  ])
})

test('reports what is no YAML in each file', async () => {
  const directory = writeFiles({ 'a.yaml': 'a: @', 'conf.d/b.yaml': 'b: [', 'conf.d/c.yaml': 'a: 1\nb: @' })
  expect(await problemsOf(directory)).toEqual([
    'a.yaml:1: the value begins with "@"; put it in quotes',
    'conf.d/b.yaml:1: a [ is not closed; write ] at its end',
    'conf.d/c.yaml:2: the value begins with "@"; put it in quotes',
  ])
})

test('reports each name that stands twice, in each file', async () => {
  const directory = writeFiles({
    'a.yaml': `${MAIN}\n  mdx: ${MDX}\n`,
    'conf.d/b.yaml': `checks:\n  b: ${MDX}\n  c: ${MDX}\n  b: ${MDX}\nchecks:\n  d: ${MDX.replace('}', ', critical: 5m }')}`,
  })
  const TWICE = 'stands here for the second time; rename or remove one of them'
  expect(await problemsOf(directory)).toEqual([
    `a.yaml:5: checks.mdx: ${TWICE}`,
    `conf.d/b.yaml:4: checks.b: ${TWICE}`,
    `conf.d/b.yaml:5: checks: ${TWICE}`,
    `conf.d/b.yaml:6: checks.d.critical: ${TWICE}`,
  ])
})
