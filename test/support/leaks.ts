import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { SMTPServer } from 'smtp-server'
import { type CommandOptions, type Outcome, repetitions } from './command.ts'
import { lastaliveAgain as lastalive } from './resident.ts'
import type { SmtpFixture } from './smtp.ts'

/** Each piece of the password between two special characters is this word, so that a part of it shows as well. */
export const WORD = 'gehe1m'
/** A password that needs encoding in a URL, each piece of which is a word of its own. */
export const UNENCODED = `${WORD}@${WORD}/${WORD}:${WORD}#42`
/** The same with a percent sign. */
export const PASSWORD = `${UNENCODED}%${WORD}`
export const ENCODED = encodeURIComponent(PASSWORD)
/** A password that is not it. */
export const OTHER = PASSWORD.replaceAll('1', 'i')

/** The word as it is, which percent-encoding leaves alone, and in base64 at each of the three places in a group. */
const FORMS = [
  WORD,
  Buffer.from(WORD).toString('base64'),
  Buffer.from(` ${WORD}`).toString('base64').slice(2, 9),
  Buffer.from(`  ${WORD}`).toString('base64').slice(3, 10),
]

/** What one set-up says on each of the ways that words leave the program. */
export interface SetUp {
  /** options of what is watched */
  readonly watch: readonly string[]
  /** options of who is told; `check` takes none */
  readonly tell?: readonly string[]
  readonly env?: CommandOptions['env']
}

/** How many set-ups there were so far. */
let setUps = 0

/**
 * Runs the commands that there are on it, and gathers all that they printed, sent and left behind. `run -v` is always
 * run, and of ten others as many as `repetitions` says: with each set-up other ones. Several set-ups may go on side by
 * side; the mails of one are then among those of the other as well.
 *
 * @param at.dir where the commands are run and a state directory is made
 * @param at.mailboxes servers whose new mails count as well
 */
export async function everythingFrom(
  { watch, tell = [], env }: SetUp,
  { dir, mailboxes }: { readonly dir: string; readonly mailboxes: readonly SmtpFixture[] },
): Promise<ReadonlyMap<string, string>> {
  const turn = setUps++
  const state = mkdtempSync(join(dir, 'state-'))
  const options: CommandOptions = { cwd: dir, ...(env === undefined ? {} : { env }) }
  const before = mailboxes.map(({ messages }) => messages.length)
  const first = await lastalive(['run', '-v', '-t', '5', '--state', state, ...watch, ...tell], options)
  const reading = [
    ['check', '-t', '5', ...watch],
    ['validate', ...watch, ...tell],
    ['test-alert', '-t', '5', ...watch, ...tell],
  ]
  const looking = [
    ['check', '--format', 'json', '-t', '5', ...watch],
    ['run', '--dry-run', '-t', '5', '--state', state, ...watch, ...tell],
    ['run', '--format', 'json', '-t', '5', '--state', state, ...watch, ...tell],
    ['status', '--state', state],
    ['status', '--format', 'json', '--state', state],
    ['run', '--help', ...watch],
  ]
  // What is not understood is refused before anything is looked at.
  const all = first.stdout === '' ? reading : [...reading, ...looking]
  const lines = all.filter((_, i) => (turn + i) % 10 < repetitions(10))
  const outcomes: [string, string][] = [['run -v', said(first)]]
  for (const line of lines) outcomes.push([line.slice(0, 3).join(' '), said(await lastalive(line, options))])
  const files = readdirSync(state).map((name): [string, string] => [name, readFileSync(join(state, name), 'latin1')])
  const mails = mailboxes.flatMap(({ messages }, i) => messages.slice(before[i]))
  const letters = mails.map(({ raw, parsed }, i): [string, string] => [
    `mail ${i}`,
    `${raw}${parsed.subject}${parsed.text}${parsed.html}`,
  ])
  return new Map([...outcomes, ...files, ...letters])
}

/** All that a command printed. */
export function said({ stdout, stderr }: Outcome): string {
  return `${stdout}\n${stderr}`
}

/** The lines in which the password, or a piece of it, is seen. */
export function leaksIn(everything: ReadonlyMap<string, string>): readonly string[] {
  return [...everything].flatMap(([where, text]) =>
    text
      .split('\n')
      .filter((line) => line.toLowerCase().includes(WORD) || FORMS.some((form) => line.includes(form)))
      .map((line) => `${where}: ${line}`),
  )
}

/** A mail server that repeats in its refusal what it was told, as it is and in base64. */
export async function startEcho(): Promise<number> {
  const echo = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _session, callback) => {
      const plain = Buffer.from(`\0${username}\0${password}`).toString('base64')
      callback(Object.assign(new Error(`no ${password} ${plain}`), { responseCode: 535 }))
    },
  })
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve))
  // The address of a server that listens on a port is never a string.
  return (echo.server.address() as AddressInfo).port
}
