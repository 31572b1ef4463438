import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Outcome } from '../support/command.ts'
import { expectUnmoved, expectWhole, HOSTILE, judgedIn, LATER_HEADERS, OF_A_DATABASE } from '../support/hostile.ts'
import { eachLineOf, parsePluginOutput } from '../support/plugin-output.ts'
import { lastaliveAgain as lastalive } from '../support/resident.ts'
import { ALERT, epoch, RUNTIME_INFO, SENDER } from '../support/scene.ts'
import { type SmtpFixture, startSmtp } from '../support/smtp.ts'

/** A check with a hostile text in one place, and a notifier of its own, so that it has a mail of its own. */
interface Member {
  readonly name: string
  readonly key: string
  /** undefined: there is no such row */
  readonly value: string | undefined
  readonly note?: string
  readonly runbook?: string
}

const MEMBERS: readonly (readonly [string, Member])[] = [
  ...OF_A_DATABASE.map(([what, value], i) =>
    member(`${what} as a value`, { name: `value-${i}`, key: `value ${i}`, value }),
  ),
  ...HOSTILE.flatMap(([what, text], i) => [
    member(`${what} as a key without a row`, { name: `absent-${i}`, key: `absent ${text}`, value: undefined }),
    member(`${what} as a key`, { name: `key-${i}`, key: text, value: 'no time' }),
  ]),
  ...OF_A_DATABASE.map(([what, words], i) =>
    member(`${what} as note and runbook`, {
      name: `note-${i}`,
      key: `note ${i}`,
      value: 'no time',
      note: words,
      runbook: words,
    }),
  ),
]

function member(what: string, it: Member): readonly [string, Member] {
  return [what, it]
}

/** What stands first, since the first line of a database has its clock as well. */
const FIRST: Member = { name: 'first', key: 'nothing', value: undefined }

let dir: string
let smtp: SmtpFixture
let alarm: Outcome
let reports: { readonly nagios: Outcome; readonly text: Outcome; readonly json: Outcome }
let back: Outcome

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'lastalive-together-'))
  smtp = await startSmtp()
  const database = new Database(join(dir, 'mail.db'))
  database.exec(RUNTIME_INFO)
  const insert = database.prepare('INSERT OR REPLACE INTO runtime_info VALUES (?, ?)')
  const members = [FIRST, ...MEMBERS.map(([, it]) => it)]
  for (const { key, value } of members) if (value !== undefined) insert.run(key, value)
  const config = configure(members)
  const run = () => lastalive(['run', '-v', ...config, '--state', join(dir, 'state')])
  const check = (form: string) => lastalive(['check', '--format', form, ...config])
  alarm = await run()
  const [nagios, text, json] = await Promise.all([check('nagios'), check('text'), check('json')])
  reports = { nagios, text, json }
  for (const { key } of members) insert.run(key, epoch())
  database.close()
  back = await run()
}, 300_000)
afterAll(async () => {
  await smtp.stop()
  rmSync(dir, { recursive: true, force: true })
})

function configure(members: readonly Member[]): readonly string[] {
  const mail = { to: ALERT, from: SENDER, smtp: smtp.url }
  const configuration = {
    timezone: 'UTC',
    databases: { mail: `sqlite:${join(dir, 'mail.db')}` },
    notifiers: Object.fromEntries(members.map(({ name }) => [name, { mail }])),
    defaults: { critical: '10m' },
    checks: Object.fromEntries(
      members.map(({ name, value: _, ...words }) => [name, { database: 'mail', notify: [name], ...words }]),
    ),
  }
  const file = join(dir, 'lastalive.yaml')
  // JSON is YAML.
  writeFileSync(
    file,
    JSON.stringify(configuration).replaceAll('${', () => '$${'),
    { mode: 0o600 },
  )
  return ['--config', file]
}

/** The mails on a check and in a state, by what their headers say. */
function mailsOn(name: string, state: string) {
  return smtp.messages.filter(
    ({ parsed }) =>
      parsed.headers.get('x-lastalive-check') === name && parsed.headers.get('x-lastalive-state') === state,
  )
}

/** The lines that begin with this. */
function linesOf({ stdout }: Outcome, beginning: string): readonly string[] {
  return stdout.split('\n').filter((line) => line.startsWith(beginning))
}

describe('of all texts at once', () => {
  test('a run tells of each, and does not complain', () => {
    expect(alarm).toMatchObject({ code: 3, stderr: '' })
    expectUnmoved(alarm.stdout)
    expect(smtp.messages).toHaveLength(2 * (MEMBERS.length + 1))
  })

  test('a plugin has one line each', () => {
    expect(reports.nagios).toMatchObject({ code: 3, stderr: '' })
    expect(eachLineOf(reports.nagios.stdout)).toHaveLength(MEMBERS.length + 1)
  })

  test('a report has one line each, and one for the database', () => {
    expect(reports.text).toMatchObject({ code: 3, stderr: '' })
    expectUnmoved(reports.text.stdout)
    expect(reports.text.stdout.split('\n')).toHaveLength(MEMBERS.length + 3)
  })

  test('the report as JSON is one line, with all', () => {
    expect(reports.json).toMatchObject({ code: 3, stderr: '' })
    expectUnmoved(reports.json.stdout)
    const names = judgedIn(reports.json).checks.map(({ name }) => name)
    expect(names).toEqual(['database:mail', FIRST.name, ...MEMBERS.map(([, { name }]) => name)])
  })

  test('the run after them says that all are well', () => {
    expect(back).toMatchObject({ code: 0, stderr: '' })
    expectUnmoved(back.stdout)
  })
})

describe.each(MEMBERS)('%s', (_, { name }) => {
  test('does no harm in a mail', () => {
    const mails = mailsOn(name, 'unknown')
    expect(mails).toHaveLength(1)
    expectWhole(mails[0])
    expect(mails[0]?.parsed.subject).toContain(` UNKNOWN ${name}: `)
  })

  test('does no harm in the words of a run', () => {
    const lines = linesOf(alarm, `UNKNOWN   ${name} `)
    expect(lines).toHaveLength(1)
    expect(lines[0]?.length).toBeLessThan(4_096)
  })

  test('does no harm in a plugin’s line', () => {
    const lines = eachLineOf(reports.nagios.stdout).filter((line) => line.startsWith(`UNKNOWN - ${name}: `))
    expect(lines).toHaveLength(1)
    expect(parsePluginOutput(`${lines[0]}\n`)).toMatchObject({
      state: 'UNKNOWN',
      perfdata: [{ label: name, value: undefined, critical: '600' }],
    })
  })

  test('does no harm in a report', () => {
    const lines = linesOf(reports.text, `UNKNOWN   ${name} `)
    expect(lines).toHaveLength(1)
    expect(lines[0]?.length).toBeLessThan(4_096)
  })

  test('does no harm in JSON', () => {
    const [row, ...more] = judgedIn(reports.json).checks.filter((check) => check.name === name)
    expect(more).toEqual([])
    expect(row).toMatchObject({ state: 'unknown' })
    expect(JSON.stringify(row).length).toBeLessThan(4_096)
  })

  test('is over when it is', () => {
    const mails = mailsOn(name, 'ok')
    expect(mails).toHaveLength(1)
    expectWhole(mails[0], LATER_HEADERS)
    expect(mails[0]?.parsed.subject).toMatch(new RegExp(`^\\[lastalive\\] OK ${name}: ok again after`))
  })
})
