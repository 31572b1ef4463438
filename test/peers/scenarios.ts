/** What a plugin may exit with. */
export type Code = 0 | 1 | 2 | 3

/** Which database stands at its place. */
export type Kind = 'postgres' | 'sqlite'

/** What is the case, and what a plugin should make of it. */
export interface Scenario {
  /** ends "where …" */
  readonly name: string
  readonly kinds: readonly Kind[]
  /** the text of the row last_alive, which may be NULL; undefined where there is no such row. Default: a fresh beat */
  readonly holds?: (now: Date) => string | null | undefined
  /** what is wrong with the place itself */
  readonly place?: Place
  readonly right: Answer
  /** why that is right */
  readonly because: string
  /** codes that are as good for those who read the rule otherwise, or who ask for seconds and say that it is none */
  readonly fair?: readonly Code[]
}

/** What is wrong with a place where one looks. */
export type Place = 'no table' | 'denied' | 'down' | 'mute' | 'wrong password' | 'no file' | 'locked'

/** What a plugin should say. */
export interface Answer {
  readonly code: Code
  /** what its words must not leave out */
  readonly gist: RegExp
}

const BOTH: readonly Kind[] = ['postgres', 'sqlite']
const POSTGRES: readonly Kind[] = ['postgres']

/** Ages in seconds, each a little past its minute. */
const [FRESH, LATE, SILENT] = [5, 7 * 60 + 5, 42 * 60 + 5]
const YEAR = 365 * 24 * 3_600

const ago = (now: Date, seconds: number): Date => new Date(now.getTime() - 1_000 * seconds)
const epoch =
  (seconds: number) =>
  (now: Date): string =>
    String(Math.floor(ago(now, seconds).getTime() / 1_000))
const milliseconds =
  (seconds: number) =>
  (now: Date): string =>
    String(ago(now, seconds).getTime())
const iso =
  (seconds: number) =>
  (now: Date): string =>
    `${ago(now, seconds).toISOString().slice(0, 19)}+00:00`
const naive =
  (seconds: number) =>
  (now: Date): string =>
    ago(now, seconds).toISOString().slice(0, 19).replace('T', ' ')

const UNJUDGED = 'nothing is known about the service: UNKNOWN, or CRITICAL for those who expect a beat'
const OF_PLUGIN = 'the plugin may not read, or was called with wrong options: UNKNOWN'
const OF_SERVER = 'a failure outside of the plugin, such as a connection or a timeout, is not UNKNOWN: CRITICAL'

/**
 * What may be the case, with the right answer to it, in the order of the page. The limits are 5 minutes (warning) and 10
 * minutes (critical).
 *
 * @see https://www.monitoring-plugins.org/doc/guidelines.html for what the exit codes mean
 */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'the beat is fresh',
    kinds: BOTH,
    holds: epoch(FRESH),
    right: { code: 0, gist: /\b5 s|alive/ },
    because: 'within both limits',
  },
  {
    name: 'the beat is late, by 7 minutes',
    kinds: BOTH,
    holds: epoch(LATE),
    right: { code: 1, gist: /\b7 min/ },
    because: 'past the limit for a warning',
  },
  {
    name: 'the service is silent, for 42 minutes',
    kinds: BOTH,
    holds: epoch(SILENT),
    right: { code: 2, gist: /\b42 min/ },
    because: 'past the critical limit',
  },
  {
    name: 'the value is NULL',
    kinds: BOTH,
    holds: () => null,
    right: { code: 3, gist: /NULL|never|no (?:beat|value)/ },
    because: UNJUDGED,
    fair: [2],
  },
  {
    name: 'the value is an empty text',
    kinds: BOTH,
    holds: () => '',
    right: { code: 3, gist: /empty|never|no (?:beat|value)/ },
    because: UNJUDGED,
    fair: [2],
  },
  {
    name: 'the row is missing',
    kinds: BOTH,
    holds: () => undefined,
    right: { code: 3, gist: /no row|missing|no such/ },
    because: UNJUDGED,
    fair: [2],
  },
  {
    name: 'the table is missing',
    kinds: BOTH,
    place: 'no table',
    right: { code: 3, gist: /runtime_info.*(?:not exist|missing)|no such table/ },
    because: UNJUDGED,
    fair: [2],
  },
  {
    name: 'the beat lies in the future, by a year',
    kinds: BOTH,
    holds: epoch(-YEAR),
    right: { code: 3, gist: /future/ },
    because: 'one of two clocks is wrong, and the service may be dead: anything but OK',
    fair: [2, 1],
  },
  {
    name: 'the value is in milliseconds, and fresh',
    kinds: BOTH,
    holds: milliseconds(FRESH),
    right: { code: 0, gist: /\b5 s|alive/ },
    because: 'it is a time nevertheless: OK, or UNKNOWN if the plugin does not understand it',
    fair: [3],
  },
  {
    name: 'the value is in milliseconds, and silent for 42 minutes',
    kinds: BOTH,
    holds: milliseconds(SILENT),
    right: { code: 2, gist: /\b42 min/ },
    because: 'it is a time nevertheless: CRITICAL, or UNKNOWN if the plugin does not understand it',
    fair: [3],
  },
  {
    name: 'the value is ISO 8601 with a zone, and fresh',
    kinds: BOTH,
    holds: iso(FRESH),
    right: { code: 0, gist: /\b5 s|alive/ },
    because: 'it is a time nevertheless: OK, or UNKNOWN if the plugin does not understand it',
    fair: [3],
  },
  {
    name: 'the value is ISO 8601 without a zone, in UTC, and fresh',
    kinds: BOTH,
    holds: naive(FRESH),
    right: { code: 0, gist: /\b5 s|alive/ },
    because: 'it is a time nevertheless: OK, or UNKNOWN if the plugin does not understand it',
    fair: [3],
  },
  {
    name: 'the value is ISO 8601 with a zone, and silent for 42 minutes',
    kinds: BOTH,
    holds: iso(SILENT),
    right: { code: 2, gist: /\b42 min/ },
    because: 'it is a time nevertheless: CRITICAL, or UNKNOWN if the plugin does not understand it',
    fair: [3],
  },
  {
    name: 'the value is no time at all (abc)',
    kinds: BOTH,
    holds: () => 'abc',
    right: { code: 3, gist: /abc/ },
    because: UNJUDGED,
    fair: [2],
  },
  {
    name: 'the value is a fresh time with a tail (1795308333abc)',
    kinds: BOTH,
    holds: (now) => `${epoch(FRESH)(now)}abc`,
    right: { code: 3, gist: /\d+abc/ },
    because: UNJUDGED,
    fair: [2],
  },
  {
    name: 'the table may not be read',
    kinds: POSTGRES,
    place: 'denied',
    right: { code: 3, gist: /permission denied|not allowed/ },
    because: OF_PLUGIN,
    fair: [2],
  },
  {
    name: 'the password is wrong',
    kinds: POSTGRES,
    place: 'wrong password',
    right: { code: 3, gist: /password/ },
    because: OF_PLUGIN,
    fair: [2],
  },
  {
    name: 'the server is down',
    kinds: POSTGRES,
    place: 'down',
    right: { code: 2, gist: /refused/ },
    because: OF_SERVER,
  },
  {
    name: 'the server accepts, and never answers',
    kinds: POSTGRES,
    place: 'mute',
    right: { code: 2, gist: /no answer|not answer|time/ },
    because: OF_SERVER,
  },
  {
    name: 'the file is missing',
    kinds: ['sqlite'],
    place: 'no file',
    right: { code: 2, gist: /no such file|not exist|missing/ },
    because: 'as a server that is down: CRITICAL, or UNKNOWN; and who only looks makes no file',
    fair: [3],
  },
  {
    name: 'the table is locked',
    kinds: POSTGRES,
    place: 'locked',
    right: { code: 3, gist: /lock|no answer|time/ },
    because: `${UNJUDGED}; and in time`,
    fair: [2],
  },
  {
    name: 'the file is locked as a whole',
    kinds: ['sqlite'],
    place: 'locked',
    right: { code: 2, gist: /lock|busy|no answer|time/ },
    because: 'as a server that does not answer: CRITICAL, or UNKNOWN; and in time',
    fair: [3],
  },
]
