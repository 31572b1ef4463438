import { realpathSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { routesTo } from '../../src/core/incident/routes.ts'
import { upTo } from '../../src/core/judge/range.ts'
import { SQL } from '../../src/sources/sql/kind.ts'
import { keyOf, load, withCheck, writeFiles } from './read/written.ts'

const FULL = `
instance: watch1
timezone: Europe/Paris
databases:
  mail: \${MANITOU_CONNECT_STRING}
  app: { url: "postgres://watch@db.example/app", password_file: secret, timeout: 5s, stored_in: Asia/Tokyo, unreachable: warning, failures: 3 }
notifiers:
  ops: { mail: { to: [alert@domain.tld, root, root], from: alert-sender@domain.tld, smtp: "smtps://u:\${SMTP_PASSWORD}@mail.example" } }
  night: { mail: { to: pager@domain.tld } }
defaults: { notify: [ops], recoveries: 2, missing: warning, faults: { denied: critical } }
checks:
  mdx: { database: mail, key: last_alive, warning: 5m, critical: PT10M, missing: ok, note: "call mail", runbook: "https://wiki/mdx" }
  app: { database: app, table: t, key_column: k, value_column: v, key: beat, critical: 3600, failures: "2", remind: always,
         notify: night, clock: local, unit: ms, future_tolerance: 0, stored_in: UTC, faults: { timeout: ok } }
`

test('fills in what was left out, from the database, then from defaults', async () => {
  const directory = writeFiles({ 'a.yaml': FULL, secret: 'a b \n' })
  const config = await load(directory, { MANITOU_CONNECT_STRING: 'service=mail', SMTP_PASSWORD: 'x y' })
  expect(config).toEqual({
    instance: 'watch1',
    timezone: 'Europe/Paris',
    concurrency: 32,
    origin: join(realpathSync(directory), 'a.yaml'),
    edition: expect.stringMatching(/^\[\["\d+@[\d.]+"\],/),
    remarks: [],
    secrets: ['x y', 'a b '],
    databases: new Map([
      [
        'mail',
        {
          name: 'mail',
          kind: SQL,
          url: 'service=mail',
          storedIn: 'UTC',
          unreachable: 'critical',
          faults: {
            unreachable: 'critical',
            timeout: 'critical',
            denied: 'critical',
            invalid: 'unknown',
            failed: 'unknown',
          },
          policy: {},
        },
      ],
      [
        'app',
        {
          name: 'app',
          kind: SQL,
          url: 'postgres://watch@db.example/app',
          password: 'a b ',
          timeout: 5,
          storedIn: 'Asia/Tokyo',
          unreachable: 'warning',
          faults: {
            unreachable: 'warning',
            timeout: 'warning',
            denied: 'critical',
            invalid: 'unknown',
            failed: 'unknown',
          },
          policy: { failures: 3 },
        },
      ],
    ]),
    notifiers: new Map([
      [
        'ops',
        {
          name: 'ops',
          group: 'run',
          kind: 'mail',
          settings: {
            to: ['alert@domain.tld', 'root'],
            from: 'alert-sender@domain.tld',
            smtp: 'smtps://u:x%20y@mail.example',
          },
        },
      ],
      ['night', { name: 'night', group: 'run', kind: 'mail', settings: { to: ['pager@domain.tld'] } }],
    ]),
    checks: [
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
          storedIn: 'UTC',
          isZoneGuessed: true,
          faults: {
            unreachable: 'critical',
            timeout: 'unknown',
            denied: 'critical',
            invalid: 'unknown',
            failed: 'unknown',
          },
          note: 'call mail',
          runbook: 'https://wiki/mdx',
        },
        policy: { failures: 1, recoveries: 2, remind: 'never', recovered: true, notify: routesTo(['ops']) },
      },
      {
        check: {
          name: 'app',
          source: 'app',
          where: SQL.where,
          look: {
            kind: 'key',
            table: 't',
            keyColumn: 'k',
            valueColumn: 'v',
            key: 'beat',
            rows: 'one',
          },
          measure: 'age',
          critical: upTo(3600),
          missing: 'warning',
          futureTolerance: 0,
          clock: 'local',
          unit: 'ms',
          storedIn: 'UTC',
          faults: { unreachable: 'warning', timeout: 'ok', denied: 'critical', invalid: 'unknown', failed: 'unknown' },
        },
        policy: { failures: 2, recoveries: 2, remind: 'always', recovered: true, notify: routesTo(['night']) },
      },
    ],
  })
})

test('is called after its host, and tells all notifiers, unless it says otherwise', async () => {
  const notifiers = 'notifiers: { a: { mail: { to: root } }, b: { mail: { to: root } } }'
  const directory = writeFiles({ 'a.yaml': withCheck('{ database: mail, key: k, critical: 1d }', notifiers) })
  const config = await load(directory)
  expect(config.instance).toBe(hostname())
  expect(config.timezone).toBe(Intl.DateTimeFormat().resolvedOptions().timeZone)
  expect(config.checks[0]?.policy.notify).toEqual(routesTo(['a', 'b']))
})

test('keys at the top that begin with x- are free, for anchors', async () => {
  const files = {
    'a.yaml': withCheck('{ <<: *usual, key: k }').replace(
      /^/,
      'x-usual: &usual { database: mail, critical: 10m, note: "${N:-n}" }\nx-list: [1]\n',
    ),
    'conf.d/b.yaml': 'x-more: &more { database: mail, critical: 5m }\nchecks: { b: { <<: *more, key: l } }',
  }
  const config = await load(writeFiles(files))
  expect(config.checks.map(({ check }) => [check.name, check.critical])).toEqual([
    ['mdx', upTo(600)],
    ['b', upTo(300)],
  ])
})

test('merges anchors', async () => {
  const text = `databases: { mail: x }
notifiers: { ops: { mail: { to: root } } }
checks:
  a: &a { database: mail, key: k, critical: 10m }
  b: { <<: *a, key: l }
`
  const config = await load(writeFiles({ 'a.yaml': text }))
  expect(config.checks.map(({ check }) => [check.name, keyOf(check), check.critical])).toEqual([
    ['a', 'k', upTo(600)],
    ['b', 'l', upTo(600)],
  ])
})

const OPS = 'notifiers: { ops: { mail: { to: root } } }\n'

test.each([
  ['nothing where all is well', '{ database: mail, key: k, critical: 3m, alive_interval: 60s }', OPS, []],
  [
    'a limit that will cry wolf',
    '{ database: mail, key: k, critical: 4m, alive_interval: 61 }',
    OPS,
    ['a.yaml:3: checks.mdx.alive_interval: a limit of 4 min is too short for this interval; write 5m or more'],
  ],
  [
    'a service that does not beat',
    '{ database: mail, key: k, critical: 4m, alive_interval: 0 }',
    OPS,
    ['a.yaml:3: checks.mdx.alive_interval: an interval of 0 means that the service never says that it is alive'],
  ],
  [
    'nobody to tell',
    '{ database: mail, key: k, critical: 4m }',
    '',
    ['there is nobody to tell: a run speaks by its exit code alone; write notifiers, or give --to'],
  ],
  [
    'a check that nobody hears of',
    '{ database: mail, key: k, critical: 4m, notify: [] }',
    OPS,
    ['a.yaml:3: checks.mdx: nobody is told of it; write notify'],
  ],
])('remarks on %s', async (_, entry, more, remarks) => {
  const directory = writeFiles({ 'a.yaml': withCheck(entry, more) })
  const config = await load(directory)
  expect(config.remarks.map((remark) => remark.replace(`${directory}/`, ''))).toEqual(remarks)
})

test('remarks on a database that no check looks into', async () => {
  const text = withCheck('{ database: mail, key: k, critical: 4m }', OPS).replace('mail: "', 'spare: x, mail: "')
  const directory = writeFiles({ 'a.yaml': text })
  const config = await load(directory)
  expect(config.remarks).toEqual([`${directory}/a.yaml:1: databases.spare: no check looks into it`])
})
