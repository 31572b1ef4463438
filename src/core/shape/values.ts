import { secondsInDay } from 'date-fns/constants'
import * as v from 'valibot'
import type { Scalar } from '../check.ts'
import { parseDuration } from '../time/duration.ts'
import { meantZone } from '../time/meant-zone.ts'
import { isZone } from '../time/zone.ts'
import type { Seconds } from '../types.ts'
import { splitAddress } from '../words/address.ts'
import { nearest, quote } from '../words/text.ts'
import { atOnce, optional } from './quick.ts'
import { mayHoldPassword } from './tree.ts'

/** Names of checks, databases and notifiers. */
export const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

/** A century, in seconds. Instants beyond it cannot be computed with. */
export const LONGEST: Seconds = 36_525 * secondsInDay
const MOST = 1_000_000

/** For the JSON Schema and for messages. */
export interface About {
  readonly about: string
  readonly example: string
}

/** A value in a message: quoted, short, and never a URL. */
export function show(value: unknown): string {
  if (typeof value !== 'string') return typeof value === 'object' ? 'this' : String(value)
  return mayHoldPassword(value) ? '"<url>"' : quote(value)
}

export function wrongly(value: unknown, isNot: string): string {
  return value === null ? 'is empty' : `${show(value)} is ${isNot}`
}

/** Text that is not empty. A message does not show it. */
export function text({ about, example }: About) {
  const schema = v.pipe(
    v.string(
      (issue) =>
        `${notText(issue.input)}; ${QUOTABLE.includes(typeof issue.input) ? 'put it in quotes' : `write ${example}`}`,
    ),
    v.description(about),
    v.regex(/\S/, `is empty; write ${example}`),
  )
  return atOnce(schema, (value) => typeof value === 'string' && /\S/.test(value))
}

/** Values that YAML does not read as text, unless they are quoted. */
const QUOTABLE = ['number', 'boolean']

function notText(value: unknown): string {
  if (value === null) return 'is empty'
  return QUOTABLE.includes(typeof value)
    ? `is a ${typeof value === 'number' ? 'number' : 'truth value'}`
    : 'is not text'
}

/** The path of a file with a secret. */
export function secretFile(what: string) {
  return optional(() =>
    text({ about: `a file that holds ${what}; relative to this file`, example: 'the path of a file' }),
  )
}

/** Text that matches a pattern. A message says what it must be, and does not show it. */
export function textLike(pattern: Pick<RegExp, 'test'>, { about, example, wrong }: About & { readonly wrong: string }) {
  const message = `${wrong}; write ${example}`
  // Not v.regex: an editor sees ${SMTP_URL}, this sees its value.
  const isRight = (value: string) => pattern.test(value)
  return v.pipe(v.string(message), v.description(about), v.check(isRight, message))
}

export function absolutePath(about: About) {
  return textLike(/^\//, { ...about, wrong: 'is not an absolute path' })
}

/** Becomes seconds. */
export function duration({ about, example, zero = 'refused' }: About & { readonly zero?: 'allowed' | 'refused' }) {
  return v.pipe(
    v.union([v.string(), v.number()], (issue) => `${wrongly(issue.input, 'not a duration')}; write ${example}`),
    v.description(about),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const seconds = parseDuration(String(dataset.value))
      const wrong =
        seconds === undefined ? notDuration(dataset.value, example) : outOfBounds(seconds, { zero, example })
      if (seconds !== undefined && wrong === undefined) return seconds
      addIssue({ message: wrong ?? '' })
      return NEVER
    }),
  )
}

export function notDuration(written: string | number, example: string): string {
  return `${show(written)} is not a duration; write ${meantDuration(String(written)) ?? example}`
}

function outOfBounds(seconds: Seconds, { zero, example }: { zero: string; example: string }): string | undefined {
  if (seconds === 0 && zero === 'refused') return `must be more than nothing; write ${example}`
  return seconds <= LONGEST ? undefined : 'is longer than a century; write less'
}

/** Months and years differ in length, so durations do not have them. */
const IN_DAYS: Readonly<Record<string, number>> = { mo: 30, y: 365 }

/** `30 minuts` probably means 30m, `1.5h` is 90m, `1y` 365d, and `=10m` is left of `-c=10m`. */
function meantDuration(written: string): string | undefined {
  const match = /^[\s=]*(\d{1,9})(\.\d{1,3})?\s*(s|mo(?=n|$)|m(?!o|s)|h|d|w|y)[a-z]*\.?\s*$/i.exec(written)
  const unit = match?.[3]?.toLowerCase()
  const days = IN_DAYS[unit ?? '']
  if (match !== null && days !== undefined) return `${Math.round(Number(`${match[1]}${match[2] ?? ''}`) * days)}d`
  if (match === null || unit === undefined) return undefined
  if (match[2] === undefined) return `${Number(match[1])}${unit}`
  const seconds = Math.round(Number(`${match[1]}${match[2]}`) * (parseDuration(`1${unit}`) ?? 0))
  return seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`
}

export function remind() {
  return v.pipe(
    v.union(
      [v.string(), v.number()],
      (issue) => `${wrongly(issue.input, 'not an interval')}; write 1h, always or never`,
    ),
    v.description('how often the same is said again while it is open: a duration, always (at every run) or never'),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const { value } = dataset
      if (value === 'always' || value === 'never') return value
      const seconds = parseDuration(String(value))
      const wrong =
        seconds === undefined ? notRemind(value) : outOfBounds(seconds, { zero: 'refused', example: 'always' })
      if (seconds !== undefined && wrong === undefined) return seconds
      addIssue({ message: wrong ?? '' })
      return NEVER
    }),
  )
}

function notRemind(written: string | number): string {
  const meant = meantDuration(String(written)) ?? nearest(String(written), ['always', 'never'])
  return `${show(written)} is not an interval; write ${meant ?? '1h, always or never'}`
}

/** A count. It may be text, since the environment and a command line only have text. */
export function count({ about, of, least }: { readonly about: string; readonly of: string; readonly least: 0 | 1 }) {
  return v.pipe(
    v.union(
      [v.number(), v.string()],
      (issue) => `${wrongly(issue.input, `not a number of ${of}`)}; write ${least} or more`,
    ),
    v.description(about),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const number = /^\d{1,9}$/.test(String(dataset.value)) ? Number(dataset.value) : -1
      if (number >= least && number <= MOST) return number
      addIssue({ message: `${show(dataset.value)} is not a number of ${of}; write ${least} or more` })
      return NEVER
    }),
  )
}

export function oneOf<const T extends string>(words: readonly T[], { about }: { readonly about: string }) {
  const schema = v.picklist(words, (issue) => {
    const meant = typeof issue.input === 'string' ? nearest(issue.input, words) : undefined
    return `${wrongly(issue.input, 'not known')}; write ${meant ?? words.join(', ')}`
  })
  return v.pipe(schema, v.description(about))
}

/** An IANA name, not an offset. */
export function zone({ about }: { readonly about: string }) {
  return v.pipe(
    v.string((issue) => `${wrongly(issue.input, 'not a time zone')}; write an IANA name such as Europe/Paris or UTC`),
    v.description(about),
    v.check(isZone, (issue) => `${wrongly(issue.input, 'not a time zone')}; write ${meantZone(issue.input)}`),
  )
}

/** True or false. It may be text, since the environment and a command line only have text. */
export function flag({ about }: { readonly about: string }) {
  return v.pipe(
    v.union(
      [v.boolean(), v.picklist(['true', 'false'])],
      (issue) => `${wrongly(issue.input, 'neither true nor false')}; write one of them`,
    ),
    v.description(about),
    v.transform((value) => value === true || value === 'true'),
  )
}

/** A limit as text. Its form depends on what is measured. */
export function limitText({ about, example }: About) {
  const schema = v.pipe(
    v.union([v.string(), v.number()], (issue) => `${wrongly(issue.input, 'not a limit')}; write ${example}`),
    v.description(about),
    v.transform(String),
  )
  return atOnce(schema, (value) => typeof value === 'string')
}

/** Values for the parameters of a query, in order. */
export function parameters({ about }: { readonly about: string }) {
  const scalar = v.union(
    [v.string(), v.number(), v.boolean(), v.null()],
    'is neither text nor a number; write one of them',
  )
  return v.pipe(
    v.union([scalar, v.array(scalar)], 'is neither a value nor a list; write [one, two]'),
    v.description(about),
    v.transform((value): readonly Scalar[] => (Array.isArray(value) ? value : [value])),
  )
}

/** Settings of a session. Names are not quoted, and the meaning of a backslash depends on the mode. */
export function sessionSettings({ about }: { readonly about: string }) {
  const example = 'write time_zone: Europe/Paris, say'
  const name = v.pipe(
    v.string(),
    v.regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/, (issue) => `${show(issue.input)} is not a setting; ${example}`),
    v.check(
      (written) => !SET_BY_US.has(written.toLowerCase().replaceAll('-', '_')),
      (issue) => `${show(issue.input)} is set by each run; leave it out`,
    ),
  )
  const value = v.pipe(
    v.union([v.string(), v.number(), v.boolean()], (issue) => `${wrongly(issue.input, 'not a value')}; ${example}`),
    v.check(
      (written) => typeof written !== 'string' || !/[\\\p{Cc}]/u.test(written),
      'has a backslash or a control character in it; take it out',
    ),
  )
  return v.pipe(
    v.record(name, value, `is not a mapping; ${example.replace('write', 'write below it')}`),
    v.description(about),
  )
}

/** lastalive sets these to keep a run in time and read-only, and to read values. */
const SET_BY_US = new Set([
  ...['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'client_encoding'],
  ...['transaction_isolation', 'transaction_read_only', 'transaction_deferrable', 'session_authorization'],
  ...['autocommit', 'tx_isolation', 'tx_read_only', 'sql_select_limit', 'lock_wait_timeout'],
  ...['innodb_lock_wait_timeout', 'max_statement_time', 'max_execution_time', 'lc_messages'],
  ...['character_set_client', 'character_set_connection', 'character_set_results'],
])

/** A plain mail address; a local user needs no domain. */
export function address({ about }: { readonly about: string }) {
  const message = (issue: { readonly input: unknown }) =>
    `${wrongly(issue.input, 'not a mail address')}; write the bare address, such as alert@domain.tld`
  return v.pipe(
    v.string(message),
    v.description(about),
    v.check((value) => splitAddress(value) !== undefined, message),
  )
}

/** One or several; becomes a list without duplicates. */
export function listOf(item: v.GenericSchema<string, string>, { about, example }: About) {
  return v.pipe(
    v.union([item, v.array(item)], `is neither text nor a list; write ${example}`),
    v.description(about),
    v.transform((value): readonly string[] => [...new Set(typeof value === 'string' ? [value] : value)]),
  )
}
