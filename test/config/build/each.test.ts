import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { NOTIFIERS, SOURCES } from '../../../src/setup/kinds.ts'
import { load, problemsOf, writeFiles } from '../read/written.ts'

const HEAD = 'databases: { mail: "postgres://watch@db/mail" }\nchecks:\n'

/** A configuration of these lines below `checks`. */
const below = (...lines: readonly string[]) => ({ 'a.yaml': HEAD + lines.map((line) => `  ${line}\n`).join('') })

/** Its checks, from what stands below `checks`. */
const checksOf = async (files: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}) =>
  (await load(writeFiles(files), env)).checks.map(({ check }) => check)

const namesOf = async (files: Readonly<Record<string, string>>) => (await checksOf(files)).map(({ name }) => name)

const problems = (files: Readonly<Record<string, string>>) => problemsOf(writeFiles(files))

const KEY = 'database: mail, critical: 1h, key: "last_{each}"'

describe('a check with foreach', () => {
  test('makes a check of each name, in its place', async () =>
    expect(
      await namesOf(
        below('z: { database: mail, critical: 1h, key: z }', `"backup-{each}": { foreach: [b, a], ${KEY} }`),
      ),
    ).toEqual(['z', 'backup-b', 'backup-a']))

  test('has the name at the end of its own, where it does not say where', async () =>
    expect(await namesOf(below(`backup: { foreach: [a, b], ${KEY} }`))).toEqual(['backup-a', 'backup-b']))

  test('may have the name alone, or twice', async () =>
    expect(
      await namesOf(below(`"{each}": { foreach: [a], ${KEY} }`, `"{each}.{each}": { foreach: [a], ${KEY} }`)),
    ).toEqual(['a', 'a.a']))

  test('has the name in all of its texts', async () => {
    const entry =
      '{ foreach: [a], database: mail, critical: 1h, rows: "SELECT name, at FROM t WHERE h = ? AND i = ?", params: ["{each}", "x{each}{each}"], expect: ["{each}-1"], note: "on {each}", runbook: "https://wiki/{each}", tags: ["of-{each}"] }'
    const [check] = await checksOf(below(`backup: ${entry}`))
    expect(check).toMatchObject({
      look: { parameters: ['a', 'xaa'] },
      many: { expect: ['a-1'] },
      note: 'on a',
      runbook: 'https://wiki/a',
      tags: ['of-a'],
    })
  })

  test('may have a recipe, and parameters for it', async () => {
    const [check] = await checksOf(
      below('pg: { foreach: [a], database: mail, use: postgres-archiver, note: "{each}", runbook: "{each}" }'),
    )
    expect(check).toMatchObject({ name: 'pg-a', note: 'a', look: { kind: 'query', isOurs: true } })
  })

  test('may depend on the check of the same name, and others on one that it makes', async () => {
    const checks = await checksOf(
      below(
        `"ping-{each}": { foreach: [a, b], ${KEY} }`,
        `"backup-{each}": { foreach: [a, b], ${KEY}, after: "ping-{each}" }`,
        'all: { database: mail, critical: 1h, key: all, after: [backup-a, backup-b] }',
      ),
    )
    expect(checks.map(({ name, after }) => [name, after])).toEqual([
      ['ping-a', undefined],
      ['ping-b', undefined],
      ['backup-a', ['ping-a']],
      ['backup-b', ['ping-b']],
      ['all', ['backup-a', 'backup-b']],
    ])
  })

  test('takes names from variables, and from nothing else that stands in them', async () => {
    const files = below(`backup: { foreach: ["\${A}", b], ${KEY}, note: "\${N}" }`)
    const checks = await checksOf(files, { A: 'a', N: '{each}' })
    expect(checks.map(({ name, note }) => [name, note])).toEqual([
      ['backup-a', 'a'],
      ['backup-b', 'b'],
    ])
  })

  test('has its names from a file, relative to the configuration that names it', async () =>
    expect(
      await namesOf({
        'a.yaml': `${HEAD}  x: { database: mail, critical: 1h, key: x }\n`,
        'conf.d/b.yaml': `checks: { backup: { foreach: { file: hosts.txt }, ${KEY} } }`,
        'conf.d/hosts.txt': '# ours\n\ndb1.example.org\r\n  db2  # the old one',
      }),
    ).toEqual(['x', 'backup-db1.example.org', 'backup-db2']))

  test('reads the files that it names relative to its own file', async () => {
    const files = {
      ...below('x: { database: mail, critical: 1h, key: x }'),
      'conf.d/b.yaml': `checks: { backup: { foreach: [a], ${KEY}, during: "mon-fri 08:00-18:00", except: "{each}.txt" } }`,
      'conf.d/a.txt': 'tomorrow',
    }
    expect(await problems(files)).toEqual([
      expect.stringMatching(/^conf\.d\/b\.yaml:1: checks\.backup-a\.except: conf\.d\/a\.txt:1 is not a date/),
    ])
  })

  test('is another configuration when its file has changed', async () => {
    const directory = writeFiles({ ...below(`backup: { foreach: { file: hosts.txt }, ${KEY} }`), 'hosts.txt': 'a' })
    const before = (await load(directory)).edition
    expect((await load(directory)).edition).toBe(before)
    writeFileSync(join(directory, 'hosts.txt'), 'a\nb')
    expect((await load(directory)).edition).not.toBe(before)
  })
})

describe('what is wrong with foreach is told at its line', () => {
  const at = (foreach: string, more: Readonly<Record<string, string>> = {}) =>
    problems({
      ...below('backup:', `  foreach: ${foreach}`, '  database: mail', '  critical: 1h', '  key: "{each}"'),
      ...more,
    })

  test.each([
    ['a', 'foreach: is neither a list nor a file; write [a, b] or { file: hosts.txt }'],
    ['[]', 'foreach: is empty; write [a, b]'],
    ['[80]', 'foreach[0]: 80 is not text; put it in quotes'],
    ['[[a]]', 'foreach[0]: is not a name; write text'],
    ['{ path: x }', 'foreach.path: there is no such key; write { file: hosts.txt }'],
    ['{ file: }', 'foreach: names no file; write { file: hosts.txt }'],
    ['{ file: none.txt }', 'foreach.file: there is no file none.txt; write the path of one'],
    ['{ file: . }', 'foreach.file: . is not a regular file; name a file'],
  ])('%s', async (foreach, text) =>
    expect((await at(foreach)).map((line) => line.replace(/\/tmp\/\S+?(?=;| is)/, '.'))).toEqual([
      `a.yaml:4: checks.backup.${text}`,
    ]),
  )

  test('a file without names', async () =>
    expect(await at('{ file: hosts.txt }', { 'hosts.txt': '# none' })).toEqual([
      'a.yaml:4: checks.backup.foreach.file: hosts.txt has no names; write one on each line',
    ]))

  test('a file that others can write', async () => {
    const directory = writeFiles({ ...below(`backup: { foreach: { file: hosts.txt }, ${KEY} }`), 'hosts.txt': 'a' })
    chmodSync(join(directory, 'hosts.txt'), 0o622)
    expect(await problemsOf(directory)).toEqual([
      'a.yaml:3: checks.backup.foreach.file: hosts.txt others can write it; run: chmod go-w hosts.txt',
    ])
  })

  test('a name twice, in a list and in a file', async () => {
    expect(await at('[a, b, a]')).toEqual([
      'a.yaml:4: checks.backup.foreach[2]: "a" stands twice in the list; remove one of them',
    ])
    expect(await at('{ file: hosts.txt }', { 'hosts.txt': 'a\nb\na\n' })).toEqual([
      'a.yaml:4: checks.backup.foreach: hosts.txt:3: "a" stands in hosts.txt:1 as well; remove one of them',
    ])
  })

  test('names that no check can have', async () => {
    const file = { 'hosts.txt': 'a\nb c\n../x\n\u001b[2J\n' }
    const cannot = 'cannot be a name; write letters, digits, ".", "_" and "-", at most 64'
    expect(await at('{ file: hosts.txt }', file)).toEqual([
      `a.yaml:4: checks.backup.foreach: hosts.txt:2: "backup-b c" ${cannot}`,
      `a.yaml:4: checks.backup.foreach: hosts.txt:3: "backup-../x" ${cannot}`,
      `a.yaml:4: checks.backup.foreach: hosts.txt:4: "backup-\\x1b[2J" ${cannot}`,
    ])
    expect(await problems(below(`"{each}": { foreach: [a, __proto__, constructor], ${KEY} }`))).toEqual([
      'a.yaml:3: checks.{each}.foreach[1]: "__proto__" cannot be a name; write another',
      'a.yaml:3: checks.{each}.foreach[2]: "constructor" cannot be a name; write another',
    ])
  })

  test('the name of another check', async () => {
    const other = `backup-a: { ${KEY} }`
    expect(await problems(below(other, `backup: { foreach: [a], ${KEY} }`))).toEqual([
      'a.yaml:4: checks.backup.foreach[0]: makes backup-a, which stands in a.yaml:3 as well; rename or remove one of them',
    ])
    const both = below(`"{each}-a": { foreach: [backup], ${KEY} }`, `backup: { foreach: [a], ${KEY} }`)
    expect(await problems(both)).toEqual([
      'a.yaml:4: checks.backup.foreach[0]: makes backup-a, which stands in a.yaml:3 as well; rename or remove one of them',
    ])
  })

  test('more names than there may be', async () => {
    const names = (many: number) => Array.from({ length: many }, (_, i) => `h${i}`).join('\n')
    expect(await at('{ file: hosts.txt }', { 'hosts.txt': names(10_000) })).toEqual([])
    expect(await at('{ file: hosts.txt }', { 'hosts.txt': names(10_001) })).toEqual([
      'a.yaml:4: checks.backup.foreach.file: hosts.txt has more than 10000 names; write fewer',
    ])
  })
})

describe('what is wrong with a check that was made', () => {
  test('has the line where it stands, and is told once of all', async () =>
    expect(
      await problems(
        below(
          '"backup-{each}":',
          '  foreach: [a, b]',
          '  database: mail',
          '  key: x',
          '  critical: soon',
          '  notify: none',
        ),
      ),
    ).toEqual([
      'a.yaml:7: checks.backup-{each}.critical: "soon" is not a duration; write 10m',
      expect.stringMatching(/^a\.yaml:8: checks\.backup-\{each\}\.notify/),
    ]))

  test('has the name of the check, where the others are right', async () =>
    expect(
      await problems(
        below(
          'x: { database: mail, critical: 1h, key: x }',
          `"backup-{each}": { foreach: [x, b], database: mail, critical: 1h, key: k, after: "{each}" }`,
        ),
      ),
    ).toEqual(['a.yaml:4: checks.backup-b.after: there is no check "b"; write x']))

  test('is left out, and the others are read', async () => {
    const directory = writeFiles(below(`backup: { foreach: [a, b, a], ${KEY} }`))
    const { readConfig } = await import('../../../src/config/shape/schema.ts')
    const { loadWritten } = await import('../../../src/config/load.ts')
    const options = { config: join(directory, 'a.yaml'), env: {}, notifierLines: NOTIFIERS, sourceLines: SOURCES }
    const config = readConfig(await loadWritten(options))
    expect(config.checks.map(({ check }) => check.name)).toEqual(['backup-b'])
    expect([...(config.leftOut?.checks.keys() ?? [])]).toEqual(['backup-a'])
  })

  test('names never become part of SQL', async () => {
    const rows = below(
      'backup: { foreach: [a, b], database: mail, critical: 1h, query: "SELECT at FROM t WHERE h = \'{each}\'" }',
    )
    expect(await problems(rows)).toEqual([
      'a.yaml:3: checks.backup.query: holds {each}, which is not put into SQL; write a parameter, and {each} in params',
    ])
  })

  test('a variable that is not set is told once, and none of the checks is read', async () => {
    const directory = writeFiles(below(`backup: { foreach: [a, b], ${KEY}, note: "\${NONE}" }`))
    expect(await problemsOf(directory)).toEqual([
      'a.yaml:3: checks.backup.note: ${NONE} is not set; set it, or write ${NONE:-default}',
    ])
  })

  test('five thousand have one mistake', async () => {
    const names = Array.from({ length: 5_000 }, (_, i) => `h${i}`).join('\n')
    const files = { ...below(`backup: { foreach: { file: hosts.txt }, database: mail, key: k, critical: soon }`) }
    expect(await problems({ ...files, 'hosts.txt': names })).toEqual([
      'a.yaml:3: checks.backup.critical: "soon" is not a duration; write 10m',
    ])
  })
})

test('without foreach {each} is text, and no name', async () => {
  const [check] = await checksOf(below('x: { database: mail, critical: 1h, key: x, note: "of {each}" }'))
  expect(check?.note).toBe('of {each}')
  expect(await problems(below(`"x-{each}": { ${KEY} }`))).toHaveLength(1)
})

test('names are found by completion', async () => {
  const { listNames } = await import('../../../src/config/load.ts')
  const directory = writeFiles(below(`backup: { foreach: [a, b], ${KEY}, tags: ["of-{each}"] }`))
  expect(await listNames({ config: join(directory, 'a.yaml'), env: {} })).toMatchObject({
    checks: ['backup-a', 'backup-b'],
    tags: ['of-a', 'of-b'],
  })
})
