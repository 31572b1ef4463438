import { expect, test } from 'vitest'
import { problemsOf, withCheck, writeFiles } from '../read/written.ts'

const MDX = '{ database: mail, key: last_alive, critical: 10m }'

test.each([
  ['accepts a check', withCheck(MDX), []],
  [
    'names the nearest duration',
    withCheck('{ database: mail, key: k, critical: 30 minuts }'),
    ['a.yaml:3: checks.mdx.critical: "30 minuts" is not a duration; write 30m'],
  ],
  [
    'knows what a fraction of an hour is',
    withCheck('{ database: mail, key: k, critical: 1.5h }'),
    ['a.yaml:3: checks.mdx.critical: "1.5h" is not a duration; write 90m'],
  ],
  [
    'knows how long months are, more or less',
    withCheck('{ database: mail, key: k, critical: 2 months }'),
    ['a.yaml:3: checks.mdx.critical: "2 months" is not a duration; write 60d'],
  ],
  [
    'refuses a limit of nothing',
    withCheck('{ database: mail, key: k, warning: 0 }'),
    ['a.yaml:3: checks.mdx.warning: must be more than nothing; write 5m'],
  ],
  [
    'refuses a negative limit',
    withCheck('{ database: mail, key: k, warning: -5 }'),
    ['a.yaml:3: checks.mdx.warning: -5 is not a duration; write 5m'],
  ],
  [
    'refuses a limit of ages',
    withCheck('{ database: mail, key: k, warning: 999999w }'),
    ['a.yaml:3: checks.mdx.warning: is longer than a century; write less'],
  ],
  [
    'wants a limit',
    withCheck('{ database: mail, key: k }'),
    ['a.yaml:3: checks.mdx: has no limit; write critical: 10m, say'],
  ],
  ['accepts a limit of defaults', withCheck('{ database: mail, key: k }', 'defaults: { warning: 5m }'), []],
  [
    'refuses a warning above critical',
    withCheck('{ database: mail, key: k, warning: 15m, critical: 10m }'),
    ['a.yaml:3: checks.mdx.warning: is above critical, "10m"; write less'],
  ],
  [
    'refuses critical below the warning of defaults',
    withCheck('{ database: mail, key: k, critical: 10m }', 'defaults: { warning: 15m }'),
    ['a.yaml:3: checks.mdx.critical: is below warning, "15m" (of defaults); write more'],
  ],
  [
    'refuses a warning above critical in defaults, once',
    withCheck('{ database: mail, key: k }', 'defaults: { warning: 15m, critical: 10m }'),
    ['a.yaml:4: defaults.warning: is above critical, "10m"; write less'],
  ],
  [
    'wants the place and the database of a check',
    withCheck('{ critical: 10m }'),
    [
      'a.yaml:3: checks.mdx.database: is missing; write the name of one of the databases',
      'a.yaml:3: checks.mdx: does not say what to look at; write key: last_alive, query: SELECT …, rows: SELECT … or job: backup',
    ],
  ],
  [
    'names the nearest database',
    withCheck('{ database: mial, key: k, critical: 10m }'),
    ['a.yaml:3: checks.mdx.database: there is no database "mial"; write mail'],
  ],
  [
    'names the nearest notifier',
    withCheck(
      '{ database: mail, key: k, critical: 10m, notify: [opps] }',
      'notifiers: { ops: { mail: { to: root } } }',
    ),
    ['a.yaml:3: checks.mdx.notify[0]: there is no notifier "opps"; write ops'],
  ],
  [
    'wants notifiers that are named to be there',
    withCheck('{ database: mail, key: k, critical: 10m, notify: ops }'),
    ['a.yaml:3: checks.mdx.notify: there is no notifier "ops"; write it under notifiers'],
  ],
  [
    'names the nearest key, and the line of the unknown one',
    'databases: { mail: "x" }\nchecks:\n  mdx:\n    database: mail\n    key: k\n    citical: 10m\n    warning: 5m\n',
    ['a.yaml:6: checks.mdx.citical: there is no such key; write critical'],
  ],
  [
    'reports each unknown key',
    withCheck(MDX, 'databasse: {}\ntimezon: UTC'),
    [
      'a.yaml:4: databasse: there is no such key; write databases',
      'a.yaml:5: timezon: there is no such key; write timezone',
    ],
  ],
  [
    'names the known keys where none is near',
    withCheck(MDX, 'notifiers: { ops: { mail: { to: root, colour: red } } }'),
    ['a.yaml:4: notifiers.ops.mail.colour: there is no such key; known are to, from, smtp, password_file, sendmail'],
  ],
  [
    'names the nearest severity',
    withCheck('{ database: mail, key: k, critical: 10m, missing: waring }'),
    ['a.yaml:3: checks.mdx.missing: "waring" is not known; write warning'],
  ],
  [
    'names the nearest zone',
    withCheck(MDX, 'timezone: Europe/Pariss'),
    ['a.yaml:4: timezone: "Europe/Pariss" is not a time zone; write Europe/Paris'],
  ],
  [
    'takes no offset for a zone',
    withCheck(MDX, 'timezone: "+01:00"'),
    ['a.yaml:4: timezone: "+01:00" is not a time zone; write an IANA name such as Europe/Paris or UTC'],
  ],
  [
    'counts runs from one',
    withCheck('{ database: mail, key: k, critical: 10m, failures: 0, recoveries: 1.5 }'),
    [
      'a.yaml:3: checks.mdx.failures: 0 is not a number of runs; write 3, or 3 of 5',
      'a.yaml:3: checks.mdx.recoveries: 1.5 is not a number of runs; write 1 or more',
    ],
  ],
  [
    'knows what may be said again when',
    withCheck('{ database: mail, key: k, critical: 10m, remind: allways }'),
    ['a.yaml:3: checks.mdx.remind: "allways" is not an interval; write always'],
  ],
  [
    'refuses reminders without a pause',
    withCheck('{ database: mail, key: k, critical: 10m, remind: 0 }'),
    ['a.yaml:3: checks.mdx.remind: must be more than nothing; write always'],
  ],
  [
    'refuses a name with a blank',
    'databases: { mail: "x" }\nchecks:\n  a b: { database: mail, key: k, critical: 10m }',
    ['a.yaml:3: checks.a b: "a b" cannot be a name; write letters, digits, ".", "_" and "-", at most 64'],
  ],
  [
    'wants addresses bare',
    withCheck(MDX, 'notifiers: { ops: { mail: { to: ["Ops <ops@x.tld>", ops@x.tld] } } }'),
    [
      'a.yaml:4: notifiers.ops.mail.to[0]: "Ops <ops@x.tld>" is not a mail address; write the bare address, such as alert@domain.tld',
    ],
  ],
  [
    'takes no option for an address',
    withCheck(MDX, 'notifiers: { ops: { mail: { to: "-oQ/tmp" } } }'),
    [
      'a.yaml:4: notifiers.ops.mail.to: "-oQ/tmp" is not a mail address; write the bare address, such as alert@domain.tld',
    ],
  ],
  [
    'wants somebody to be told',
    withCheck(MDX, 'notifiers: { ops: { mail: { to: [] } } }'),
    ['a.yaml:4: notifiers.ops.mail.to: is empty; write alert@domain.tld'],
  ],
  [
    'sends one way only',
    withCheck(MDX, 'notifiers: { ops: { mail: { to: root, smtp: "smtp://h", sendmail: /usr/sbin/sendmail } } }'),
    ['a.yaml:4: notifiers.ops.mail.sendmail: stands beside smtp; remove one of them'],
  ],
  [
    'wants the absolute path of sendmail',
    withCheck(MDX, 'notifiers: { ops: { mail: { to: root, sendmail: sendmail } } }'),
    ['a.yaml:4: notifiers.ops.mail.sendmail: "sendmail" is not an absolute path; write /usr/sbin/sendmail'],
  ],
  [
    'wants sendmail to be the first in its list',
    withCheck(MDX, 'notifiers: { ops: { mail: { to: root, sendmail: [-a, /usr/bin/msmtp] } } }'),
    ['a.yaml:4: notifiers.ops.mail.sendmail: "-a" is not an absolute path; write /usr/sbin/sendmail'],
  ],
  [
    'wants the arguments of sendmail in a list',
    withCheck(MDX, 'notifiers: { ops: { mail: { to: root, sendmail: /usr/bin/msmtp -a default } } }'),
    [
      'a.yaml:4: notifiers.ops.mail.sendmail: "/usr/bin/msmtp -a default" is not a file; write arguments as a list in the configuration: sendmail: [/usr/bin/msmtp, -a, default]',
    ],
  ],
  [
    'wants the arguments of sendmail each by itself',
    withCheck(MDX, 'notifiers: { ops: { mail: { to: root, sendmail: ["/usr/bin/msmtp -a", default] } } }'),
    [
      'a.yaml:4: notifiers.ops.mail.sendmail: "/usr/bin/msmtp -a" is not a file; write arguments as a list in the configuration: sendmail: [/usr/bin/msmtp, -a, default]',
    ],
  ],
  [
    'wants the URL of a database',
    withCheck(MDX, '').replace('"postgres://watch@db/mail"', '{ timeout: 5s }'),
    ['a.yaml:1: databases.mail.url: is missing; write postgres://user@host/database, say'],
  ],
  [
    'refuses an empty URL',
    withCheck(MDX, '').replace('"postgres://watch@db/mail"', '""'),
    ['a.yaml:1: databases.mail: is empty; write postgres://user@host/database'],
  ],
  [
    'says what is wrong inside a database that is a mapping',
    withCheck(MDX, '').replace('"postgres://watch@db/mail"', '{ url: x, timeout: soon, tiemout: 1 }'),
    [
      'a.yaml:1: databases.mail.timeout: "soon" is not a duration; write 5s',
      'a.yaml:1: databases.mail.tiemout: there is no such key; write timeout',
    ],
  ],
  [
    'refuses two severities for one fault',
    withCheck(MDX, '').replace(
      '"postgres://watch@db/mail"',
      '{ url: x, unreachable: ok, faults: { unreachable: critical } }',
    ),
    ['a.yaml:1: databases.mail.unreachable: says something else than faults.unreachable; remove one of them'],
  ],
  [
    'takes no list for a mapping',
    withCheck(MDX, 'defaults: []\nnotifiers: [ops]'),
    [
      'a.yaml:4: defaults: is a list; write a mapping of keys',
      'a.yaml:5: notifiers: is a list; write a mapping of keys',
    ],
  ],
  [
    'takes an empty key for a mistake',
    withCheck('{ database: mail, key: k, critical: }'),
    ['a.yaml:3: checks.mdx.critical: is empty; write 10m'],
  ],
  [
    'wants something to watch',
    'databases: { mail: "x" }',
    ['a.yaml:1: checks: there is nothing to watch; write at least one check under checks'],
  ],
  [
    'wants something to watch where there is room for it',
    'databases: { mail: "x" }\nchecks: {}',
    ['a.yaml:2: checks: there is nothing to watch; write at least one check under checks'],
  ],
  ['refuses an empty file', '', ['a.yaml:1: is empty; write keys and values below it']],
  ['refuses a file that is a list', '- a\n', ['a.yaml:1: is a list; write a mapping of keys']],
])('%s', async (_, text, problems) => {
  expect(await problemsOf(writeFiles({ 'a.yaml': text }))).toEqual(problems)
})

test('reports everything at once, in the order of the file', async () => {
  const text = `instance: ""
timezone: Mars/Base
databases:
  mail: 5
checks:
  one: { database: mail, key: k, critical: soon }
  two: { database: mall, key: k, critical: 10m, unit: minutes }
  three: { database: mail, key: k }
`
  expect(await problemsOf(writeFiles({ 'a.yaml': text }))).toEqual([
    'a.yaml:1: instance: is empty; write watch1',
    'a.yaml:2: timezone: "Mars/Base" is not a time zone; write an IANA name such as Europe/Paris or UTC',
    'a.yaml:4: databases.mail: is neither a URL nor a mapping; write postgres://user@host/database',
    'a.yaml:6: checks.one.critical: "soon" is not a duration; write 10m',
    'a.yaml:7: checks.two.unit: "minutes" is not known; write auto, s, ms, us, ns, julian, excel, dotnet, filetime, apple',
    'a.yaml:7: checks.two.database: there is no database "mall"; write mail',
    'a.yaml:8: checks.three: has no limit; write critical: 10m, say',
  ])
})

test.each(['constructor', 'prototype', '__proto__'])('refuses %s as a name and as a key', async (name) => {
  const text = withCheck(MDX, `  ${name}: ${MDX}\n${name}: 1`)
  expect(await problemsOf(writeFiles({ 'a.yaml': text }))).toEqual([
    `a.yaml:4: checks.${name}: this name cannot be used; write another`,
    `a.yaml:5: ${name}: this name cannot be used; write another`,
  ])
})

test.each([
  ['of a database', withCheck(MDX).replace('"postgres://watch@db/mail"', '{ url: [postgres://u:geheim@h/d] }')],
  ['that stands where a name should', withCheck('{ database: "postgres://u:geheim@h/d", key: k, critical: 10m }')],
  ['that stands where a key should', withCheck(MDX, '"postgres://u:geheim@h/d": 1')],
  ['in keywords', withCheck('{ database: "host=h password=geheim", key: k, critical: 10m }')],
  ['of a mail server', withCheck(MDX, 'notifiers: { ops: { mail: { to: root, smtp: "u:geheim@h" } } }')],
  ['in what is no YAML', withCheck(MDX, 'x: {u: postgres://u:geheim: "geheim"{}}')],
])('shows no password %s', async (_, text) => {
  const problems = await problemsOf(writeFiles({ 'a.yaml': text }))
  expect(problems).not.toEqual([])
  expect(problems.join('\n')).not.toContain('geheim')
})
