import { Argument, Command, Option } from 'commander'
import { NAMES, SHELLS } from './completion/completed.ts'
import { examplesOf, exitCodesLine } from './help/manual.ts'
import { limited, STANDARD } from './limited.ts'
import { withMeantOption } from './options/meant.ts'
import {
  addCheckOptions,
  addConfigOption,
  addFormatOption,
  addNowOption,
  addStateOptions,
  addTagOption,
  addTimeoutOption,
  addVerboseOption,
  count,
  duration,
  duringFor,
  zone,
} from './options/options.ts'
import { addOutputOption } from './options/output.ts'
import { addPluginOptions } from './options/plugin.ts'
import { addAliveIntervalOption, addTellOptions } from './options/telling.ts'
import { VERSION } from './version.ts'
import type { Code, World } from './world.ts'

/** What the commands share: the world, and where the exit code goes. */
interface Commands {
  readonly world: World
  /** runs a command and keeps its exit code */
  finish(code: Promise<Code>): Promise<void>
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
      writeErr: (text) => void world.stderr.write(meant(text.replace(/^error: /, 'lastalive: '))),
    })
    .showSuggestionAfterError()
    .exitOverride((error) => {
      error.message = meant(error.message)
      throw error
    })
  const finish = async (code: Promise<Code>): Promise<void> => {
    outcome.code = await code
  }
  const commands: Commands = { world, finish }
  const wanted = world.argv.find((word) => !word.startsWith('-'))
  const meant = (text: string): string =>
    withMeantOption(text, () => {
      const options = program.commands.find((command) => command.name() === wanted)?.options ?? program.options
      return options.flatMap(({ long, hidden }) => (hidden ? [] : (long ?? [])))
    })
  const isOneWanted = wanted !== undefined && Object.hasOwn(COMMANDS, wanted)
  for (const [name, { about, complete }] of Object.entries(COMMANDS)) {
    const command = program.command(name).description(about).copyInheritedSettings(program)
    // Of those that are not wanted only the names are: for suggestions.
    if (isOneWanted && name !== wanted) continue
    complete(command, commands)
    const examples = examplesOf(name)
    if (examples !== undefined) command.addHelpText('after', examples)
  }
  return program.addHelpText('after', exitCodesLine())
}

function completeRun(run: Command, commands: Commands): void {
  run.argument('[name...]', 'checks to read; * is any text (default: all)')
  addTimeoutOption(addOutputOption(addFormatOption(addTagOption(addConfigOption(run)))), STANDARD.run).option(
    '--dry-run',
    'read and judge, print what would be told, tell and remember nothing',
  )
  addVerboseOption(run, 'print the report even if nobody is looking, and more of it')
  addNowOption(run, 'with --dry-run: the time that both clocks read')
  addTellOptions(addAliveIntervalOption(addCheckOptions(addStateOptions(run)))).action(async (names, options) => {
    const { runCommand } = await import('./commands/run/run.ts')
    const time = { timeout: options.timeout ?? STANDARD.run, code: 4 } as const
    await commands.finish(limited(commands.world, time, () => runCommand(names, options, commands.world)))
  })
}

function completeCheck(check: Command, commands: Commands): void {
  check.argument('[name...]', 'checks to read; * is any text (default: all)')
  const selecting = addOutputOption(addFormatOption(addTagOption(addConfigOption(check))))
  addTimeoutOption(selecting, STANDARD.check, 'time for everything')
  addVerboseOption(
    check,
    'what it was made of: the last beat and the response; -vv the queries too, -vvv the values too',
  )
  addNowOption(check, 'the time that both clocks read')
  addPluginOptions(addCheckOptions(addStateOptions(check))).action(async (names, options) => {
    const { checkCommand } = await import('./commands/check.ts')
    const timeout = (options.timeout ?? STANDARD.check) + (options.untilOk ?? 0)
    const time = { timeout, code: 3, state: options.timeoutState ?? 'unknown' } as const
    await commands.finish(limited(commands.world, time, () => checkCommand(names, options, commands.world)))
  })
}

function completeStatus(status: Command, commands: Commands): void {
  status.argument('[name...]', 'checks, rows or database:NAME; * is any text (default: all)')
  addFormatOption(status, ['text', 'json'])
    .option('--history', 'what has been: each outage, and how much of 24 h, 7 d and 30 d each check was well')
    .option('--limit <n>', 'with --history: at most so many outages, and checks (default: 50, of JSON all)', count)
    .option(
      '--max-age <duration>',
      'judges only how long ago the last run finished, as a monitoring plugin: critical where that is longer, or never',
      duration,
    )
    .option('-q, --quiet', 'with --max-age: print nothing while it is ok, for a second line of cron')
    .addOption(
      new Option('--timezone <zone>', "zone that people read (default: the last run's, then the system's)").argParser(
        zone,
      ),
    )
  addStateOptions(status).action(async (names, { history, ...options }) => {
    if (history === true) {
      const { historyCommand } = await import('./commands/history.ts')
      return commands.finish(historyCommand(names, options, commands.world))
    }
    const { statusCommand } = await import('./commands/status.ts')
    await commands.finish(statusCommand(names, options, commands.world))
  })
}

function completeClear(clear: Command, commands: Commands): void {
  clear.argument('[name...]', 'checks, rows or database:NAME; * is any text')
  addHandOptions(clear).action(async (names, options) => {
    const { clearCommand } = await import('./commands/clear.ts')
    await commands.finish(clearCommand(names, options, commands.world))
  })
}

function completeAck(ack: Command, commands: Commands): void {
  ack
    .argument('[name...]', 'checks, rows or database:NAME; * is any text')
    .option('--note <text>', 'why, for whoever looks next')
    .option('--for <duration>', 'only for so long: if it is open then, it is said again', duringFor)
    .option('--end', 'it is not seen to any more')
  addHandOptions(ack).action(async (names, options) => {
    const { ackCommand } = await import('./commands/ack.ts')
    await commands.finish(ackCommand(names, options, commands.world))
  })
}

function completeSilence(silence: Command, commands: Commands): void {
  silence.argument('[name...]', 'checks, rows or database:NAME; * is any text')
  addTagOption(silence, 'the checks with this tag; may be repeated')
    .option('--for <duration>', 'for how long', duringFor)
    .option('--note <text>', 'why, for whoever looks next')
    .option('--end', 'ends a silence of that name')
  addHandOptions(addConfigOption(silence)).action(async (names, options) => {
    const { silenceCommand } = await import('./commands/silence.ts')
    await commands.finish(silenceCommand(names, options, commands.world))
  })
}

/** Of what changes by hand what a run has remembered. */
function addHandOptions(command: Command): Command {
  return addStateOptions(addTimeoutOption(command, STANDARD.run, 'how long to wait for a run that is under way'))
}

function completeValidate(validate: Command, commands: Commands): void {
  addTellOptions(addAliveIntervalOption(addCheckOptions(addStateOptions(addConfigOption(validate))))).action(
    async (options) => {
      const { validateCommand } = await import('./commands/validate.ts')
      await commands.finish(validateCommand(options, commands.world))
    },
  )
}

function completeTestAlert(command: Command, commands: Commands): void {
  command.argument('[notifier...]', 'notifiers (default: all)')
  const described = addCheckOptions(addStateOptions(addConfigOption(addTimeoutOption(command, STANDARD.run))))
  addTellOptions(addAliveIntervalOption(described)).action(async (names, options) => {
    const { testAlertCommand } = await import('./commands/test-alert.ts')
    const time = { timeout: options.timeout ?? STANDARD.run, code: 4 } as const
    await commands.finish(limited(commands.world, time, () => testAlertCommand(names, options, commands.world)))
  })
}

function completeSchedule(command: Command, commands: Commands): void {
  command.argument('<expression>', 'such as "0 4 * * *" or @daily')
  addFormatOption(command, ['text', 'json'])
    .addOption(new Option('--timezone <zone>', "zone of its clock (default: the system's)").argParser(zone))
    .option('--count <n>', 'how many times (default: 5)', count)
    .option('--previous', 'those before as well')
  addNowOption(command, 'begins here, and not now', '--from').action(async (expression, options) => {
    const { scheduleCommand } = await import('./commands/schedule.ts')
    await commands.finish(scheduleCommand(expression, options, commands.world))
  })
}

function completeRecipes(command: Command, commands: Commands): void {
  command.argument('[name]', 'one of them').action(async (name) => {
    const { recipesCommand } = await import('./commands/recipes.ts')
    await commands.finish(recipesCommand(name, commands.world))
  })
}

function completeCompletion(command: Command, commands: Commands): void {
  const about = 'a shell, whose script is printed; or the kind of names that such a script asks for'
  command.addArgument(new Argument('[what]', about).choices([...SHELLS, ...NAMES]))
  addStateOptions(addConfigOption(command)).action(async (what, options) => {
    const { completionCommand } = await import('./commands/completion.ts')
    const { world } = commands
    const program = (): Command => createProgram({ ...world, argv: [] }, { code: 0 })
    await commands.finish(completionCommand(what, options, { world, program }))
  })
}

/** Whether there is a command of that name. */
export function isCommand(name: string): boolean {
  return name === 'help' || Object.hasOwn(COMMANDS, name)
}

/** What there is, in the order of the help. */
const COMMANDS: Readonly<
  Record<string, { readonly about: string; readonly complete: (command: Command, commands: Commands) => void }>
> = {
  run: { about: 'one full run, for cron: reads, remembers, tells', complete: completeRun },
  check: {
    about: 'reads and judges only: a monitoring plugin, with its output and exit codes',
    complete: completeCheck,
  },
  status: { about: 'what is open, since when, who was told, and what is kept quiet', complete: completeStatus },
  ack: {
    about: 'notes that somebody has seen what is open: nothing more is said until it is worse, or over',
    complete: completeAck,
  },
  silence: {
    about: 'keeps checks quiet for a while, also before anything is wrong; only the end of something is told then',
    complete: completeSilence,
  },
  clear: { about: 'forgets an incident, as removing its lockfile does', complete: completeClear },
  validate: {
    about: 'reads the configuration, or the options of a run, and says what is wrong; connects to nothing',
    complete: completeValidate,
  },
  'test-alert': {
    about: 'sends a test message through each notifier; takes the options of a run, so that its line can be tried',
    complete: completeTestAlert,
  },
  schedule: {
    about: 'when a schedule is due, as cron understands it, and what in it was probably not meant',
    complete: completeSchedule,
  },
  recipes: {
    about: 'how to watch well-known applications: lists what a check can use, or shows one',
    complete: completeRecipes,
  },
  completion: {
    about: 'prints what makes a shell complete commands, options, and names of checks',
    complete: completeCompletion,
  },
}
