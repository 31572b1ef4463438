import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { COMMAND, type Outcome, sampleOf } from '../support/command.ts'
import {
  expectHarmless,
  expectPlain,
  expectWhole,
  FORMS,
  HEADERS,
  HOSTILE,
  judgedIn,
  longestLine,
  OF_A_DATABASE,
} from '../support/hostile.ts'
import { parsePluginOutput } from '../support/plugin-output.ts'
import { POSTGRES_MISSING, postgresBinaries, startPostgres, type TestPostgres } from '../support/postgres.ts'
import { lastaliveAgain as lastalive } from '../support/resident.ts'
import {
  ALERT,
  epoch,
  makeScene,
  makeSqliteScene,
  RUNTIME_INFO,
  type Scene,
  SENDER,
  type SqliteScene,
} from '../support/scene.ts'

/**
 * Each text alone with each command, of which `npm test` runs some; hostile-together.test.ts has all texts at once with
 * each command, and always.
 */

type Row<Where> = readonly [what: string, text: string, where: Where]

/** Each text in each place. */
function product<Where>(texts: typeof HOSTILE, places: readonly Where[]): readonly Row<Where>[] {
  return texts.flatMap(([what, text]) => places.map((place) => [what, text, place] as const))
}

/** That one mail tells of what was found, and nothing else does. */
async function expectTold(scene: Scene, run: () => Promise<Outcome>): Promise<void> {
  const outcome = await run()
  expect(outcome.code).toBe(3)
  expectPlain(outcome)
  const mails = scene.mails()
  expect(mails).toHaveLength(1)
  expectWhole(mails[0])
}

/** What was found in a mail, and then in each form of a report. */
async function expectHarmlessEverywhere(scene: Scene, more: readonly string[] = []): Promise<void> {
  await expectTold(scene, () => scene.run(['-v', ...more]))
  const reports = FORMS.map((form) => scene.check(['--name', 'mdx', '--format', form, ...more]))
  for (const [i, outcome] of (await Promise.all(reports)).entries()) expectHarmless(outcome, FORMS[i] ?? 'text')
}

test.each(sampleOf(product(OF_A_DATABASE, ['a mail' as const, ...FORMS])))(
  'as a value, %s does no harm',
  async (_, value, where) => {
    const scene = await makeSqliteScene()
    scene.set(value)
    if (where !== 'a mail') {
      expectHarmless(await scene.check(['--name', 'mdx', '--format', where]), where)
      return
    }
    await expectTold(scene, () => scene.run(['-v']))
    scene.beat()
    expect(await scene.run(['-v'])).toMatchObject({ code: 0, stderr: '' })
    expect(scene.mails()[0]?.parsed.subject).toMatch(/^\[lastalive\] OK mdx: ok again after/)
  },
)

describe('as a key', () => {
  const watch = (scene: SqliteScene, key: string) => [
    '--url',
    `sqlite:${scene.path}`,
    '--key',
    `${key}=10m`,
    '--name',
    'mdx',
  ]
  const run = (scene: SqliteScene, key: string) => {
    const mail = ['--to', ALERT, '--from', SENDER, '--smtp', scene.smtp.url, '--lockfile', scene.lockfile]
    return lastalive(['run', '-v', ...watch(scene, key), ...mail])
  }

  test.each(sampleOf(product(HOSTILE, [undefined, 'no time'])))('%s does no harm in a mail', async (_, key, value) => {
    const scene = await makeSqliteScene()
    scene.set(value, key)
    await expectTold(scene, () => run(scene, key))
  })

  test.each(sampleOf(product(HOSTILE, FORMS)))('%s does no harm in a report', async (_, key, form) => {
    const scene = await makeSqliteScene()
    scene.set('no time', key)
    expectHarmless(await lastalive(['check', ...watch(scene, key), '--format', form]), form)
  })

  test.each(sampleOf(HOSTILE))('%s finds its row', async (_, key) => {
    const scene = await makeSqliteScene()
    scene.set(epoch(), key)
    expect(await run(scene, key)).toMatchObject({ code: 0, stderr: '' })
  })

  test('100 KB do no harm', async () => {
    const scene = await makeSqliteScene()
    const outcome = await lastalive(['check', '--url', scene.path, '--key', `${'\u202ek'.repeat(25_000)}=10m`])
    expect(outcome.code).toBe(3)
    expectPlain(outcome)
  })
})

describe('as instance, note and runbook', () => {
  /** The options of a configuration with these words, whose check has no timestamp. */
  function configure(scene: SqliteScene, words: string): readonly string[] {
    scene.set('no time')
    const config = join(scene.dir, 'lastalive.yaml')
    // JSON is YAML.
    const text = JSON.stringify({
      instance: words,
      databases: { mail: `sqlite:${scene.path}` },
      notifiers: { ops: { mail: { to: ALERT, from: SENDER, smtp: scene.smtp.url } } },
      checks: { mdx: { database: 'mail', key: 'last_alive', critical: '10m', note: words, runbook: words } },
    })
    writeFileSync(
      config,
      text.replaceAll('${', () => '$${'),
      { mode: 0o600 },
    )
    return ['--config', config]
  }

  test.each(OF_A_DATABASE)('%s does no harm in a mail', async (_, words) => {
    const scene = await makeSqliteScene()
    const config = configure(scene, words)
    const outcome = await lastalive(['run', '-v', ...config, '--state', join(scene.dir, 'state')])
    expect(outcome).toMatchObject({ code: 3, stderr: '' })
    const [mail] = scene.mails()
    expect(mail?.to).toEqual([ALERT])
    expect(mail?.parsed.headerLines.map(({ key }) => key).toSorted()).toEqual(HEADERS)
    expect(mail?.parsed.html).not.toMatch(/<(?:script|img)/)
    expect(longestLine(mail?.raw ?? '')).toBeLessThan(998)
  })

  test.each(sampleOf(product(OF_A_DATABASE, ['check', 'check --format json', 'test-alert'])))(
    '%s does no harm',
    async (_, words, command) => {
      const scene = await makeSqliteScene()
      const outcome = await lastalive([...command.split(' '), ...configure(scene, words)])
      if (command === 'check') {
        expectPlain(outcome)
        expect(parsePluginOutput(outcome.stdout).perfdata.map(({ label }) => label)).toEqual([
          'mdx',
          'skew_mail',
          'response_mail',
        ])
      } else if (command === 'test-alert') {
        expect(outcome).toMatchObject({ code: 0, stderr: '' })
        expect(scene.mails()[0]?.to).toEqual([ALERT])
      } else {
        expect(judgedIn(outcome)).toMatchObject({ state: 'unknown' })
      }
    },
  )
})

test('bytes that are not UTF-8 do no harm in SQLite', async () => {
  const scene = await makeSqliteScene()
  const statement = "UPDATE runtime_info SET rt_value = CAST(x'ff31fe0a80c0af1b5b' AS TEXT)"
  scene.database.exec(statement)
  await expectHarmlessEverywhere(scene)
})

test('on a terminal there are colours, and nothing else that moves it', async () => {
  const scene = await makeSqliteScene()
  scene.set('\u001b[2J\u001b]0;title\u0007\u009b1m\r\nx')
  const line = ['check', '--format', 'text', '--url', scene.path, '--key', 'last_alive', '-c', '10m', '--name', 'mdx']
  const command = [process.execPath, COMMAND, ...line].map((word) => `'${word}'`).join(' ')
  const { stdout } = await promisify(execFile)('script', ['-qec', `${command}; true`, '/dev/null'])
  expect(stdout).toContain('\u001b[35mUNKNOWN \u001b[0m  mdx')
  const plain = stdout.replaceAll(/\u001b\[(?:3[1235]|0)m/g, '').replaceAll('\r\n', '')
  expect(plain).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u)
})

describe.skipIf(postgresBinaries() === undefined)(`in PostgreSQL (${POSTGRES_MISSING} where skipped)`, () => {
  let server: TestPostgres
  beforeAll(async () => {
    server = await startPostgres()
    await server.query("CREATE DATABASE ascii ENCODING 'SQL_ASCII' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'")
    for (const database of ['ascii', 'postgres']) await server.query(RUNTIME_INFO, database)
  })
  afterAll(() => server?.remove())

  test.each<[string, string, string]>([
    ['bytes that are no text', 'ascii', `E'\\xff1\\xfe\\n\\x80\\xc0\\xaf\\x1b['`],
    ['a header of its own', 'postgres', `E'x\\r\\nBcc: evil@domain.tld'`],
    ['marks that turn text around', 'postgres', `U&'\\202Egnp\\009B1m\\2028'`],
    ['a megabyte', 'postgres', `repeat(U&'\\202E', 1048576)`],
  ])('as a value, %s does no harm', async (_, database, sql) => {
    await server.query(`TRUNCATE runtime_info; INSERT INTO runtime_info VALUES ('last_alive', ${sql})`, database)
    const url = `host=${server.socketDir} port=${server.port} user=postgres dbname=${database}`
    const scene = await makeScene({ url })
    await expectHarmlessEverywhere(scene)
  })

  test('as the words of an error, what a server says does no harm', async () => {
    const url = `host=${server.socketDir} port=${server.port} user=postgres dbname=postgres`
    const scene = await makeScene({ url })
    const table = 'no\u001b[2J\r\nBcc: evil@domain.tld | x=1'
    await expectHarmlessEverywhere(scene, ['--table', table])
  })
})
