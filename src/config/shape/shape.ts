import * as v from 'valibot'
import { BYS, CLOCKS, JUDGES, SEVERITIES, UNITS, VANISHED } from '../../core/judge/severity.ts'
import type { NotifierKind } from '../../core/notifier-kind.ts'
import { mapping, named } from '../../core/shape/mapping.ts'
import { optional } from '../../core/shape/quick.ts'
import { response } from '../../core/shape/response.ts'
import {
  count,
  duration,
  flag,
  limitText,
  listOf,
  NAME,
  oneOf,
  secretFile,
  sessionSettings,
  text,
  zone,
} from '../../core/shape/values.ts'
import type { LoadedKind, SourceKind } from '../../core/source-kind.ts'
import { healthchecks, notifier } from './notifier.ts'
import { POLICY, RELATIONS } from './telling.ts'

const severity = (about: string) => optional(() => oneOf(SEVERITIES, { about }))
const time = (about: string, example: string) => optional(() => duration({ about, example }))

const FAULTS = optional(() =>
  mapping(
    {
      unreachable: severity('it cannot be reached, or was lost in the middle (default critical)'),
      timeout: severity('a query was not answered in time (default unknown)'),
      denied: severity('we are not let in, or may not read (default unknown)'),
      invalid: severity('the value cannot be read as a time (default unknown)'),
      failed: severity('everything else that fails (default unknown)'),
    },
    'how bad it is that something could not be read, by what kept it from being',
  ),
)

const STORED_IN = {
  stored_in: optional(() => zone({ about: 'the zone in which timestamps without a zone are read (default UTC)' })),
}

const LIMIT = 'an age above this, or a number outside this range, is'

const JUDGING = {
  warning: optional(() => limitText({ about: `${LIMIT} a warning`, example: '5m' })),
  critical: optional(() => limitText({ about: `${LIMIT} critical`, example: '10m' })),
  missing: severity('what it means that there is no row, or no time in it (default unknown)'),
  future_tolerance: optional(() =>
    duration({ about: 'how far in the future a time may lie (default 1m)', example: '1m', zero: 'allowed' }),
  ),
  clock: optional(() => oneOf(CLOCKS, { about: 'whose now an age is measured against (default database)' })),
  unit: optional(() =>
    oneOf(UNITS, {
      about:
        'how numbers are read as times (default auto: by magnitude; julian: days, as of julianday(); excel: days of a spreadsheet; dotnet: ticks; filetime: those of Windows; apple: seconds since 2001)',
    }),
  ),
  ...STORED_IN,
  faults: FAULTS,
}

const URL_EXAMPLE = 'postgres://user@host/database'
const urlText = () => text({ about: 'where the database is', example: URL_EXAMPLE })

const DATABASE = {
  url: optional(urlText),
  url_file: secretFile('the URL, in place of url'),
  password_file: secretFile('the password'),
  timeout: time(
    'how long all of it may take in one run, connecting and reading (default: the time for reading, 60 % of -t, of check 95 %)',
    '5s',
  ),
  skew: time("a clock that differs more than this from this host's is a warning (default: none is)", '30s'),
  response: response('how long it may take to connect and to answer all that one run asks (default: for ever)'),
  ...STORED_IN,
  session: optional(() =>
    sessionSettings({
      about:
        "what SQL of one's own (query, rows) finds set, as in { time_zone: Europe/Paris } (default: what the server's own client would have)",
    }),
  ),
  unreachable: severity('what it means that it cannot be reached (default critical)'),
  ...POLICY,
  faults: FAULTS,
}

const ROWS = {
  judge: optional(() =>
    oneOf(JUDGES, {
      about: 'each of many rows for itself, or as one: any that is alive will do, or all have to be (default each)',
    }),
  ),
  expect: optional(() =>
    listOf(text({ about: 'a name', example: 'the name of a row' }), {
      about: 'names of rows that have to be there',
      example: 'names of rows, such as [host-1, host-2]',
    }),
  ),
  vanished: optional(() =>
    oneOf(VANISHED, { about: 'what it means that a row with an open incident is gone (default unknown)' }),
  ),
  min_rows: optional(() =>
    count({ about: 'fewer rows than this are as if missing (default 0)', of: 'rows', least: 0 }),
  ),
  max_rows: optional(() => count({ about: 'more rows than this are a fault (default 10000)', of: 'rows', least: 1 })),
}

const FOREACH = optional(() => {
  const about = 'names, of which each makes a check of its own, with the name for {each}: [a, b] or { file: hosts.txt }'
  const name = text({ about: 'a name', example: 'a name' })
  const file = mapping({ file: text({ about: 'a file with a name on each line', example: 'hosts.txt' }) })
  return v.pipe(v.union([v.array(name), file]), v.description(about))
})

/** The keys that all checks may have, whatever they are read from. */
const COMMON = {
  foreach: FOREACH,
  expires: optional(() =>
    flag({
      about: 'the time is a deadline: limits count from it on, or before it, as in 7d left; the default is 0 s',
    }),
  ),
  schedule: optional(() =>
    text({
      about:
        'when it is due, as in cron, or as in a timer of systemd (OnCalendar=…): a run that was missed is critical',
      example: '0 4 * * *',
    }),
  ),
  grace: optional(() => duration({ about: 'how late a run may be (default 10m)', example: '30m', zero: 'allowed' })),
  during: optional(() =>
    text({ about: 'open hours: only time within them counts towards the age', example: 'mon-fri 08:00-18:00' }),
  ),
  except: optional(() =>
    listOf(text({ about: 'a date', example: '2026-12-24' }), {
      about: 'dates on which nothing is open, or the path of a file of dates, relative to this file',
      example: '[2026-12-24, 2026-12-25]',
    }),
  ),
  timezone: optional(() =>
    zone({ about: "the zone of schedule, during and maintenance (default: the configuration's)" }),
  ),
  use: optional(() => text({ about: 'a recipe, which fills in what is not said here', example: 'nextcloud' })),
  by: optional(() =>
    oneOf(BYS, { about: 'what is judged of the value: how long it has not changed, or by how much it moves (rate)' }),
  ),
  per: optional(() => duration({ about: 'with by: rate, the time in which it moves', example: '10m' })),
  ...ROWS,
  ...JUDGING,
  ...POLICY,
  ...RELATIONS,
  note: optional(() => text({ about: 'a note for whoever is woken up', example: 'some text' })),
  runbook: optional(() => text({ about: 'where it says what to do', example: 'a URL, say' })),
  alive_interval: optional(() =>
    duration({ about: 'how often the service says that it is alive', example: '60s', zero: 'allowed' }),
  ),
}

const common = () => mapping(COMMON)

/** One entry of `checks`: what all have, and the keys of its kind. */
export type CheckEntry = v.InferOutput<ReturnType<typeof common>> & Readonly<Record<string, unknown>>

/** Which of the kinds a check is of. */
export type KindOf = (entry: unknown) => SourceKind

/**
 * A check, by its kind.
 *
 * @param kindOf undefined where any of the kinds will do
 */
function check(kinds: readonly SourceKind[], kindOf: KindOf | undefined): v.GenericSchema<unknown, CheckEntry> {
  const shapes = new Map(kinds.map((kind) => [kind, checkOf(kind, kinds)]))
  if (kindOf !== undefined) return v.lazy((entry) => shapes.get(kindOf(entry)) ?? checkOf(kindOf(entry), kinds))
  const [first, ...others] = shapes.values()
  return first === undefined || others.length > 0 ? v.union([...shapes.values()]) : first
}

function checkOf(kind: SourceKind, kinds: readonly SourceKind[]): v.GenericSchema<unknown, CheckEntry> {
  const others = kinds.filter((other) => other.key !== kind.key)
  const goesWith = (key: string): string | undefined => others.find((other) => Object.hasOwn(other.keys(), key))?.key
  // The kind makes of its keys what it understands.
  const shape: unknown = mapping({ ...kind.keys(), ...COMMON }, kind.title, kind.needed, goesWith)
  return shape as v.GenericSchema<unknown, CheckEntry>
}

/** The keys of `defaults`. */
export const DEFAULT_KEYS: ReadonlySet<string> = new Set([
  ...Object.keys({ ...POLICY, ...JUDGING }),
  'skew',
  'response',
])

const defaults = () =>
  mapping(
    { ...POLICY, ...JUDGING, skew: DATABASE.skew, response: DATABASE.response },
    'what holds for each check that does not say otherwise',
  )

/** The name of a check as an editor sees it, where a `foreach` has not been read yet. */
const WRITTEN_NAME = /^([A-Za-z0-9]|\{each\})([A-Za-z0-9._-]|\{each\}){0,63}$/

/** The kinds of notifiers and of sources that there are. */
export interface Kinds {
  readonly notifierKinds: readonly NotifierKind[]
  readonly sourceKinds: readonly LoadedKind[]
}

const top = ({ notifierKinds, sourceKinds }: Kinds, kindOf: KindOf | undefined) => ({
  instance: optional(() => text({ about: "who watches (default: the host's name)", example: 'watch1' })),
  timezone: optional(() => zone({ about: "the zone of what people read (default: the system's)" })),
  concurrency: optional(() =>
    count({ about: 'databases that are asked at a time (default 32)', of: 'databases', least: 1 }),
  ),
  notifiers: optional(() => named(notifier(notifierKinds), 'the ways of telling')),
  healthchecks: optional(healthchecks),
  jobs: optional(() =>
    text({
      about: 'the database in which beat and exec leave what jobs do',
      example: 'the name of one of the databases',
    }),
  ),
  defaults: optional(defaults),
  checks: named(check(sourceKinds, kindOf), 'what is watched', kindOf === undefined ? WRITTEN_NAME : NAME),
})

const databaseMapping = () => mapping(DATABASE)

/** A bare URL is a mapping with nothing but a URL. */
const databaseEntry = () =>
  v.union(
    [
      v.pipe(
        urlText(),
        v.transform((url): DatabaseEntry => ({ url })),
      ),
      databaseMapping(),
    ],
    (issue) =>
      `${typeof issue.input === 'string' ? 'is empty' : 'is neither a URL nor a mapping'}; write ${URL_EXAMPLE}`,
  )

/**
 * The configuration, from a file or a command line.
 *
 * @param kindOf undefined where each check may be of any of the kinds, as in the JSON Schema
 */
export const configSchema = (kinds: Kinds, kindOf?: KindOf) =>
  mapping(
    {
      databases: optional(() => named(databaseEntry(), 'where the checks look: a URL, or a mapping with url')),
      ...top(kinds, kindOf),
    },
    undefined,
    { checks: 'there is nothing to watch; write at least one check under checks' },
  )

/** What the schema makes of what was written. */
export type Parsed = v.InferOutput<ReturnType<typeof configSchema>>

/** One entry of `databases`. */
export type DatabaseEntry = v.InferOutput<ReturnType<typeof databaseMapping>>

/** What checks have in common. */
export type Defaults = v.InferOutput<ReturnType<typeof defaults>>
