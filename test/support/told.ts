import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lockfilesIn } from './passing-time.ts'
import type { ReceivedMail } from './smtp.ts'

/** What a line begins with that says one thing: a word for what there is to say, and about what. */
const HEADLINE = /^((?:(?:REMINDER|SETTLED) )?(?:OK|UNKNOWN|WARNING|CRITICAL)|MISSED|FLAPPING) (.+?): /gm

/**
 * What some things were said to be by each of several runs, such as `WARNING`, or nothing.
 *
 * @param runs the mails of each
 */
export function historiesOf(
  titles: readonly string[],
  runs: readonly (readonly ReceivedMail[])[],
): Readonly<Record<string, readonly string[]>> {
  const said = runs.map((mails) => mails.flatMap(({ parsed }) => [...(parsed.text ?? '').matchAll(HEADLINE)]))
  const wordsOn = (title: string, lines: readonly RegExpExecArray[]): string =>
    lines.flatMap(([, words = '', about]) => (about === title ? [words] : [])).join(', ')
  return Object.fromEntries(titles.map((title) => [title, said.map((lines) => wordsOn(title, lines))]))
}

/** Lets the acknowledgements that end by themselves end now. */
export function letAcknowledgementsRunOut(state: string): void {
  for (const lockfile of lockfilesIn(state)) moveTo(new Date(), lockfile, 'until')
}

/** Lets all silences end at a time of one's choice. */
export function endSilencesAt(at: Date, state: string): void {
  moveTo(at, join(state, 'silences.json'), 'until')
}

function moveTo(at: Date, path: string, key: string): void {
  const text = readFileSync(path, 'utf8')
  const value: unknown = JSON.parse(text, (name, old: unknown) => (name === key ? at.toISOString() : old))
  writeFileSync(path, `${JSON.stringify(value, undefined, 2)}\n`)
}

/** What a mail says is kept quiet, a line each. */
export function quietLinesOf(mail: ReceivedMail | undefined): readonly string[] {
  const lines = mail?.parsed.text?.split('\n') ?? []
  return lines.filter((line) => line.startsWith('Muted: ')).toSorted()
}

/** Of the mails of each of several runs those to one address. */
export function mailsTo(
  address: string,
  runs: readonly (readonly ReceivedMail[])[],
): readonly (readonly ReceivedMail[])[] {
  return runs.map((mails) => mails.filter(({ to }) => to.includes(address)))
}
