import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { onTestFinished } from 'vitest'
import type { Outcome } from './command.ts'
import { lockfilesIn } from './passing-time.ts'
import { lastaliveAgain } from './resident.ts'
import { ALERT, epoch, RUNTIME_INFO, SENDER } from './scene.ts'
import { type ReceivedMail, type SmtpFixture, startSmtp } from './smtp.ts'

/** The URL of a mail server that is down. */
export const DOWN = 'smtp://127.0.0.1:1'

/** What differs from the usual configuration: a mailbox `ops`, and a check `mdx` with limits of 5 and 10 minutes. */
export interface Written {
  /** names of checks; each looks at the key of its name (default: mdx) */
  readonly checks?: readonly string[]
  readonly defaults?: Readonly<Record<string, unknown>>
  /** notifier → the addresses that it tells */
  readonly to?: Readonly<Record<string, readonly string[]>>
  /** notifier → its server, where it is another than the scene's */
  readonly smtp?: Readonly<Record<string, string>>
  /** where the database is said to be */
  readonly database?: string
}

/** A configuration file with a database, a mailbox and a state directory, gone when the test is over. */
export interface ConfiguredScene {
  readonly state: string
  readonly smtp: SmtpFixture
  /** address → the answer to its RCPT; may be changed at any time */
  readonly refusals: Record<string, string>
  /** writes the file anew */
  configure(written: Written): void
  run(more?: readonly string[]): Promise<Outcome>
  /** any other command, with the configuration */
  configured(command: readonly string[]): Promise<Outcome>
  /** any other command, with the state directory */
  stateful(command: readonly string[]): Promise<Outcome>
  /** a check's beat so many seconds ago */
  beat(secondsAgo?: number, key?: string): void
  lockfiles(): readonly string[]
  /** subjects of the mails since the last call */
  subjects(): readonly string[]
  /** the mails since the last call */
  mails(): readonly ReceivedMail[]
}

/** A scene in which mdx is alive and everything works. */
export async function makeConfiguredScene(): Promise<ConfiguredScene> {
  const dir = mkdtempSync(join(tmpdir(), 'lastalive-e2e-'))
  const [file, state, path] = [join(dir, 'lastalive.yaml'), join(dir, 'state'), join(dir, 'mail.db')]
  const refusals: Record<string, string> = {}
  const database = new Database(path)
  const smtp = await startSmtp({ refusals })
  onTestFinished(async () => {
    database.close()
    await smtp.stop()
    rmSync(dir, { recursive: true, force: true })
  })
  database.exec(RUNTIME_INFO)
  const beat = (secondsAgo = 0, key = 'mdx'): void => {
    database.prepare('INSERT OR REPLACE INTO runtime_info VALUES (?, ?)').run(key, epoch(-secondsAgo))
  }
  const configure = ({
    checks = ['mdx'],
    defaults = {},
    to = { ops: [ALERT] },
    smtp: other = {},
    ...rest
  }: Written) => {
    const mail = (name: string) => ({ to: to[name], from: SENDER, smtp: other[name] ?? smtp.url })
    const configuration = {
      timezone: 'UTC',
      databases: { mail: `sqlite:${rest.database ?? path}` },
      notifiers: Object.fromEntries(Object.keys(to).map((name) => [name, { mail: mail(name) }])),
      defaults: { warning: '5m', critical: '10m', ...defaults },
      checks: Object.fromEntries(checks.map((name) => [name, { database: 'mail', key: name }])),
    }
    // JSON is YAML as well.
    writeFileSync(file, JSON.stringify(configuration, undefined, 2), { mode: 0o600 })
  }
  let seen = 0
  const mails = (): readonly ReceivedMail[] => {
    const news = smtp.messages.slice(seen)
    seen = smtp.messages.length
    return news
  }
  beat()
  configure({})
  return {
    state,
    smtp,
    refusals,
    configure,
    run: (more = []) => lastaliveAgain(['run', '--config', file, '--state', state, ...more]),
    configured: (command) => lastaliveAgain([...command, '--config', file]),
    stateful: (command) => lastaliveAgain([...command, '--state', state]),
    beat,
    lockfiles: () => lockfilesIn(state),
    mails,
    subjects: () => mails().map(({ parsed }) => parsed.subject ?? ''),
  }
}
