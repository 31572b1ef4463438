import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { onTestFinished } from 'vitest'
import { SOURCES } from '../../src/setup/kinds.ts'
import type { CommandOptions, Outcome } from './command.ts'
import { lockfilesIn } from './passing-time.ts'
import { lastaliveAgain } from './resident.ts'
import { ALERT, SENDER } from './scene.ts'
import { type ReceivedMail, type SmtpFixture, startSmtp } from './smtp.ts'

/** Checks of any kind, as they stand in a file. */
export type Checks = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/** An SQLite database `app`, a mailbox `ops`, a configuration and a state directory, gone when the test is over. */
export interface WatchingScene {
  readonly database: InstanceType<typeof Database>
  readonly smtp: SmtpFixture
  readonly state: string
  readonly path: string
  /** writes the file anew; a check that names no database looks into `app` */
  watch(checks: Checks, more?: Readonly<Record<string, unknown>>): void
  /** any command with the configuration, those that remember with the state directory as well */
  args(words: readonly string[]): readonly string[]
  /** runs it */
  command(words: readonly string[], options?: CommandOptions): Promise<Outcome>
  /** what `check --format json` says of each check and item, by `name` or `name/item`: its state and its summary */
  judged(): Promise<Readonly<Record<string, string>>>
  lockfiles(): readonly string[]
  mails(): readonly ReceivedMail[]
  subjects(): readonly string[]
}

/** A scene in which nothing is watched yet. */
export async function makeWatchingScene(schema = '', runCommand = lastaliveAgain): Promise<WatchingScene> {
  const dir = mkdtempSync(join(tmpdir(), 'lastalive-e2e-'))
  const [file, state, path] = [join(dir, 'lastalive.yaml'), join(dir, 'state'), join(dir, 'app.db')]
  const database = new Database(path)
  const smtp = await startSmtp()
  onTestFinished(async () => {
    database.close()
    await smtp.stop()
    rmSync(dir, { recursive: true, force: true })
  })
  database.exec(schema)
  const watch = (checks: Checks, more: Readonly<Record<string, unknown>> = {}): void => {
    const named = Object.entries(checks).map(([name, check]) => [
      name,
      isOfDatabase(check) ? { database: 'app', ...check } : check,
    ])
    const mail = { to: ALERT, from: SENDER, smtp: smtp.url }
    const usual = { timezone: 'UTC', databases: { app: `sqlite:${path}` }, notifiers: { ops: { mail } } }
    // JSON is YAML as well.
    const configuration = { ...usual, ...more, checks: Object.fromEntries(named) }
    writeFileSync(file, JSON.stringify(configuration, undefined, 2), { mode: 0o600 })
  }
  const args: WatchingScene['args'] = ([name = '', ...words]) => {
    const places = [
      ...(['status', 'ack', 'clear'].includes(name) ? [] : ['--config', file]),
      ...(name === 'validate' ? [] : ['--state', state]),
    ]
    return [name, ...words, ...places]
  }
  const command: WatchingScene['command'] = (words, options) => runCommand(args(words), options)
  let seen = 0
  const mails = (): readonly ReceivedMail[] => {
    const news = smtp.messages.slice(seen)
    seen = smtp.messages.length
    return news
  }
  return {
    database,
    smtp,
    state,
    path,
    watch,
    args,
    command,
    judged: async () => {
      const { stdout, stderr } = await command(['check', '--format', 'json'])
      if (stderr !== '') throw new Error(stderr)
      return readJudged(stdout)
    },
    lockfiles: () => lockfilesIn(state),
    mails,
    subjects: () => mails().map(({ parsed }) => parsed.subject ?? ''),
  }
}

function isOfDatabase(check: Readonly<Record<string, unknown>>): boolean {
  return SOURCES.every(({ key }) => key === 'database' || check[key] === undefined)
}

interface JudgedRow {
  readonly name: string
  readonly item: string | null
  readonly kind: string
  readonly state: string
  readonly summary: string
}

function readJudged(stdout: string): Readonly<Record<string, string>> {
  const report: { readonly checks: readonly JudgedRow[] } = JSON.parse(stdout)
  const rows = report.checks.filter(({ kind }) => kind !== 'database')
  const named = rows.map(({ name, item, state, summary }) => [
    item === null ? name : `${name}/${item}`,
    `${state}: ${summary}`,
  ])
  return Object.fromEntries(named)
}
