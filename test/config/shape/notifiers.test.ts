import { expect, test } from 'vitest'
import { LINE, parse, refusalOf } from '../read/lines.ts'
import { load, problemsOf, withCheck, writeFiles } from '../read/written.ts'

const MDX = '{ database: mail, key: last_alive, critical: 10m }'

/** A configuration with a notifier `n`, given on one line. */
const withNotifier = (entry: string): string => withCheck(MDX, `notifiers: { n: ${entry} }`)

const URL = '"https://hooks.domain.tld/T000/secret"'
test.each([
  ['accepts a webhook', `{ webhook: { url: ${URL} } }`, []],
  [
    'accepts all of a webhook',
    `{ group: check, webhook: { url: ${URL}, method: PUT, headers: { X-Title: "{headline}" }, body: { a: [1, { b: "{text}" }] }, timeout: 5s, ca: /ca.pem } }`,
    [],
  ],
  ['accepts a text as body', `{ webhook: { url: ${URL}, body: "{subject}: {message_id} {x-y} {}" } }`, []],
  ['accepts a list as body', `{ webhook: { url: ${URL}, body: [one, "{item}"] } }`, []],
  ['accepts a command', '{ command: { run: [/bin/tell, now, now], timeout: 1m } }', []],
  ['accepts a program alone', '{ command: { run: /bin/tell } }', []],
  [
    'wants a way of telling',
    '{ group: check }',
    ['notifiers.n: says no way of telling; write mail, webhook, command or icinga below it'],
  ],
  [
    'wants one where there is nothing',
    '{}',
    ['notifiers.n: says no way of telling; write mail, webhook, command or icinga below it'],
  ],
  ['says of a misspelt way only that', '{ wbhook: {} }', ['notifiers.n.wbhook: there is no such key; write webhook']],
  [
    'wants one way only',
    `{ mail: { to: root }, webhook: { url: ${URL} } }`,
    ['notifiers.n: has several ways of telling, mail and webhook; write a notifier for each'],
  ],
  ['wants a URL', '{ webhook: {} }', ['notifiers.n.webhook.url: is missing; write https://host/path']],
  [
    'wants the URL of a web server',
    '{ webhook: { url: "ftp://u:secret@host/" } }',
    ['notifiers.n.webhook.url: is not the URL of a web server; write https://host/path'],
  ],
  [
    'knows the methods',
    `{ webhook: { url: ${URL}, method: post } }`,
    ['notifiers.n.webhook.method: "post" is not known; write POST'],
  ],
  [
    'wants a name for a header',
    `{ webhook: { url: ${URL}, headers: { "X Title": a } } }`,
    ['notifiers.n.webhook.headers.X Title: "X Title" cannot be the name of a header'],
  ],
  [
    'keeps the headers that it sends itself',
    `{ webhook: { url: ${URL}, headers: { Idempotency-Key: a } } }`,
    [
      'notifiers.n.webhook.headers.Idempotency-Key: "Idempotency-Key" is a header that lastalive sets itself; leave it out',
    ],
  ],
  [
    'wants the value of a header on one line',
    `{ webhook: { url: ${URL}, headers: { Authorization: "Bearer secret\\n" } } }`,
    [
      'notifiers.n.webhook.headers.Authorization: holds a line break or another control character; write it on one line',
    ],
  ],
  [
    'wants text in a header',
    `{ webhook: { url: ${URL}, headers: { Priority: 5 } } }`,
    ['notifiers.n.webhook.headers.Priority: is a number; put it in quotes'],
  ],
  [
    'wants a body that is there',
    `{ webhook: { url: ${URL}, body: } }`,
    ['notifiers.n.webhook.body: is empty; write what is sent, or leave it out'],
  ],
  [
    'names the nearest field of a body, wherever it stands',
    `{ webhook: { url: ${URL}, body: { a: [{ b: "{hedline}" }], c: "{sumary}" } } }`,
    [
      'notifiers.n.webhook.body.a[0].b: there is no field {hedline}; write headline',
      'notifiers.n.webhook.body.c: there is no field {sumary}; write summary',
    ],
  ],
  [
    'names the nearest field of a header',
    `{ webhook: { url: ${URL}, headers: { X: "{titel}" } } }`,
    ['notifiers.n.webhook.headers.X: there is no field {titel}; write title'],
  ],
  [
    'has no words of a whole message for a subject',
    '{ mail: { to: root }, subject: "{text}" }',
    [`notifiers.n.subject: there is no field {text}; of 18 the nearest are item, state, title, headline, kind`],
  ],
  [
    'refuses JSON inside a text',
    `{ webhook: { url: ${URL}, body: '{ "text": "{headline}" }' } }`,
    [
      'notifiers.n.webhook.body: is JSON inside a text, which a filled-in value could break; write it as YAML, without quotes around it',
    ],
  ],
  [
    'refuses names that libraries drop, in a body as well',
    `{ webhook: { url: ${URL}, body: [{ __proto__: 1 }] } }`,
    ['notifiers.n.webhook.body[0].__proto__: this name cannot be used; write another'],
  ],
  [
    'refuses a body without a bottom',
    `{ webhook: { url: ${URL}, body: ${'['.repeat(30)}1${']'.repeat(30)} } }`,
    [`notifiers.n.webhook.body${'[0]'.repeat(20)}: is nested too deeply; write less of it`],
  ],
  [
    'refuses a body whose last mapping is one too deep',
    `{ webhook: { url: ${URL}, body: ${'{ a: '.repeat(21)}1${' }'.repeat(21)} } }`,
    [`notifiers.n.webhook.body${'.a'.repeat(20)}: is nested too deeply; write less of it`],
  ],
  [
    'wants lists nowhere else',
    `{ webhook: { url: ${URL}, headers: [] } }`,
    ['notifiers.n.webhook.headers: is a list; write a mapping of keys'],
  ],
  ['wants a program', '{ command: {} }', ['notifiers.n.command.run: is missing; write [/path/to/program, argument]']],
  [
    'wants a program that is somewhere',
    '{ command: { run: [] } }',
    ['notifiers.n.command.run: is empty; write [/path/to/program, argument]'],
  ],
  [
    'wants an absolute path',
    '{ command: { run: [logger, now] } }',
    ['notifiers.n.command.run: "logger" is not an absolute path; write [/path/to/program, argument]'],
  ],
  [
    'is no shell',
    '{ command: { run: /bin/tell --now } }',
    ['notifiers.n.command.run: is one text, which no shell takes apart; write [/path/to/program, argument]'],
  ],
  [
    'wants arguments that are text',
    '{ command: { run: [/bin/tell, 5] } }',
    ['notifiers.n.command.run[1]: is not text; write it in quotes'],
  ],
  ['accepts a command file', '{ icinga: { command_file: /run/nagios.cmd } }', []],
  [
    'accepts all of an API',
    '{ icinga: { api: "https://u:p@h:5665", ca: /ca.crt, host: "{item}", service: "told-{check}", timeout: 5s } }',
    [],
  ],
  [
    'wants something that takes results',
    '{ icinga: { host: watch1 } }',
    ['notifiers.n.icinga: says not what takes the results; write command_file or api below it'],
  ],
  [
    'wants one that takes results',
    '{ icinga: { api: "https://u:secret@h:5665", command_file: /run/nagios.cmd } }',
    ['notifiers.n.icinga.command_file: stands beside api; remove one of them'],
  ],
  [
    'has no certificates for a command file',
    '{ icinga: { command_file: /run/nagios.cmd, ca: /ca.crt } }',
    ['notifiers.n.icinga.ca: is for api alone; remove it'],
  ],
  [
    'wants a command file that is somewhere',
    '{ icinga: { command_file: nagios.cmd } }',
    ['notifiers.n.icinga.command_file: is not an absolute path; write /var/lib/nagios4/rw/nagios.cmd'],
  ],
  [
    'wants the URL of an API',
    '{ icinga: { api: "icinga:secret@h:5665" } }',
    ['notifiers.n.icinga.api: is not the URL of a web server; write https://user:password@host:5665'],
  ],
  [
    'names the nearest field of a host and a service',
    '{ icinga: { command_file: /run/nagios.cmd, host: "{instanze}", service: "{text}" } }',
    [
      'notifiers.n.icinga.host: there is no field {instanze}; write instance',
      `notifiers.n.icinga.service: there is no field {text}; of 18 the nearest are item, state, title, headline, kind`,
    ],
  ],
])('%s', async (_, entry, problems) => {
  const written = writeFiles({ 'a.yaml': withNotifier(entry) })
  expect(await problemsOf(written)).toEqual(problems.map((problem) => `a.yaml:4: ${problem}`))
})

test('fills in what a notifier leaves out, and keeps each argument', async () => {
  const notifiers = `{ a: { webhook: { url: ${URL} } }, b: { command: { run: [/bin/tell, x, x] }, group: check } }`
  const { notifiers: built } = await load(writeFiles({ 'a.yaml': withCheck(MDX, `notifiers: ${notifiers}`) }))
  expect([...built.values()]).toEqual([
    {
      name: 'a',
      group: 'run',
      kind: 'webhook',
      settings: { url: 'https://hooks.domain.tld/T000/secret', method: 'POST', headers: {}, timeout: 10 },
    },
    { name: 'b', group: 'check', kind: 'command', settings: { run: ['/bin/tell', 'x', 'x'], timeout: 10 } },
  ])
})

test('makes one message for each check of results, and fills in whose they are', async () => {
  const api = '{ api: "https://u:p@h", ca: /ca.crt, host: h }'
  const notifiers = `{ a: { icinga: { command_file: /nagios.cmd } }, b: { group: run, icinga: ${api} } }`
  const { notifiers: built } = await load(writeFiles({ 'a.yaml': withCheck(MDX, `notifiers: ${notifiers}`) }))
  const [file, url] = [
    { kind: 'command file', path: '/nagios.cmd' },
    { kind: 'api', url: 'https://u:p@h', ca: '/ca.crt' },
  ]
  const usual = { host: '{instance}', service: '{title}', timeout: 10 }
  expect([...built.values()]).toEqual([
    { name: 'a', group: 'check', kind: 'icinga', settings: { ...usual, place: file } },
    { name: 'b', group: 'run', kind: 'icinga', settings: { ...usual, host: 'h', place: url } },
  ])
})

test('replaces variables deep inside a body, and in headers and arguments', async () => {
  const entry = `{ webhook: { url: "https://h/\${T}", headers: { A: "Bearer \${T}" }, body: { a: [[{ b: [{ c: { d: { e: "\${T}" } } }] }]] } } }`
  const more = `notifiers: { a: ${entry}, b: { command: { run: [/bin/tell, "\${T}"] } } }`
  const config = await load(writeFiles({ 'a.yaml': withCheck(MDX, more) }), { T: 'x{headline}y' })
  expect(JSON.stringify([...config.notifiers.values()]).match(/x\{headline\}y/g)).toHaveLength(4)
})

test.each([
  ['a URL', 'https://hc/id', { url: 'https://hc/id', timeout: 5, failsFrom: 3 }],
  ['more', '{ url: "https://hc/id", timeout: 2s, fails_from: 1 }', { url: 'https://hc/id', timeout: 2, failsFrom: 1 }],
])('takes %s for healthchecks', async (_, written, healthchecks) => {
  const config = await load(writeFiles({ 'a.yaml': withCheck(MDX, `healthchecks: ${written}`) }))
  expect(config.healthchecks).toEqual(healthchecks)
})

test.each([
  ['hc.domain.tld', 'healthchecks: is not the URL of a web server; write https://host/path'],
  ['[a]', 'healthchecks: is a list; write one value without brackets'],
  ['5', 'healthchecks: is neither a URL nor a mapping; write https://host/path'],
  ['{ timeout: 5s }', 'healthchecks.url: is missing; write https://host/path'],
  [
    '{ url: "https://hc/id", fails_from: 0 }',
    'healthchecks.fails_from: 0 is not a number of exit codes; write 1 or more',
  ],
])('refuses %s for healthchecks', async (written, problem) => {
  const directory = writeFiles({ 'a.yaml': withCheck(MDX, `healthchecks: ${written}`) })
  expect(await problemsOf(directory)).toEqual([`a.yaml:4: ${problem}`])
})

test('healthchecks stand on a line as well', () => {
  expect(parse({ ...LINE, healthchecks: 'https://hc/id' }).healthchecks?.url).toBe('https://hc/id')
  expect(refusalOf({ ...LINE, healthchecks: 'hc' })).toEqual([
    'value',
    '--healthchecks: is not the URL of a web server; write https://host/path',
  ])
})
