import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { configure, MDX, type Parts as Mistaken, stale } from '../support/mistaken.ts'
import { lastaliveAgain as lastalive } from '../support/resident.ts'
import { makeSqliteScene, type SqliteScene } from '../support/scene.ts'

/** What the command says of mistakes in a configuration, and of whom they keep from what. */

interface Parts extends Pick<Mistaken, 'databases' | 'notifiers' | 'top'> {
  readonly check?: string
}

/** `check` follows the other keys of a check that is right and silent. */
async function configured({ check = '', ...parts }: Parts): Promise<SqliteScene> {
  const scene = await stale()
  configure(scene, { ...parts, checks: MDX.replace(' }', `${check} }`) })
  return scene
}

const ask = (scene: SqliteScene, ...words: readonly string[]) =>
  lastalive([...words, '--config', join(scene.dir, 'lastalive.yaml')])
const askWithState = (scene: SqliteScene, ...words: readonly string[]) =>
  ask(scene, ...words, '--state', join(scene.dir, 'state'))

const URLS = {
  top: 'healthchecks: "https://h/a#b"\n',
  databases: `  shop: "postgres://a@b@c/d"
  books: "mysql://u@h"
  mails: mail
  files: { url: "sqlite:/x", session: { time_zone: UTC } }
`,
  notifiers: `  relay: { mail: { to: [ops@x.tld], smtp: "smtp://u@h" } }
  chat: { webhook: { url: "http://h:0/" } }
  nms: { icinga: { api: "http://h#x" } }
`,
  lines: [
    '2: healthchecks: has a # in it; leave out what follows, or write it as %23',
    '5: databases.shop: has a second "@" before its host; write …',
    '6: databases.books: names no database; write …',
    '7: databases.mails: does not say which database is meant; write …',
    '8: databases.files.session: an SQLite file has no session; leave it out',
    '11: notifiers.relay.mail.smtp: has a user without a password, or a password without a user; write …',
    '12: notifiers.chat.webhook.url: has port 0, which cannot be connected to',
    '13: notifiers.nms.icinga.api: has a # in it; leave out what follows, or write it as %23',
  ],
}

test('validate says where each URL stands that cannot be used, and what to write, all at once', async () => {
  const { lines, ...parts } = URLS
  const outcome = await ask(await configured(parts), 'validate')
  expect(outcome).toMatchObject({ code: 3, stdout: '' })
  const said = outcome.stderr.trim().split('\n')
  expect(said.map((line) => line.replace(/^.*lastalive\.yaml:/, '').replace(/(; write) .*/, '$1 …'))).toEqual(lines)
})

describe('a variable of a notifier that is not set', () => {
  const NOTIFIERS = `  chat: { webhook: { url: "\${HOOK_NOT_SET}" } }
  relay: { mail: { to: [ops@x.tld], from: w@x.tld, smtp: "smtp://u:\${PASSWORD_NOT_SET}@relay" } }
`
  const parts = {
    notifiers: NOTIFIERS,
    check: ', notify: [ops, chat], tags: [night]',
    top: 'healthchecks: ${PING_NOT_SET}\n',
  }

  test('is no mistake for what tells nobody', async () => {
    const scene = await configured(parts)
    scene.beat(10)
    const { stdout, ...outcome } = await askWithState(scene, 'check')
    expect(outcome).toMatchObject({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^OK - mdx: alive/)
    const silence = ['silence', '--tag', 'night', '--for', '1h']
    expect(await askWithState(scene, ...silence)).toMatchObject({ code: 0, stderr: '' })
  })

  test('is one for run, which owes it what there is to say', async () => {
    const scene = await configured(parts)
    expect(await askWithState(scene, 'run')).toMatchObject({
      code: 4,
      stderr: expect.stringMatching(/not told: chat of .*not set/),
    })
    expect(scene.subjects()).toEqual(['[lastalive] CRITICAL mdx; UNKNOWN configuration'])
  })

  test('is listed by validate, with all others', async () => {
    const outcome = await ask(await configured(parts), 'validate')
    expect(outcome.code).toBe(3)
    const unset = [...outcome.stderr.matchAll(/yaml:(\d+): (\S+): \$\{(\w+)\} is not set/g)].map((match) =>
      match.slice(1),
    )
    expect(unset).toEqual([
      ['2', 'healthchecks', 'PING_NOT_SET'],
      ['7', 'notifiers.chat.webhook.url', 'HOOK_NOT_SET'],
      ['8', 'notifiers.relay.mail.smtp', 'PASSWORD_NOT_SET'],
    ])
  })
})

test.each([
  [
    'a blank too far',
    '  mdx:\n    database: mail\n     key: k\n',
    '5: has 5 blanks before it; write 4, as before database in line 4',
  ],
  [
    'a quote that is open',
    '  mdx:\n    key: "k\n    critical: 10m\n',
    '4: a quote (") is not closed; write " at its end',
  ],
  [
    'a recipe that there is not',
    '  mdx:\n    database: mail\n    use: nextclud\n',
    '5: checks.mdx.use: there is no recipe "nextclud"; write nextcloud',
  ],
  [
    'a blank that is missing',
    '  mdx: { database: mail, key: k, critical:10m }\n',
    '3: checks.mdx.critical:10m: lacks a blank behind its colon; write critical: 10m',
  ],
])('of %s the command says where it stands, and what to write', async (_, checks, words) => {
  const scene = await makeSqliteScene()
  writeFileSync(join(scene.dir, 'lastalive.yaml'), `databases: { mail: x.db }\nchecks:\n${checks}`, { mode: 0o600 })
  for (const command of ['run', 'validate']) {
    expect(await ask(scene, command)).toMatchObject({
      code: 3,
      stderr: expect.stringContaining(`lastalive.yaml:${words}`),
    })
  }
})

test('validate refuses a query that writes, at its line, and calls no other so', async () => {
  const scene = await makeSqliteScene()
  const text = `databases: { mail: "sqlite:${scene.path}", shop: "postgres://watch@db/shop" }
checks:
  gone: { database: shop, query: "WITH gone AS (DELETE FROM jobs RETURNING at) SELECT max(at) FROM gone", critical: 10m }
  jobs: { database: shop, rows: "SELCT name, at FROM jobs", critical: 10m }
  mail: { database: mail, query: "DELETE FROM runtime_info", critical: 10m }
  fine: { database: shop, query: "SELECT max(at) FROM deletes", critical: 10m }
`
  writeFileSync(join(scene.dir, 'lastalive.yaml'), text, { mode: 0o600 })
  const outcome = await ask(scene, 'validate')
  expect(outcome).toMatchObject({ code: 3, stdout: '' })
  expect(
    outcome.stderr
      .replaceAll(/^.*yaml:/gm, '')
      .trim()
      .split('\n'),
  ).toEqual([
    '3: checks.gone.query: the statement does more than read (it has DELETE in it); write a SELECT',
    '4: checks.jobs.rows: the statement begins with "SELCT", which is no word that reads; write SELECT',
    '5: checks.mail.query: only SELECT, WITH and VALUES are asked, and the statement begins with DELETE; write a SELECT',
  ])
})

describe('of many names that there are, one that is unknown', () => {
  const CHECKS = Array.from(
    { length: 10_000 },
    (_, i) => `  w${i}: { database: mail, key: k${i}, critical: 10m, tags: [t${i % 100}, night] }\n`,
  )
  const text = `databases: { mail: x.db }\nnotifiers: { ops: { mail: { to: root } } }\nchecks:\n${CHECKS.join('')}`

  test.each<[string, readonly string[], string]>([
    ['of a check', ['check', 'w99999'], 'there is no check w99999; write w9999'],
    ['of a check that is like none', ['check', 'imports'], 'of 10000 the nearest are w0, w1, w2, w3, w4'],
    ['of a tag', ['check', '--tag', 'nigth'], 'there is no check with the tag nigth; write night'],
    [
      'of a tag that is like none',
      ['run', '--tag', 'mdx'],
      'the tag mdx; of 101 the nearest are t0, night, t1, t2, t3',
    ],
    ['of a notifier', ['test-alert', 'opps'], 'there is no notifier opps; write ops'],
    ['of a silence', ['silence', 'imports', '--for', '1h'], 'there is no check imports; of 10001 the nearest are'],
    ['of a tag of a silence', ['silence', '--tag', 'nigth', '--for', '1h'], 'no check has the tag nigth; write night'],
    ['of a recipe', ['recipes', 'nextclud'], 'there is no recipe "nextclud"; write nextcloud'],
  ])('%s brings the nearest few', async (_, words, said) => {
    const scene = await makeSqliteScene()
    writeFileSync(join(scene.dir, 'lastalive.yaml'), text, { mode: 0o600 })
    const outcome = words[0] === 'recipes' ? await lastalive(words) : await ask(scene, ...words)
    expect(outcome).toMatchObject({ code: 3, stderr: expect.stringContaining(said) })
    expect(outcome.stderr.length).toBeLessThan(300)
  })

  test('of a database brings the nearest few', async () => {
    const scene = await makeSqliteScene()
    const databases = Array.from({ length: 1_000 }, (_, i) => `d${i}: x.db`).join(', ')
    const wrong = `databases: { ${databases} }\nchecks: { mdx: { database: shop, key: k, critical: 10m } }\n`
    writeFileSync(join(scene.dir, 'lastalive.yaml'), wrong, { mode: 0o600 })
    const { stderr } = await ask(scene, 'validate')
    expect(stderr).toContain('there is no database "shop"; of 1000 the nearest are d0, d1, d2, d3, d4')
  })
})
