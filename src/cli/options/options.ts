import { type Command, InvalidArgumentError, Option } from 'commander'
import type { OneLine } from '../../config/one-line-options.ts'
import { CLOCKS, JUDGES, MEASURES, SEVERITIES, UNITS, VANISHED } from '../../core/judge/severity.ts'
import { parseDuration } from '../../core/time/duration.ts'
import { meantZone } from '../../core/time/meant-zone.ts'
import type { Seconds, Severity } from '../../core/types.ts'

/** The formats of a report. */
export const FORMATS = ['text', 'nagios', 'json', 'prometheus'] as const

/** One of them. */
export type Format = (typeof FORMATS)[number]

/** The options of the commands that watch, as commander hands them over. */
export interface WatchOptions extends OneLine {
  readonly config?: string
  readonly state?: string
  readonly tag?: readonly string[]
  readonly format?: Format
  readonly output?: string
  readonly timeout?: Seconds
  /** how often it was said */
  readonly verbose?: number
  readonly quiet?: boolean | string
  readonly untilOk?: Seconds
  readonly timeoutState?: Severity
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

/** Where the configuration is. */
export function addConfigOption(command: Command): Command {
  const usual = '$LASTALIVE_CONFIG, ~/.config/lastalive/lastalive.yaml, /etc/lastalive/lastalive.yaml'
  return command.option('--config <file>', `configuration file (default: the first of ${usual})`)
}

/** Which checks of the configuration. */
export function addTagOption(command: Command, about = 'checks with this tag only; may be repeated'): Command {
  return command.option('--tag <tag>', about, collect)
}

/** A check on the command line, in place of a configuration file. */
export function addCheckOptions(command: Command): Command {
  return command
    .optionsGroup('A check without a configuration file:')
    .option('--url <url>', 'database: postgres://…, mysql://…, "host=… dbname=…", dbi:…, sqlite:PATH, or a path')
    .option(
      '--key <key[=limit]>',
      'row to look at, as in last_alive, last_alive=10m, or many: last_*; may be repeated',
      collect,
    )
    .option('--table <name>', 'table of keys and values (default: runtime_info)')
    .option('--key-column <name>', 'its column of keys (default: rt_key)')
    .option('--value-column <name>', 'its column of timestamps (default: rt_value)')
    .option('--query <sql>', 'SQL that brings one value, in place of --key')
    .option('--rows <sql>', 'SQL that brings many rows, each watched by itself: name, at[, warning][, critical]')
    .option('--param <value>', 'bound to a parameter of --query or --rows; may be repeated', collect)
    .option('-w, --warning <limit>', 'an older beat is a warning, as in 90s, 5m, 3h, 2d; or a number, or a range')
    .option('-c, --critical <limit>', 'an older beat is critical')
    .addOption(oneOf('--measure <what>', 'what the value is (default: age)', MEASURES))
    .option('--expires', 'the value is a deadline: limits count from it on (default: critical 0s)')
    .option('--schedule <cron>', 'when it is due, as in "0 4 * * *": a run that was missed is critical')
    .option('--grace <duration>', 'with --schedule: how late a run may be (default: 10m)')
    .option('--during <hours>', 'only open hours count towards the age, as in "mon-fri 08:00-18:00"')
    .option(
      '--except <date>',
      'with --during: a date on which nothing is open, as in 2026-12-24; may be repeated',
      collect,
    )
    .option('--timezone <zone>', "zone of --schedule and --during, and of what people read (default: the system's)")
    .option('--json <path>', 'where in a JSON value it is, as in $.worker.seen')
    .option('--pattern <regex>', 'a regular expression whose one group finds it in a text')
    .addOption(oneOf('--missing <state>', 'what it means that there is no beat (default: unknown)', SEVERITIES))
    .addOption(
      oneOf(
        '--unreachable <state>',
        'what it means that the database cannot be reached (default: critical)',
        SEVERITIES,
      ),
    )
    .addOption(oneOf('--unit <unit>', 'unit of a time (default: auto, by its size)', UNITS))
    .option('--stored-in <zone>', 'zone of timestamps that carry none (default: UTC)')
    .addOption(oneOf('--clock <clock>', 'whose now counts (default: database)', CLOCKS))
    .option('--future-tolerance <duration>', 'how far in the future a beat may lie (default: 1m)')
    .option('--skew <duration>', "a warning where the database's clock differs more than this from this host's")
    .option('--response-warning <duration>', 'a warning where connecting and answering takes longer')
    .option('--response-critical <duration>', 'critical where it takes longer')
    .addOption(
      oneOf('--judge <how>', 'many rows: each for itself, any alive will do, or all as one (default: each)', JUDGES),
    )
    .option('--expect <name>', 'a row that has to be there; may be repeated', collect)
    .addOption(
      oneOf(
        '--vanished <state>',
        'what it means that a row with an open incident is gone (default: unknown)',
        VANISHED,
      ),
    )
    .option('--min-rows <n>', 'fewer rows are as if missing (default: 0)')
    .option('--max-rows <n>', 'more rows are a fault (default: 10000)')
    .option('--name <name>', 'name of the check (default: the key and a short hash of the database)')
}

/** An option with one of a few words. Whether it is one of them is for the configuration to say, as it does of a file. */
function oneOf(flags: string, about: string, words: readonly string[]): Option {
  const option = new Option(flags, about)
  option.argChoices = [...words]
  return option
}

/** Where incidents are kept. */
export function addStateOptions(command: Command): Command {
  return command
    .optionsGroup('Where incidents are kept:')
    .option(
      '--state <dir>',
      'state directory (default: $LASTALIVE_STATE, then /var/lib/lastalive or ~/.local/state/lastalive)',
    )
    .option('--lockfile <file>', 'one lockfile for one --key, in place of a state directory')
}

/** How a report looks. */
export function addFormatOption(command: Command, formats: readonly string[] = FORMATS): Command {
  return command.addOption(new Option('--format <format>', 'form of the report').choices(formats))
}

/** How long everything may take. */
export function addTimeoutOption(
  command: Command,
  standard: Seconds,
  about = 'time for everything, look-ups to mail',
): Command {
  return command.addOption(
    new Option('-t, --timeout <duration>', `${about} (default: ${standard}s)`).argParser(timeout),
  )
}

/** The instant that both clocks read. */
export function addNowOption(command: Command, description: string, name = '--now'): Command {
  return command.addOption(new Option(`${name} <time>`, description).argParser(instant))
}

/** How much is said of how it came about. */
export function addVerboseOption(command: Command, about: string): Command {
  return command.option('-v, --verbose', about, (_: string, before: number) => before + 1, 0)
}

/** Reads an option's duration. */
export function duration(text: string): Seconds {
  const seconds = parseDuration(text)
  if (seconds === undefined || seconds <= 0 || seconds > 31_536_000)
    throw new InvalidArgumentError('write a duration such as 30s, 10m, 3h.')
  return seconds
}

/** Reads how long something is to last, where nobody can tell what a bare number means. */
export function duringFor(text: string): Seconds {
  const bare = text.trim()
  if (/^\d+(\.\d+)?$/.test(bare)) {
    throw new InvalidArgumentError(`${bare} what? Write ${bare}h for hours, or ${bare}m for minutes.`)
  }
  return duration(text)
}

/** Reads an option's count. */
export function count(text: string): number {
  const number = /^\d{1,6}$/.test(text) ? Number(text) : 0
  if (number < 1 || number > 10_000) throw new InvalidArgumentError('write a number from 1 to 10000.')
  return number
}

/** Reads an option's time zone. */
export function zone(text: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone
  } catch {
    throw new InvalidArgumentError(`write ${meantZone(text)}.`)
  }
}

function timeout(text: string): Seconds {
  const seconds = duration(text)
  if (seconds > 86_400) throw new InvalidArgumentError('write at most a day.')
  return seconds
}

function instant(text: string): Date {
  const hasZone = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text)
  const at = new Date(text)
  if (!hasZone || Number.isNaN(at.getTime()))
    throw new InvalidArgumentError('write a time such as 2026-11-22T00:31:47Z.')
  return at
}

/** Reads an option that may be repeated. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}
