import { type Command, InvalidArgumentError, Option } from 'commander'
import { secondsInDay } from 'date-fns/constants'
import type { OneLine } from '../../config/one-line-options.ts'
import { BYS, CLOCKS, JUDGES, MEASURES, SEVERITIES, UNITS, VANISHED } from '../../core/judge/severity.ts'
import { parseDuration } from '../../core/time/duration.ts'
import { meantZone } from '../../core/time/meant-zone.ts'
import { parseInstant } from '../../core/time/timestamp.ts'
import type { Seconds, Severity } from '../../core/types.ts'

export const FORMATS = ['text', 'nagios', 'json', 'prometheus'] as const

export type Format = (typeof FORMATS)[number]

/** The options of `run`, `check`, `validate` and `test-alert`, as commander gives them. */
export interface WatchOptions extends OneLine {
  readonly config?: string
  readonly state?: string
  readonly tag?: readonly string[]
  readonly format?: Format
  readonly output?: string
  readonly beatTo?: string
  readonly timeout?: Seconds
  /** how often `-v` was given */
  readonly verbose?: number
  readonly quiet?: boolean | string
  readonly untilOk?: Seconds
  readonly timeoutState?: Severity
  /** further keys of a check that looks at no database */
  readonly with?: readonly string[]
  readonly hostname?: string
  readonly port?: string
  readonly database?: string
  readonly logname?: string
  readonly password?: string
  readonly queryWarning?: string
  readonly queryCritical?: string
  readonly now?: Date
  readonly dryRun?: boolean
  readonly lockfile?: string
}

export function addConfigOption(command: Command): Command {
  const usual = '$LASTALIVE_CONFIG, ~/.config/lastalive/lastalive.yaml, /etc/lastalive/lastalive.yaml'
  return command.option('--config <file>', `configuration file (default: the first of ${usual})`)
}

export function addTagOption(command: Command, about = 'only checks with this tag; may be repeated'): Command {
  return command.option('--tag <tag>', about, collect)
}

/** The heading of the options that describe a check without a configuration file. */
export const CHECK_GROUP = 'A check without a configuration file:'

export function addCheckOptions(command: Command): Command {
  return command
    .optionsGroup(CHECK_GROUP)
    .option(
      '--url <url>',
      'database: postgres://…, mysql://…, redis://…, "host=… dbname=…", dbi:…, sqlite:PATH, or a path',
    )
    .option(
      '--key <key[=limit]>',
      'key of the row to read: last_alive, or last_alive=10m with its limit, or last_* for many; may be repeated',
      collect,
    )
    .option('--table <name>', 'table of keys and values (default: runtime_info)')
    .option('--key-column <name>', 'its column of keys (default: rt_key)')
    .option('--value-column <name>', 'its column of timestamps (default: rt_value)')
    .option('--query <sql>', 'SQL that gives one value, in place of --key')
    .option('--rows <sql>', 'SQL that gives many rows, each watched by itself: name, at[, warning][, critical]')
    .option('--param <value>', 'value for a parameter of --query or --rows; may be repeated', collect)
    .option('-w, --warning <limit>', 'an older beat is a warning: 90s, 5m, 3h, 2d; or a number, or a range')
    .option('-c, --critical <limit>', 'an older beat is critical')
    .addOption(oneOf('--measure <what>', 'what the value is (default: age)', MEASURES))
    .addOption(oneOf('--by <what>', 'how long the value has not changed, or with --per by how much it moves', BYS))
    .option('--per <duration>', 'with --by rate: the time in which it moves, as in 10m')
    .option('--expires', 'the value is a deadline: limits count from it (default: critical 0s)')
    .option(
      '--schedule <cron>',
      'when a beat is due, as in "0 4 * * *" or "OnCalendar=Mon..Fri 04:00"; a missed run is critical',
    )
    .option('--grace <duration>', 'with --schedule: how late a run may be (default: 10m)')
    .option('--during <hours>', 'only open hours count towards the age, as in "mon-fri 08:00-18:00"')
    .option('--except <date>', 'with --during: a date without open hours, as in 2026-12-24; may be repeated', collect)
    .option('--timezone <zone>', "zone of --schedule, --during and messages (default: the system's)")
    .option('--json <path>', 'where in a JSON value to look, as in $.worker.seen')
    .option('--pattern <regex>', 'regular expression; its only group is what is read')
    .addOption(oneOf('--missing <state>', 'state if there is no beat (default: unknown)', SEVERITIES))
    .addOption(
      oneOf('--unreachable <state>', 'state if the database cannot be reached (default: critical)', SEVERITIES),
    )
    .addOption(oneOf('--unit <unit>', 'unit of a number that is a time (default: auto, by its size)', UNITS))
    .option('--stored-in <zone>', 'zone of timestamps without a zone (default: UTC)')
    .addOption(oneOf('--clock <clock>', 'clock that ages are measured on (default: database)', CLOCKS))
    .option('--future-tolerance <duration>', 'how far in the future a beat may lie (default: 1m)')
    .option('--skew <duration>', "a larger difference of the database's clock from this host's is a warning")
    .option('--response-warning <duration>', 'a warning if connecting and answering takes longer')
    .option('--response-critical <duration>', 'critical if it takes longer')
    .addOption(
      oneOf(
        '--judge <how>',
        'many rows: each by itself; one alive is enough; all must be alive (default: each)',
        JUDGES,
      ),
    )
    .option('--expect <name>', 'row that must be there; may be repeated', collect)
    .addOption(oneOf('--vanished <state>', 'state if a row with an open incident is gone (default: unknown)', VANISHED))
    .option('--min-rows <n>', 'fewer rows count as --missing (default: 0)')
    .option('--max-rows <n>', 'more rows are a fault (default: 10000)')
    .option('--name <name>', 'name of the check (default: the key and a short hash of the database)')
}

/** An option with a few choices. The configuration checks them, so that a line and a file give the same message. */
function oneOf(flags: string, about: string, words: readonly string[]): Option {
  const option = new Option(flags, about)
  option.argChoices = [...words]
  return option
}

export function addStateOptions(command: Command): Command {
  return command
    .optionsGroup('Where incidents are kept:')
    .option(
      '--state <dir>',
      'state directory (default: $LASTALIVE_STATE, then /var/lib/lastalive or ~/.local/state/lastalive)',
    )
    .option('--lockfile <file>', 'one lockfile for one --key, in place of a state directory')
}

export function addFormatOption(command: Command, formats: readonly string[] = FORMATS): Command {
  return command.addOption(new Option('--format <format>', 'format of the report').choices(formats))
}

export function addTimeoutOption(
  command: Command,
  standard: Seconds,
  about = 'time for everything, from look-up to mail',
): Command {
  return command.addOption(
    new Option('-t, --timeout <duration>', `${about} (default: ${standard}s)`).argParser(timeout),
  )
}

export function addNowOption(command: Command, description: string, name = '--now'): Command {
  return command.addOption(new Option(`${name} <time>`, description).argParser(instant))
}

export function addVerboseOption(command: Command, about: string): Command {
  return command.option('-v, --verbose', about, (_: string, before: number) => before + 1, 0)
}

/** @throws InvalidArgumentError */
export function parseDurationOption(text: string): Seconds {
  const seconds = parseDuration(text)
  if (seconds === undefined || seconds <= 0 || seconds > 31_536_000)
    throw new InvalidArgumentError('write a duration such as 30s, 10m, 3h.')
  return seconds
}

/** A duration with its unit: a person who writes a bare number may mean minutes or hours. */
export function duringFor(text: string): Seconds {
  const bare = text.trim()
  if (/^\d+(\.\d+)?$/.test(bare)) {
    throw new InvalidArgumentError(`${bare} what? Write ${bare}h for hours, or ${bare}m for minutes.`)
  }
  return parseDurationOption(text)
}

export function parseCountOption(text: string): number {
  const number = /^\d{1,6}$/.test(text) ? Number(text) : 0
  if (number < 1 || number > 10_000) throw new InvalidArgumentError('write a number from 1 to 10000.')
  return number
}

export function parseZoneOption(text: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone
  } catch {
    throw new InvalidArgumentError(`write ${meantZone(text)}.`)
  }
}

function timeout(text: string): Seconds {
  const seconds = parseDurationOption(text)
  if (seconds > secondsInDay) throw new InvalidArgumentError('write at most a day.')
  return seconds
}

function instant(text: string): Date {
  const hasZone = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text)
  const at = hasZone ? parseInstant(text, 'UTC') : undefined
  if (at === undefined) throw new InvalidArgumentError('write a time such as 2026-11-22T00:31:47Z.')
  return at
}

export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}
