import { Argument, type Command, InvalidArgumentError, Option } from 'commander'
import { LONGEST_JOB_NAME } from '../../core/job.ts'
import type { Seconds } from '../../core/types.ts'
import type { JobPlaceOptions } from '../jobs/place.ts'
import { STANDARD } from '../limited.ts'
import { addConfigOption, addFormatOption, addTimeoutOption, collect, duringFor, parseZoneOption } from './options.ts'

/** The options of `beat` and `exec` that say where beats go, and what is expected of the job. */
export interface JobOptions extends JobPlaceOptions {
  readonly state?: string
  readonly timeout?: Seconds
  readonly every?: Seconds
  readonly grace?: Seconds
  readonly runId?: string
}

/** The options of `beat`. */
export interface BeatOptions extends JobOptions {
  readonly key?: string
  readonly table?: string
  readonly keyColumn?: string
  readonly valueColumn?: string
  readonly start?: boolean
  readonly fail?: boolean
  readonly log?: boolean
  readonly exitCode?: number
  readonly message?: string
  readonly logFrom?: string
}

/** How long a database that is away may hold up a job, in seconds. */
export const USUAL_TIMEOUT: Seconds = 1

export function addBeatOptions(command: Command): Command {
  command
    .addArgument(new Argument('[name]', 'of the job').argParser(jobName))
    .option('--start', 'the job begins')
    .option('--fail', 'the job has failed')
    .option('--log', 'leave only a message or output; it changes nothing else')
    .addOption(
      new Option('--exit-code <n>', 'the job has ended with this exit code; any but 0 is a failure').argParser(
        exitCode,
      ),
    )
    .option('--message <text>', 'what to say of it')
    .option('--log-from <file>', 'keep the last 100 kB of this file as its output; - for stdin')
    .option('--key <key>', 'in place of a job: write the time into the row of this key')
    .option('--table <name>', 'with --key: its table (default: runtime_info)')
    .option('--key-column <name>', 'with --key: its column of keys (default: rt_key)')
    .option('--value-column <name>', 'with --key: its column of times, in seconds since 1970 (default: rt_value)')
  return addJobOptions(command)
}

export function addExecOptions(command: Command): Command {
  command
    .addArgument(new Argument('<name>', 'of the job').argParser(jobName))
    .argument('<command...>', 'the command and its arguments, behind --')
    .option('--no-capture', 'leave its output alone, where the command needs a terminal')
    .option('--no-output', 'store none of its output')
    .option('--fail-on <text>', 'it has failed if its output holds this text; may be repeated', collect)
    .option('--expect <text>', 'it has failed if its output lacks this text; may be repeated', collect)
    .addOption(
      new Option(
        '--skip-code <n>',
        'with this exit code the run counts neither as good nor as bad; may be repeated',
      ).argParser((text, before: readonly number[] = []) => [...before, exitCode(text)]),
    )
  return addJobOptions(command)
}

export function addJobsOptions(command: Command): Command {
  addJobPlaceOptions(
    command.addArgument(new Argument('[name]', 'of one job, whose last runs are listed').argParser(jobName)),
  )
  addTimeoutOption(addFormatOption(command, ['text', 'json']), STANDARD.check)
  return command
    .option('--pause', 'end its alerts until it runs again')
    .option('--resume', 'take the pause back')
    .option('--delete', 'remove it, with all that is stored of it')
    .addOption(new Option('--timezone <zone>', "zone of the times (default: the system's)").argParser(parseZoneOption))
}

function addJobOptions(command: Command): Command {
  addSpoolOption(addJobPlaceOptions(command))
  return command
    .option(
      '--every <duration>',
      'the job is expected this often, as in 1d: a check of it then needs no limits',
      duringFor,
    )
    .option('--grace <duration>', 'with --every: how late it may be, as in 1h', duringFor)
    .addOption(new Option('--run-id <id>', 'the id of this run, such as a UUID').argParser(runId))
    .option('-t, --timeout <duration>', `how long the database may take (default: ${USUAL_TIMEOUT}s)`, duringFor)
}

function addJobPlaceOptions(command: Command): Command {
  command.option(
    '--url <url>',
    'database of the beats: postgres://…, mysql://…, sqlite:PATH (default: $LASTALIVE_URL, then jobs of the configuration)',
  )
  return addConfigOption(command)
}

function addSpoolOption(command: Command): Command {
  return command.option(
    '--state <dir>',
    'state directory, in whose folder spool beats wait for a database that is away (default: as for run)',
  )
}

/** @throws InvalidArgumentError for what is no name of a job */
function jobName(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('is empty (a variable that is not set?); write a name.')
  if (/\p{Cc}/u.test(text)) throw new InvalidArgumentError('has a control character; leave it out.')
  if ([...text].length > LONGEST_JOB_NAME)
    throw new InvalidArgumentError(`is longer than ${LONGEST_JOB_NAME} characters.`)
  return text
}

function runId(text: string): string {
  if (/^[\w.:-]{1,64}$/.test(text) && !text.startsWith('auto-')) return text
  throw new InvalidArgumentError(
    'write a UUID, or up to 64 letters, digits, and any of . _ : -, which does not begin with auto-',
  )
}

/** An exit code, as a shell has it. */
function exitCode(text: string): number {
  const code = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN
  if (code <= 255) return code
  throw new InvalidArgumentError('write a number from 0 to 255.')
}
