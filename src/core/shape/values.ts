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

/** What checks, databases and notifiers may be called. */
export const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

/** A century, in seconds: instants further away than their limits allow cannot be computed with. */
export const LONGEST: Seconds = 36_525 * secondsInDay
const MOST = 1_000_000

/** What stands in the file's JSON Schema about a value, and what a message tells people to write. */
export interface About {
  readonly about: string
  readonly example: string
}

/** A value as a message shows it: quoted and short, and never a URL. */
export function show(value: unknown): string {
  if (typeof value !== 'string') return typeof value === 'object' ? 'this' : String(value)
  return mayHoldPassword(value) ? '"<url>"' : quote(value)
}

/** What a message says of a value that is not what it should be. */
export function wrongly(value: unknown, isNot: string): string {
  return value === null ? 'is empty' : `${show(value)} is ${isNot}`
}

/** Text that is not empty; a message shows nothing of it. */
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

/** What YAML takes for something else, and what a message says of it. */
const QUOTABLE = ['number', 'boolean']

function notText(value: unknown): string {
  if (value === null) return 'is empty'
  return QUOTABLE.includes(typeof value)
    ? `is a ${typeof value === 'number' ? 'number' : 'truth value'}`
    : 'is not text'
}

/** The path of a file that holds what is not to stand in the configuration. */
export function secretFile(what: string) {
  return optional(() =>
    text({ about: `a file that holds ${what}; relative to this file`, example: 'the path of a file' }),
  )
}

/** Text of one form; a message says what it has to be, and shows nothing of it. */
export function textLike(pattern: RegExp, { about, example, wrong }: About & { readonly wrong: string }) {
  const message = `${wrong}; write ${example}`
  // Not v.regex: an editor sees ${SMTP_URL} where this sees what it stands for.
  const isRight = (value: string) => pattern.test(value)
  return v.pipe(v.string(message), v.description(about), v.check(isRight, message))
}

/** The path of a file, from the root. */
export function absolutePath(about: About) {
  return textLike(/^\//, { ...about, wrong: 'is not an absolute path' })
}

/** A length of time, to seconds. */
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

/** What a message says of text that is no duration. */
export function notDuration(written: string | number, example: string): string {
  return `${show(written)} is not a duration; write ${meantDuration(String(written)) ?? example}`
}

function outOfBounds(seconds: Seconds, { zero, example }: { zero: string; example: string }): string | undefined {
  if (seconds === 0 && zero === 'refused') return `must be more than nothing; write ${example}`
  return seconds <= LONGEST ? undefined : 'is longer than a century; write less'
}

/** Units that durations do not have: months and years are not all as long. */
const IN_DAYS: Readonly<Record<string, number>> = { mo: 30, y: 365 }

/** `30 minuts` is most likely 30m, `1.5h` is 90m, `1y` 365d, and `=10m` is what is left of `-c=10m`. */
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

/** How long after a notice the same is said again. */
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

/** A count of something. Text will do, since that is what the environment and a command line hold. */
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

/** One word of a few. */
export function oneOf<const T extends string>(words: readonly T[], { about }: { readonly about: string }) {
  const schema = v.picklist(words, (issue) => {
    const meant = typeof issue.input === 'string' ? nearest(issue.input, words) : undefined
    return `${wrongly(issue.input, 'not known')}; write ${meant ?? words.join(', ')}`
  })
  return v.pipe(schema, v.description(about))
}

/** A time zone that has rules: an IANA name, no offset. */
export function zone({ about }: { readonly about: string }) {
  return v.pipe(
    v.string((issue) => `${wrongly(issue.input, 'not a time zone')}; write an IANA name such as Europe/Paris or UTC`),
    v.description(about),
    v.check(isZone, (issue) => `${wrongly(issue.input, 'not a time zone')}; write ${meantZone(issue.input)}`),
  )
}

/** A yes or no. Text will do, since that is what the environment and a command line hold. */
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

/** A limit as it is written: whether it is one depends on what is measured. */
export function limitText({ about, example }: About) {
  const schema = v.pipe(
    v.union([v.string(), v.number()], (issue) => `${wrongly(issue.input, 'not a limit')}; write ${example}`),
    v.description(about),
    v.transform(String),
  )
  return atOnce(schema, (value) => typeof value === 'string')
}

/** What is bound to the parameters of a query, in their order. */
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

/** Settings of a session, by their names. A name is not quoted, and a backslash means different things by the mode. */
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

/** What keeps a run within its time, and from writing, and what values are read by. */
const SET_BY_US = new Set([
  ...['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'client_encoding'],
  ...['transaction_isolation', 'transaction_read_only', 'transaction_deferrable', 'session_authorization'],
  ...['autocommit', 'tx_isolation', 'tx_read_only', 'sql_select_limit', 'lock_wait_timeout'],
  ...['innodb_lock_wait_timeout', 'max_statement_time', 'max_execution_time', 'lc_messages'],
  ...['character_set_client', 'character_set_connection', 'character_set_results'],
])

/** A bare mail address; of a local user without a domain as well. */
export function address({ about }: { readonly about: string }) {
  const message = (issue: { readonly input: unknown }) =>
    `${wrongly(issue.input, 'not a mail address')}; write the bare address, such as alert@domain.tld`
  return v.pipe(
    v.string(message),
    v.description(about),
    v.check((value) => splitAddress(value) !== undefined, message),
  )
}

/** One or several; to a list in which each stands once. */
export function listOf(item: v.GenericSchema<string, string>, { about, example }: About) {
  return v.pipe(
    v.union([item, v.array(item)], `is neither text nor a list; write ${example}`),
    v.description(about),
    v.transform((value): readonly string[] => [...new Set(typeof value === 'string' ? [value] : value)]),
  )
}
