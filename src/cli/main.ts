import { Command, CommanderError, Option } from 'commander'
import { mayHoldPassword } from '../config/tree.ts'
import { LastaliveError } from '../core/errors.ts'
import type { Seconds } from '../core/types.ts'
import {
  addCheckOptions,
  addConfigOption,
  addFormatOption,
  addNowOption,
  addStateOptions,
  addTellOptions,
  addTimeoutOption,
  duration,
  zone,
} from './options.ts'
import { formatFailure } from './output/nagios.ts'
import { VERSION } from './version.ts'
import { type Code, complain, type World } from './world.ts'

/** Beyond its own time a command is ended this much later, whatever it is doing. */
const GRACE_MS = 700

/**
 * Runs the command.
 *
 * @returns its exit code; never throws, and never 1 for anything but a warning
 */
export async function main(world: World): Promise<Code> {
  const outcome: { code: Code } = { code: 0 }
  try {
    await createProgram(world, outcome).parseAsync([...world.argv], { from: 'user' })
    return outcome.code
  } catch (error) {
    return fail(error, world)
  }
}

/**
 * Says what ended the command that should not have.
 *
 * @returns the exit code for it
 */
export function fail(error: unknown, world: World): Code {
  if (error instanceof CommanderError && error.exitCode === 0) return 0
  const message = hideUrls(error instanceof Error ? error.message : String(error), world)
  if (world.argv.find((word) => !word.startsWith('-')) === 'check') {
    world.stdout.write(formatFailure(firstOf(message)))
  }
  // Commander has said it already, with its usage.
  if (error instanceof CommanderError) return 3
  if (error instanceof LastaliveError) complain(world, message)
  // The stack alone: properties of errors may hold what must not be shown.
  else complain(world, `unforeseen: ${hideUrls(error instanceof Error ? (error.stack ?? message) : message, world)}`)
  return 3
}

/** What was written in the wrong place is quoted by whoever refuses it, and may hold a password. */
function hideUrls(text: string, { argv }: World): string {
  const words = argv.flatMap((word) => [word, word.replace(/^-[^=]*=/, '')]).filter(mayHoldPassword)
  return words.toSorted((a, b) => a.length - b.length).reduce((rest, word) => rest.replaceAll(word, '<url>'), text)
}

/** One line of several, and how many more there are. */
function firstOf(message: string): string {
  const [first = '', ...more] = message.replace(/^error: /, '').split('\n')
  return more.length === 0 ? first : `${first} (and ${more.length} more problems on stderr)`
}

/** The command line, as commander understands it. */
export function createProgram(world: World, outcome: { code: Code }): Command {
  const program = new Command('lastalive')
    .description(
      'Watches the timestamps that services leave in a database, and tells somebody once when one goes quiet.',
    )
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .configureOutput({
      writeOut: (text) => void world.stdout.write(text),
      writeErr: (text) => void world.stderr.write(hideUrls(text, world)),
    })
    .showSuggestionAfterError()
    .exitOverride()
    .helpCommand(false)
  const guarded = (name: string, description: string): Command => {
    const command = program.command(name).description(description)
    return command.copyInheritedSettings(program)
  }
  const set = (code: Code): void => {
    outcome.code = code
  }

  const run = guarded('run', 'one full run, for cron: reads, remembers, tells').argument(
    '[name...]',
    'checks to read (default: all)',
  )
  addTimeoutOption(addFormatOption(addConfigOption(run)), 60)
    .option('-v, --verbose', 'print the report even if nobody is looking, and more of it')
    .option('--dry-run', 'read and judge, print what would be told, tell and remember nothing')
  addNowOption(run, 'with --dry-run: the time that both clocks read')
  addTellOptions(addCheckOptions(addStateOptions(run)))
    .addHelpText('after', RUN_EXAMPLES)
    .action(async (names, options) => {
      const { runCommand } = await import('./commands/run.ts')
      set(await limited(world, options.timeout ?? 60, 4, () => runCommand(names, options, world)))
    })

  const check = guarded('check', 'reads and judges only: a monitoring plugin, with its output and exit codes').argument(
    '[name...]',
    'checks to read (default: all)',
  )
  addTimeoutOption(addFormatOption(addConfigOption(check)), 10)
  addNowOption(check, 'the time that both clocks read')
  addCheckOptions(addStateOptions(check))
    .addHelpText('after', CHECK_EXAMPLES)
    .action(async (names, options) => {
      const { checkCommand } = await import('./commands/check.ts')
      set(await limited(world, options.timeout ?? 10, 3, () => checkCommand(names, options, world)))
    })

  const status = guarded('status', 'what is open, since when, and who was told')
  addFormatOption(status, ['text', 'json'])
    .option('--max-age <duration>', 'critical where the last finished run is older, or there is none', duration)
    .option('-q, --quiet', 'with --max-age: print only where it is exceeded, for a second line of cron')
    .addOption(new Option('--timezone <zone>', "zone that people read (default: the system's)").argParser(zone))
  addStateOptions(status).action(async (options) => {
    const { statusCommand } = await import('./commands/status.ts')
    set(await statusCommand(options, world))
  })

  const clear = guarded('clear', 'forgets an incident, as removing its lockfile does').argument(
    '[name...]',
    'checks, or database:NAME',
  )
  addStateOptions(addTimeoutOption(clear, 60)).action(async (names, options) => {
    const { clearCommand } = await import('./commands/clear.ts')
    set(await clearCommand(names, options, world))
  })

  const validate = guarded('validate', 'reads the configuration and says what is wrong with it; connects to nothing')
  addTellOptions(addCheckOptions(addConfigOption(validate))).action(async (options) => {
    const { validateCommand } = await import('./commands/validate.ts')
    set(await validateCommand(options, world))
  })

  const testAlert = guarded('test-alert', 'sends a test message through each notifier').argument(
    '[notifier...]',
    'notifiers (default: all)',
  )
  addTellOptions(addCheckOptions(addConfigOption(addTimeoutOption(testAlert, 60)))).action(async (names, options) => {
    const { testAlertCommand } = await import('./commands/test-alert.ts')
    set(await limited(world, options.timeout ?? 60, 4, () => testAlertCommand(names, options, world)))
  })

  return program.addHelpText('after', EXIT_CODES)
}

/** Sees to it that the command ends: by itself within its time, otherwise by force shortly after. */
async function limited(world: World, timeout: Seconds, code: Code, command: () => Promise<Code>): Promise<Code> {
  boundLookUps(timeout)
  const stop = setTimeout(
    () => {
      const message = `stopped: still busy after ${timeout} s`
      if (world.argv[0] === 'check') world.stdout.write(formatFailure(message))
      complain(world, message)
      world.exit(code)
    },
    timeout * 1_000 + GRACE_MS,
  )
  try {
    return await command()
  } finally {
    clearTimeout(stop)
  }
}

/**
 * Bounds look-ups of names: they are done by threads that even the end of the process waits for. Has no effect after
 * the first look-up.
 */
function boundLookUps(timeout: Seconds): void {
  const [seconds, attempts] = timeout >= 20 ? [Math.min(5, Math.floor(timeout / 15) + 1), 2] : [1, timeout >= 5 ? 2 : 1]
  process.env.RES_OPTIONS = `${process.env.RES_OPTIONS ?? ''} timeout:${seconds} attempts:${attempts}`.trim()
}

const EXIT_CODES = `
Exit codes of run, check and status: 0 ok, 1 warning, 2 critical, 3 unknown or wrong usage;
of whatever tells or remembers: 4 where something could not be told or remembered.`

const RUN_EXAMPLES = `
Examples:
  lastalive run --url sqlite:/var/lib/app/app.db --key last_alive --critical 10m --to ops@example.org
  lastalive run --url "host=db dbname=mail user=watch" --key last_alive -w 5m -c 10m \\
      --to ops@example.org --from watch@example.org --smtp smtp://mail.example.org --lockfile /var/tmp/mdx.lck
  lastalive run --config /etc/lastalive/lastalive.yaml`

const CHECK_EXAMPLES = `
Examples:
  lastalive check --url postgres://watch@db/mail --key last_alive -w 5m -c 10m
  lastalive check mdx --format json`
