import * as v from 'valibot'
import { CLOCKS, JUDGES, MEASURES, SEVERITIES, UNITS, VANISHED } from '../core/choices.ts'
import { mapping, named } from './mapping.ts'
import { HEALTHCHECKS, NOTIFIER } from './notifier-shape.ts'
import { POLICY, RELATIONS } from './telling-shape.ts'
import { count, duration, flag, limitText, listOf, oneOf, parameters, text, textLike, zone } from './values.ts'

const severity = (about: string) => v.exactOptional(oneOf(SEVERITIES, { about }))
const time = (about: string, example: string) => v.exactOptional(duration({ about, example }))

const FAULTS = v.exactOptional(
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
  stored_in: v.exactOptional(zone({ about: 'the zone in which timestamps without a zone are read (default UTC)' })),
}

const LIMIT = 'an age above this, or a number outside this range, is'

const JUDGING = {
  warning: v.exactOptional(limitText({ about: `${LIMIT} a warning`, example: '5m' })),
  critical: v.exactOptional(limitText({ about: `${LIMIT} critical`, example: '10m' })),
  missing: severity('what it means that there is no row, or no time in it (default unknown)'),
  future_tolerance: v.exactOptional(
    duration({ about: 'how far in the future a time may lie (default 1m)', example: '1m', zero: 'allowed' }),
  ),
  clock: v.exactOptional(oneOf(CLOCKS, { about: 'whose now an age is measured against (default database)' })),
  unit: v.exactOptional(
    oneOf(UNITS, {
      about: 'how numbers are read as times (default auto: by magnitude; julian: days, as of julianday())',
    }),
  ),
  ...STORED_IN,
  faults: FAULTS,
}

const DATABASE = {
  password_file: v.exactOptional(
    text({ about: 'a file that holds the password; relative to this file', example: 'the path of a file' }),
  ),
  timeout: time(
    'how long all of it may take in one run, connecting and reading (default: the time for reading, 60 % of -t, of check 95 %)',
    '5s',
  ),
  skew: time("a clock that differs more than this from this host's is a warning (default: none is)", '30s'),
  response: v.exactOptional(
    mapping(
      {
        warning: time('longer than this is a warning', '1s'),
        critical: time('longer than this is critical', '5s'),
      },
      'how long it may take to connect and to answer all that one run asks (default: for ever)',
    ),
  ),
  ...STORED_IN,
  unreachable: severity('what it means that it cannot be reached (default critical)'),
  ...POLICY,
  faults: FAULTS,
}

const URL_EXAMPLE = 'postgres://user@host/database'
const URL_TEXT = text({ about: 'where the database is', example: URL_EXAMPLE })

const sql = (about: string) => v.exactOptional(text({ about, example: 'SELECT …' }))

const ROWS = {
  judge: v.exactOptional(
    oneOf(JUDGES, {
      about: 'each of many rows for itself, or as one: any that is alive will do, or all have to be (default each)',
    }),
  ),
  expect: v.exactOptional(
    listOf(text({ about: 'a name', example: 'the name of a row' }), {
      about: 'names of rows that have to be there',
      example: 'names of rows, such as [host-1, host-2]',
    }),
  ),
  vanished: v.exactOptional(
    oneOf(VANISHED, { about: 'what it means that a row with an open incident is gone (default unknown)' }),
  ),
  min_rows: v.exactOptional(
    count({ about: 'fewer rows than this are as if missing (default 0)', of: 'rows', least: 0 }),
  ),
  max_rows: v.exactOptional(count({ about: 'more rows than this are a fault (default 10000)', of: 'rows', least: 1 })),
}

const CHECK = mapping({
  database: text({ about: 'the database to look into', example: 'the name of one of the databases' }),
  key: v.exactOptional(
    text({ about: 'the key of the row that is watched, or of many, as in last_*', example: 'last_alive' }),
  ),
  table: v.exactOptional(text({ about: 'the key/value table (default runtime_info)', example: 'runtime_info' })),
  key_column: v.exactOptional(text({ about: 'its column of keys (default rt_key)', example: 'rt_key' })),
  value_column: v.exactOptional(text({ about: 'its column of values (default rt_value)', example: 'rt_value' })),
  query: sql('a query that brings one value, in place of a key'),
  rows: sql('a query that brings many rows: name, at[, warning][, critical]; each is watched by itself'),
  params: v.exactOptional(parameters({ about: 'what is bound to the parameters of query or rows' })),
  json: v.exactOptional(
    textLike(/^\$/, {
      about: 'where in a JSON value the time is',
      example: '$.worker.seen',
      wrong: 'is not a JSON path',
    }),
  ),
  pattern: v.exactOptional(
    text({ about: 'a regular expression whose one group finds the time in a text', example: String.raw`seen=(\d+)` }),
  ),
  measure: v.exactOptional(oneOf(MEASURES, { about: 'what the value is: a time, or a number (default age)' })),
  expires: v.exactOptional(flag({ about: 'the time is a deadline: limits count from it on, and the default is 0 s' })),
  schedule: v.exactOptional(
    text({ about: 'when it is due, as in cron: a run that was missed is critical', example: '0 4 * * *' }),
  ),
  grace: v.exactOptional(duration({ about: 'how late a run may be (default 10m)', example: '30m', zero: 'allowed' })),
  during: v.exactOptional(
    text({ about: 'open hours: only time within them counts towards the age', example: 'mon-fri 08:00-18:00' }),
  ),
  except: v.exactOptional(
    listOf(text({ about: 'a date', example: '2026-12-24' }), {
      about: 'dates on which nothing is open, or the path of a file of dates, relative to this file',
      example: '[2026-12-24, 2026-12-25]',
    }),
  ),
  timezone: v.exactOptional(
    zone({ about: "the zone of schedule, during and maintenance (default: the configuration's)" }),
  ),
  use: v.exactOptional(text({ about: 'a recipe, which fills in what is not said here', example: 'nextcloud' })),
  ...ROWS,
  ...JUDGING,
  ...POLICY,
  ...RELATIONS,
  note: v.exactOptional(text({ about: 'a note for whoever is woken up', example: 'some text' })),
  runbook: v.exactOptional(text({ about: 'where it says what to do', example: 'a URL, say' })),
  alive_interval: v.exactOptional(
    duration({ about: 'how often the service says that it is alive', example: '60s', zero: 'allowed' }),
  ),
})

const DEFAULTS = mapping(
  { ...POLICY, ...JUDGING, skew: DATABASE.skew, response: DATABASE.response },
  'what holds for each check that does not say otherwise',
)

const TOP = {
  instance: v.exactOptional(text({ about: "who watches (default: the host's name)", example: 'watch1' })),
  timezone: v.exactOptional(zone({ about: "the zone of what people read (default: the system's)" })),
  concurrency: v.exactOptional(
    count({ about: 'databases that are asked at a time (default 32)', of: 'databases', least: 1 }),
  ),
  notifiers: v.exactOptional(named(NOTIFIER, 'the ways of telling')),
  healthchecks: v.exactOptional(HEALTHCHECKS),
  defaults: v.exactOptional(DEFAULTS),
  checks: named(CHECK, 'what is watched'),
}

/** A bare URL is a mapping with nothing but a URL. */
const DATABASE_ENTRY = v.union(
  [
    v.pipe(
      URL_TEXT,
      v.transform((url) => ({ url })),
    ),
    mapping({ url: URL_TEXT, ...DATABASE }),
  ],
  (issue) => `${typeof issue.input === 'string' ? 'is empty' : 'is neither a URL nor a mapping'}; write ${URL_EXAMPLE}`,
)

const UNNAMED_DATABASE_ENTRY = mapping({ url: v.exactOptional(URL_TEXT), ...DATABASE })

/** The configuration file. */
export const FILE_SCHEMA = mapping({
  databases: v.exactOptional(named(DATABASE_ENTRY, 'where the checks look: a URL, or a mapping with url')),
  ...TOP,
})

/** The same, from a command line. */
export const LINE_SCHEMA = mapping({ databases: v.exactOptional(named(UNNAMED_DATABASE_ENTRY, '')), ...TOP })

/** What the schemas make of what was written. */
export type Parsed = v.InferOutput<typeof LINE_SCHEMA>

/** One entry of `databases`. */
export type DatabaseEntry = v.InferOutput<typeof UNNAMED_DATABASE_ENTRY>

/** One entry of `checks`. */
export type CheckEntry = v.InferOutput<typeof CHECK>

/** What checks have in common. */
export type Defaults = v.InferOutput<typeof DEFAULTS>
