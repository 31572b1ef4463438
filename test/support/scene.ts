import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { onTestFinished } from 'vitest'
import type { CommandOptions, lastalive, Outcome } from './command.ts'
import { lastaliveAgain } from './resident.ts'
import { type ReceivedMail, type SmtpFixture, startSmtp } from './smtp.ts'

/** manitou-mdx's own table. */
export const RUNTIME_INFO =
  'CREATE TABLE runtime_info(rt_key varchar(100) NOT NULL, rt_value text); ' +
  'CREATE UNIQUE INDEX runtime_info_idx ON runtime_info(rt_key)'

/** What stderr has of a run that tells nobody, once a day. */
export const NOBODY_TO_TELL =
  'lastalive: remark: there is nobody to tell: a run speaks by its exit code alone; write notifiers, or give --to\n'

export const ALERT = 'alert@domain.tld'
export const SENDER = 'alert-sender@domain.tld'

/** A watched database, a mailbox and a lockfile of one's own, gone when the test is over. */
export interface Scene {
  readonly dir: string
  readonly lockfile: string
  readonly smtp: SmtpFixture
  /** runs the one-line form with the limit of ten minutes; `more` comes last, so that it wins */
  run(more?: readonly string[], options?: CommandOptions): Promise<Outcome>
  check(more?: readonly string[], options?: CommandOptions): Promise<Outcome>
  /** subjects of the mails since the last call */
  subjects(): readonly string[]
  /** the mails since the last call */
  mails(): readonly ReceivedMail[]
}

/** What differs from one scene to the other. */
export interface SceneSettings {
  readonly url?: string
  readonly smtp?: SmtpFixture
  /** `--sendmail` in place of a server */
  readonly sendmail?: string
  /** what runs the command */
  readonly runCommand?: typeof lastalive
}

/** A scene around a database that is there already. */
export async function makeScene({
  url = '',
  smtp: given,
  sendmail,
  runCommand = lastaliveAgain,
}: SceneSettings = {}): Promise<Scene> {
  const dir = mkdtempSync(join(tmpdir(), 'lastalive-e2e-'))
  const smtp = given ?? (await startSmtp())
  onTestFinished(async () => {
    rmSync(dir, { recursive: true, force: true })
    if (given === undefined) await smtp.stop()
  })
  const lockfile = join(dir, 'manitou-alert.lck')
  const watch = ['--url', url, '--key', 'last_alive', '--critical', '10m', '--name', 'mdx', '--timezone', 'UTC']
  const told = ['--to', ALERT, '--from', SENDER, ...(sendmail ? ['--sendmail', sendmail] : ['--smtp', smtp.url])]
  let seen = 0
  const mails = (): readonly ReceivedMail[] => {
    const news = smtp.messages.slice(seen)
    seen = smtp.messages.length
    return news
  }
  return {
    dir,
    lockfile,
    smtp,
    run: (more = [], options = {}) => runCommand(['run', ...watch, ...told, '--lockfile', lockfile, ...more], options),
    check: (more = [], options = {}) => runCommand(['check', ...watch.slice(0, -2), ...more], options),
    mails,
    subjects: () => mails().map(({ parsed }) => parsed.subject ?? ''),
  }
}

/** A scene around an SQLite file of manitou's. */
export interface SqliteScene extends Scene {
  readonly path: string
  /** the file itself, open for writing */
  readonly database: InstanceType<typeof Database>
  /** sets a key's value; undefined removes the row */
  set(value: string | null | undefined, key?: string): void
  /** last_alive so many seconds ago */
  beat(secondsAgo?: number): void
}

/** A scene around a new SQLite file whose service is alive. */
export async function makeSqliteScene(settings: Omit<SceneSettings, 'url'> = {}): Promise<SqliteScene> {
  const home = mkdtempSync(join(tmpdir(), 'lastalive-db-'))
  const path = join(home, 'mail.db')
  const database = new Database(path)
  onTestFinished(() => {
    database.close()
    rmSync(home, { recursive: true, force: true })
  })
  database.exec(RUNTIME_INFO)
  const scene = await makeScene({ ...settings, url: `sqlite:${path}` })
  const set = (value: string | null | undefined, key = 'last_alive'): void => {
    database.prepare('DELETE FROM runtime_info WHERE rt_key = ?').run(key)
    if (value !== undefined) database.prepare('INSERT INTO runtime_info VALUES (?, ?)').run(key, value)
  }
  const beat = (secondsAgo = 0): void => set(epoch(-secondsAgo))
  beat()
  return { ...scene, path, database, set, beat }
}

/** Now and so many seconds as manitou writes it. */
export function epoch(secondsFromNow = 0): string {
  return String(Math.floor(Date.now() / 1_000) + secondsFromNow)
}
