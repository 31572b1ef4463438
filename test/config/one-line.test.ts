import { expect, test } from 'vitest'
import { routesTo } from '../../src/core/incident/routes.ts'
import { upTo } from '../../src/core/judge/range.ts'
import { SQL } from '../../src/sources/sql/kind.ts'
import { CONTEXT, LINE, parse, parseOneLine, refusalOf } from './read/lines.ts'
import { keyOf } from './read/written.ts'

test('makes one check of one line', () => {
  const config = parse({
    ...LINE,
    warning: '5m',
    to: ['a@x', 'b@x'],
    from: 'c@x',
    missing: 'ok',
    unreachable: 'warning',
    storedIn: 'Europe/Paris',
    name: 'mdx',
    lockfile: '/tmp/x',
    failures: '2',
    recoveries: '3',
    remind: '1h',
    timezone: 'Europe/Paris',
    instance: 'watch1',
  })
  expect(config).toMatchObject({
    instance: 'watch1',
    timezone: 'Europe/Paris',
    origin: 'line:1',
    remarks: [],
    secrets: [],
  })
  expect(config.databases.get('mail')).toMatchObject({ url: LINE.url, unreachable: 'warning', policy: {} })
  expect(config.notifiers.get('mail')).toEqual({
    name: 'mail',
    group: 'run',
    kind: 'mail',
    settings: { to: ['a@x', 'b@x'], from: 'c@x' },
  })
  expect(config.checks).toEqual([
    {
      check: {
        name: 'mdx',
        source: 'mail',
        where: SQL.where,
        look: {
          kind: 'key',
          table: 'runtime_info',
          keyColumn: 'rt_key',
          valueColumn: 'rt_value',
          key: 'last_alive',
          rows: 'one',
        },
        measure: 'age',
        warning: upTo(300),
        critical: upTo(600),
        missing: 'ok',
        futureTolerance: 60,
        clock: 'database',
        unit: 'auto',
        storedIn: 'Europe/Paris',
        faults: {
          unreachable: 'warning',
          timeout: 'unknown',
          denied: 'unknown',
          invalid: 'unknown',
          failed: 'unknown',
        },
      },
      policy: { failures: 2, recoveries: 3, remind: 3600, recovered: true, notify: routesTo(['mail']) },
    },
  ])
})

test('leaves the database to the environment where there is no --url', () => {
  expect(parse({ key: ['k'], critical: '1m' }).databases.get('mail')?.url).toBeUndefined()
})

test('watches several keys, each with its limit', () => {
  const config = parse({ url: 'x', key: ['last_alive=10m', 'a=b=3h', 'c'], critical: '1m', warning: '30s' })
  expect(config.checks.map(({ check }) => [keyOf(check), check.warning, check.critical])).toEqual([
    ['last_alive', upTo(30), upTo(600)],
    ['a=b', upTo(30), upTo(10_800)],
    ['c', upTo(30), upTo(60)],
  ])
})

test.each([
  ['the key', 'last_alive', /^last_alive-[0-9a-f]{6}$/],
  ['a key with other characters', ' /é=1h', /^key-[0-9a-f]{6}$/],
  ['a long key', 'x'.repeat(200), /^x{57}-[0-9a-f]{6}$/],
  ['a key that is no name', '__proto__', /^proto__-[0-9a-f]{6}$|^proto-[0-9a-f]{6}$/],
])('names a check after %s and its place', (_, key, name) => {
  expect(parse({ ...LINE, key: [key] }).checks[0]?.check.name).toMatch(name)
})

test.each([
  ['the database', {}, { ...CONTEXT, database: { name: 'mail', identity: 'other' } }],
  ['the table', { table: 'other' }, CONTEXT],
  ['the key', { key: ['last_import'] }, CONTEXT],
])('gives another name where %s is another', (_, options, context) => {
  const name = parse(LINE).checks[0]?.check.name
  expect(parseOneLine({ ...LINE, ...options }, context).checks[0]?.check.name).not.toBe(name)
})

test('makes a name of any name of a database', () => {
  const config = parseOneLine(LINE, { ...CONTEXT, database: { name: '/srv/ä b.db', identity: 'i' } })
  expect([...config.databases.keys()]).toEqual(['srv-b.db'])
})

test.each([
  [
    'nothing to watch',
    { url: 'x' },
    'usage',
    'there is nothing to watch; write --key last_alive, or --query or --rows with SQL',
  ],
  [
    'an empty key',
    { ...LINE, key: [''] },
    'value',
    '--key: is empty (a variable that is not set?); write last_alive, say',
  ],
  ['no limit', { key: ['k'] }, 'usage', '--key k has no limit; write --critical 10m, say'],
  [
    'something else behind the =',
    { ...LINE, key: ['a=b'] },
    'value',
    '--key: "b" behind the = is not a duration; write --key a=10m',
  ],
  ['a key twice', { ...LINE, key: ['k', 'k=1h'] }, 'usage', '--key k is given twice; write it once'],
  [
    'one name for two keys',
    { ...LINE, key: ['k', 'l'], name: 'n' },
    'usage',
    '--name goes with one --key only; write one line for each, or leave it out',
  ],
  [
    'one lockfile for two keys',
    { ...LINE, key: ['k', 'l'], lockfile: 'n' },
    'usage',
    '--lockfile goes with one --key only; write one line for each, or leave it out',
  ],
  [
    'a sender alone',
    { ...LINE, from: 'a@x' },
    'usage',
    '--from is there, but nobody to tell; write --to alert@domain.tld',
  ],
  [
    'a server alone',
    { ...LINE, smtp: 'x' },
    'usage',
    '--smtp is there, but nobody to tell; write --to alert@domain.tld',
  ],
  [
    'a wrong limit',
    { ...LINE, critical: '30 minuts' },
    'value',
    '--critical: "30 minuts" is not a duration; write 30m',
  ],
  ['what is left of -c=10m', { ...LINE, critical: '=10m' }, 'value', '--critical: "=10m" is not a duration; write 10m'],
  [
    'an empty URL',
    { ...LINE, url: '' },
    'value',
    "--url: the database's URL is empty (a variable that is not set?); write postgres://user@host/database",
  ],
  ['a warning above critical', { ...LINE, warning: '1h' }, 'value', '--warning: is above critical, "10m"; write less'],
  [
    'a wrong name',
    { ...LINE, name: 'a b' },
    'value',
    '--name: "a b" cannot be a name; write letters, digits, ".", "_" and "-", at most 64',
  ],
  [
    'a name of JavaScript',
    { ...LINE, name: 'constructor' },
    'value',
    '--name: this name cannot be used; write another',
  ],
  [
    'a wrong address',
    { ...LINE, to: ['a@x', ''] },
    'value',
    '--to: "" is not a mail address; write the bare address, such as alert@domain.tld',
  ],
  [
    'two ways to send',
    { ...LINE, to: ['a@x'], smtp: 'smtp://h', sendmail: '/s' },
    'value',
    '--sendmail: stands beside smtp; remove one of them',
  ],
  ['an empty table', { ...LINE, table: '' }, 'value', '--table: is empty; write runtime_info'],
])('refuses %s', (_, options, kind, message) => {
  expect(refusalOf(options)).toEqual([kind, message])
})

test('reports every wrong value at once, by its option', () => {
  const wrong = {
    ...LINE,
    futureTolerance: 'x',
    keyColumn: '',
    unreachable: 'bad',
    aliveInterval: 'y',
    to: ['root'],
    smtp: 'u:geheim@h',
  }
  expect(
    refusalOf(wrong)[1]
      .split(' --')
      .map((part) => part.split(':')[0]),
  ).toEqual(['--unreachable', 'smtp', 'key-column', 'future-tolerance', 'alive-interval'])
})

test('remarks that there is nobody to tell, and on limits that cry wolf', () => {
  expect(parse({ ...LINE, critical: '2m', aliveInterval: '60s' }).remarks).toEqual([
    'there is nobody to tell: a run speaks by its exit code alone; write notifiers, or give --to',
    '--alive-interval: a limit of 2 min is too short for this interval; write 3m or more',
  ])
})
