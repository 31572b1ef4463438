import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { COMMAND, lastalive, type Outcome } from '../support/command.ts'
import { parsePluginOutput } from '../support/plugin-output.ts'
import { POSTGRES_MISSING, postgresBinaries, startPostgres, type TestPostgres } from '../support/postgres.ts'
import { ALERT, epoch, makeScene, makeSqliteScene, RUNTIME_INFO, SENDER } from '../support/scene.ts'
import type { ReceivedMail } from '../support/smtp.ts'

/** Text that would do harm where it were passed on as it is. None is a timestamp. */
const HOSTILE: readonly (readonly [string, string])[] = [
  ['a header of its own', 'x\r\nBcc: evil@domain.tld\r\nX-Evil: yes\r\n\r\nbody'],
  ['a header behind a bare line feed', 'x\nTo: evil@domain.tld'],
  ['a header behind a bare return', 'x\rCc: evil@domain.tld'],
  ['a header behind separators of Unicode', 'x\u2028Bcc: evil@domain.tld\u2029\u0085Bcc: evil@domain.tld'],
  ['an encoded word', '=?utf-8?q?x=0D=0ABcc:_evil@domain.tld?='],
  ['escapes for a terminal', '\u001b[31mred\u001b[0m\u001b]0;title\u0007\u001b[2J\u009b1mbold\b\b'],
  ['a bar and data of its own', "x | evil=1;2;3 'a b'=4"],
  ['quotes and equals signs', `it's="x"='y'=`],
  ['marks that turn text around', '\u202egnp.exe\u202c\u2066x\u2069\u200f\u061c'],
  ['characters without a width', 'a\u200bb\ufeffc\u{e0041}\u2060'],
  ['commands for a shell', '`touch /tmp/evil` $(touch /tmp/evil) ; touch /tmp/evil & $HOME ${HOME}'],
  ['words for a page', '<script>alert(1)</script><img src=x onerror=alert(1)>&amp;'],
  ['the end of a message', 'x\r\n.\r\nQUIT\r\n'],
  ['a boundary of MIME', 'x\r\n--boundary\r\nContent-Type: text/html\r\n\r\n<b>evil</b>'],
  ['characters beyond the first plane', '🔥💥\u{1f468}\u200d\u{1f469}'],
]
const OF_A_DATABASE: readonly (readonly [string, string])[] = [
  ...HOSTILE,
  ['a NUL', 'a\u0000b'],
  ['half a character', 'x\ud800y'],
  ['a megabyte', 'x'.repeat(1_048_576)],
  ['a megabyte of lines', 'Bcc: evil@domain.tld\r\n'.repeat(47_662)],
  ['a megabyte of marks', '\u202e'.repeat(1_048_576)],
]

const HEADERS = [
  'auto-submitted',
  'content-type',
  'date',
  'from',
  'list-id',
  'message-id',
  'mime-version',
  'subject',
  'to',
  'x-auto-response-suppress',
  'x-lastalive-check',
  'x-lastalive-state',
]

/** That a mail says what it says to whom it is for, and nothing else. */
function expectWhole(mail: ReceivedMail | undefined): void {
  expect(mail?.to).toEqual([ALERT])
  expect(mail?.from).toBe(SENDER)
  const { raw = '', parsed } = mail ?? {}
  expect(parsed?.headerLines.map(({ key }) => key).toSorted()).toEqual(HEADERS)
  expect([parsed?.to].flat().map((to) => to?.text)).toEqual([ALERT])
  expect([parsed?.cc, parsed?.bcc, parsed?.attachments]).toEqual([undefined, undefined, []])
  expect(parsed?.subject).toMatch(/^\[lastalive\] [^\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]{1,200}$/u)
  expect(parsed?.html).not.toMatch(/<(?:script|img)/)
  expect(longestLine(raw)).toBeLessThan(998)
  expect(raw).not.toMatch(/[^\r]\n|\r[^\n]|[^\x20-\x7e\r\n\t]/)
  expect(raw.length).toBeLessThan(20_000)
}

function longestLine(raw: string): number {
  return raw.split('\r\n').reduce((longest, { length }) => Math.max(longest, length), 0)
}

/** That what was printed moves nothing on a terminal. */
function expectPlain({ stdout, stderr }: Outcome): void {
  expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Cs}]/u)
  expect(stdout.length).toBeLessThan(4_096)
  expect(stderr).toBe('')
}

interface Judged {
  readonly state: string
  readonly checks: readonly { readonly name: string; readonly summary: string }[]
}

/** The checks in JSON output, which is one line. */
function judgedIn({ stdout }: Outcome): Judged {
  expect(stdout).toMatch(/^[^\n]+\n$/)
  // What our own command prints, compared below.
  return JSON.parse(stdout) as Judged
}

/** The forms of a report, and what is true of each. */
async function expectHarmless(check: (more: readonly string[]) => Promise<Outcome>): Promise<void> {
  const [nagios, text, json] = await Promise.all(['nagios', 'text', 'json'].map((form) => check(['--format', form])))
  for (const outcome of [nagios, text, json]) expectPlain(outcome ?? { ...NOTHING })
  const plugin = parsePluginOutput(nagios?.stdout ?? '')
  expect(plugin).toMatchObject({ state: 'UNKNOWN', perfdata: [{ label: 'mdx', value: undefined, critical: '600' }] })
  expect(judgedIn(json ?? NOTHING)).toMatchObject({ state: 'unknown', checks: [{}, { name: 'mdx' }] })
}

const NOTHING: Outcome = { code: null, signal: null, stdout: '', stderr: '', seconds: 0 }

test.each(OF_A_DATABASE)('as a value, %s does no harm', async (_, value) => {
  const scene = await makeSqliteScene()
  scene.set(value)
  const outcome = await scene.run(['-v'])
  expect(outcome.code).toBe(3)
  expectPlain(outcome)
  const mails = scene.mails()
  expect(mails).toHaveLength(1)
  expectWhole(mails[0])
  await expectHarmless((more) => scene.check(['--name', 'mdx', ...more]))
  scene.beat()
  expect(await scene.run(['-v'])).toMatchObject({ code: 0, stderr: '' })
  expect(scene.mails()[0]?.parsed.subject).toMatch(/^\[lastalive\] OK mdx: ok again after/)
})

test.each(HOSTILE)('as a key, %s does no harm, whether there is such a row or not', async (_, key) => {
  const scene = await makeSqliteScene()
  const options = ['--key', `${key}=10m`]
  const lines = ['--url', `sqlite:${scene.path}`, ...options, '--name', 'mdx']
  const mail = ['--to', ALERT, '--from', SENDER, '--smtp', scene.smtp.url]
  for (const value of [undefined, 'no time']) {
    scene.set(value, key)
    const outcome = await lastalive(['run', '-v', ...lines, ...mail, '--lockfile', `${scene.lockfile}-${value}`])
    expect(outcome.code).toBe(3)
    expectPlain(outcome)
    expectWhole(scene.mails()[0])
  }
  await expectHarmless((more) => lastalive(['check', ...lines, ...more]))
  scene.set(epoch(), key)
  expect(await lastalive(['run', ...lines, ...mail, '--lockfile', scene.lockfile])).toMatchObject({
    code: 0,
    stderr: '',
  })
})

test('as a key, 100 KB do no harm', async () => {
  const scene = await makeSqliteScene()
  const outcome = await lastalive(['check', '--url', scene.path, '--key', `${'\u202ek'.repeat(25_000)}=10m`])
  expect(outcome.code).toBe(3)
  expectPlain(outcome)
})

test.each(OF_A_DATABASE)('as instance, note and runbook, %s does no harm', async (_, words) => {
  const scene = await makeSqliteScene()
  scene.set('no time')
  const config = join(scene.dir, 'lastalive.yaml')
  // JSON is YAML.
  const text = JSON.stringify({
    instance: words,
    databases: { mail: `sqlite:${scene.path}` },
    notifiers: { ops: { mail: { to: ALERT, from: SENDER, smtp: scene.smtp.url } } },
    checks: { mdx: { database: 'mail', key: 'last_alive', critical: '10m', note: words, runbook: words } },
  })
  writeFileSync(config, text.replaceAll('${', '$${'), { mode: 0o600 })
  const watch = ['--config', config, '--state', join(scene.dir, 'state')]
  const outcome = await lastalive(['run', '-v', ...watch])
  expect(outcome).toMatchObject({ code: 3, stderr: '' })
  const [mail] = scene.mails()
  expect(mail?.to).toEqual([ALERT])
  expect(mail?.parsed.headerLines.map(({ key }) => key).toSorted()).toEqual(HEADERS)
  expect(mail?.parsed.html).not.toMatch(/<(?:script|img)/)
  expect(longestLine(mail?.raw ?? '')).toBeLessThan(998)
  const checked = await lastalive(['check', '--config', config])
  expectPlain(checked)
  expect(parsePluginOutput(checked.stdout).perfdata).toHaveLength(1)
  const json = await lastalive(['check', '--config', config, '--format', 'json'])
  expect(judgedIn(json)).toMatchObject({ state: 'unknown' })
  expect(await lastalive(['test-alert', '--config', config])).toMatchObject({ code: 0, stderr: '' })
  expect(scene.mails()[0]?.to).toEqual([ALERT])
})

test('bytes that are not UTF-8 do no harm in SQLite', async () => {
  const scene = await makeSqliteScene()
  const statement = "UPDATE runtime_info SET rt_value = CAST(x'ff31fe0a80c0af1b5b' AS TEXT)"
  scene.database.exec(statement)
  expectPlain(await scene.run(['-v']))
  expectWhole(scene.mails()[0])
  await expectHarmless((more) => scene.check(['--name', 'mdx', ...more]))
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
    const outcome = await scene.run(['-v'])
    expect(outcome.code).toBe(3)
    expectPlain(outcome)
    expectWhole(scene.mails()[0])
    await expectHarmless((more) => scene.check(['--name', 'mdx', ...more]))
  })

  test('as the words of an error, what a server says does no harm', async () => {
    const url = `host=${server.socketDir} port=${server.port} user=postgres dbname=postgres`
    const scene = await makeScene({ url })
    const table = 'no\u001b[2J\r\nBcc: evil@domain.tld | x=1'
    expectPlain(await scene.run(['-v', '--table', table]))
    expectWhole(scene.mails()[0])
    await expectHarmless((more) => scene.check(['--name', 'mdx', '--table', table, ...more]))
  })
})
