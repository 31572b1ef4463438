import { Argument, Command, Option } from 'commander'
import { NAMES, SHELLS } from './completion/completed.ts'
import { examplesOf, exitCodesLine } from './help/manual.ts'
import { limited, STANDARD } from './limited.ts'
import { addBeatOptions, addExecOptions, addJobsOptions } from './options/jobs.ts'
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
  collect,
  duringFor,
  parseCountOption,
  parseDurationOption,
  parseZoneOption,
} from './options/options.ts'
import { addBeatOption, addOutputOption } from './options/output.ts'
import { addPluginOptions } from './options/plugin.ts'
import { addSourceOptions } from './options/sources.ts'
import { addAliveIntervalOption, addTellOptions } from './options/telling.ts'
import { addVersionOption } from './options/version.ts'
import type { World } from './world.ts'

interface Commands {
  readonly world: World
  /** waits for a command, and keeps its exit code */
  finish(code: Promise<number>): Promise<void>
}

const READ_NAMES = 'checks to read; * is any text (default: all)'
const OPEN_NAMES = 'checks, rows or database:NAME; * is any text'

/** The command line for commander. */
export function createProgram(world: World, outcome: { code: number }): Command {
  const program = new Command('lastalive')
    .description(
      'Watches the traces that services leave in databases, files and web servers, and tells somebody once when one goes silent.',
    )
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .configureOutput({
      writeOut: (text) => void world.stdout.write(text),
      writeErr: (text) => void world.stderr.write(meant(text.replace(/^error: /, 'lastalive: '))),
    })
    .showSuggestionAfterError()
    .exitOverride((error) => {
      error.message = meant(error.message)
      throw error
    })
  addVersionOption(program, world)
  const finish = async (code: Promise<number>): Promise<void> => {
    outcome.code = await code
  }
  const commands: Commands = { world, finish }
  const wanted = world.argv.find((word) => !word.startsWith('-'))
  const meant = (text: string): string =>
    withMeantOption(text, () => {
      const options = program.commands.find((command) => command.name() === wanted)?.options ?? program.options
      return options.flatMap(({ long, hidden }) => (hidden ? [] : (long ?? [])))
    })
  // Whoever has typed one first needs no other: a run under cron does not make them all.
  const [first = ''] = world.argv
  const isOneTyped = Object.hasOwn(COMMANDS, first)
  for (const [name, { about, complete }] of Object.entries(COMMANDS)) {
    if (isOneTyped && name !== first) continue
    const command = program.command(name).description(about).copyInheritedSettings(program)
    complete(command, commands)
    const examples = examplesOf(name)
    if (examples !== undefined) command.addHelpText('after', examples)
  }
  return program.addHelpText('after', exitCodesLine())
}

function completeRun(run: Command, commands: Commands): void {
  run.argument('[name...]', READ_NAMES)
  addTimeoutOption(addOutputOption(addFormatOption(addTagOption(addConfigOption(run)))), STANDARD.run).option(
    '--dry-run',
    'read and judge, and print what would be told; tell and remember nothing',
  )
  addVerboseOption(run, 'print a detailed report, under cron as well')
  addNowOption(run, 'with --dry-run: use this time, here and in the database')
  addBeatOption(run)
  addTellOptions(addAliveIntervalOption(addLookOptions(addStateOptions(run)))).action(async (names, options) => {
    const { runCommand } = await import('./commands/run/run.ts')
    const time = { timeout: options.timeout ?? STANDARD.run, code: 4 } as const
    await commands.finish(limited(commands.world, time, () => runCommand(names, options, commands.world)))
  })
}

function completeCheck(check: Command, commands: Commands): void {
  check.argument('[name...]', READ_NAMES)
  const selecting = addOutputOption(addFormatOption(addTagOption(addConfigOption(check))))
  addTimeoutOption(selecting, STANDARD.check, 'time for everything')
  addVerboseOption(check, 'add the last beat and the response time; -vv also the queries, -vvv also the values')
  addNowOption(check, 'use this time, here and in the database')
  addPluginOptions(addLookOptions(addStateOptions(check)), commands.world).action(async (names, options) => {
    const { checkCommand } = await import('./commands/check.ts')
    const timeout = (options.timeout ?? STANDARD.check) + (options.untilOk ?? 0)
    const time = { timeout, code: 3, state: options.timeoutState ?? 'unknown' } as const
    await commands.finish(limited(commands.world, time, () => checkCommand(names, options, commands.world)))
  })
}

function completeStatus(status: Command, commands: Commands): void {
  status.argument('[name...]', `${OPEN_NAMES} (default: all)`)
  addFormatOption(status, ['text', 'json'])
    .option('--history', 'list past outages, and the availability of each check in 24 h, 7 d and 30 d')
    .option(
      '--limit <n>',
      'with --history: at most this many outages and checks (default: 50, with json all)',
      parseCountOption,
    )
    .option(
      '--max-age <duration>',
      'be a plugin that watches the runs: critical if the last one finished longer ago, or none did',
      parseDurationOption,
    )
    .option('-q, --quiet', 'with --max-age: print nothing while it is ok, for a second line of cron')
    .addOption(
      new Option('--timezone <zone>', "zone of the times (default: the last run's, then the system's)").argParser(
        parseZoneOption,
      ),
    )
  status.option('--config <file>', 'with --history: where maintenance is planned (default: as for run)')
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
  clear.argument('[name...]', OPEN_NAMES)
  addHandOptions(clear).action(async (names, options) => {
    const { clearCommand } = await import('./commands/clear.ts')
    await commands.finish(clearCommand(names, options, commands.world))
  })
}

function addLookOptions(command: Command): Command {
  return addSourceOptions(addCheckOptions(command))
}

function completeAck(ack: Command, commands: Commands): void {
  ack
    .argument('[name...]', OPEN_NAMES)
    .option('--note <text>', 'a note for others')
    .option('--for <duration>', 'only for this long, as in 4h: if it is still open then, it is told again', duringFor)
    .option('--end', 'take the acknowledgement back')
  addHandOptions(ack).action(async (names, options) => {
    const { ackCommand } = await import('./commands/ack.ts')
    await commands.finish(ackCommand(names, options, commands.world))
  })
}

function completeSilence(silence: Command, commands: Commands): void {
  silence.argument('[name...]', OPEN_NAMES)
  addTagOption(silence, 'checks with this tag; may be repeated')
    .option('--for <duration>', 'for how long, as in 2h', duringFor)
    .option('--note <text>', 'a note for others')
    .option('--end', 'end the silence of this name or tag')
  addHandOptions(addConfigOption(silence)).action(async (names, options) => {
    const { silenceCommand } = await import('./commands/silence.ts')
    await commands.finish(silenceCommand(names, options, commands.world))
  })
}

/** For the commands that change what a run has remembered. */
function addHandOptions(command: Command): Command {
  return addStateOptions(addTimeoutOption(command, STANDARD.run, 'how long to wait for a run that is under way'))
}

function completeValidate(validate: Command, commands: Commands): void {
  addTellOptions(addAliveIntervalOption(addLookOptions(addStateOptions(addConfigOption(validate))))).action(
    async (options) => {
      const { validateCommand } = await import('./commands/validate.ts')
      await commands.finish(validateCommand(options, commands.world))
    },
  )
}

function completeTestAlert(command: Command, commands: Commands): void {
  command.argument('[notifier...]', 'notifiers (default: all)')
  const described = addLookOptions(addStateOptions(addConfigOption(addTimeoutOption(command, STANDARD.run))))
  addTellOptions(addAliveIntervalOption(described)).action(async (names, options) => {
    const { testAlertCommand } = await import('./commands/test-alert.ts')
    const time = { timeout: options.timeout ?? STANDARD.run, code: 4 } as const
    await commands.finish(limited(commands.world, time, () => testAlertCommand(names, options, commands.world)))
  })
}

function completeSchedule(command: Command, commands: Commands): void {
  command.argument('<expression>', 'such as "0 4 * * *" or @daily')
  addFormatOption(command, ['text', 'json'])
    .addOption(
      new Option('--timezone <zone>', "zone of the schedule (default: the system's)").argParser(parseZoneOption),
    )
    .option('--count <n>', 'how many times to show (default: 5)', parseCountOption)
    .option('--previous', 'show earlier times as well')
  addNowOption(command, 'begin at this time (default: now)', '--from').action(async (expression, options) => {
    const { scheduleCommand } = await import('./commands/schedule.ts')
    await commands.finish(scheduleCommand(expression, options, commands.world))
  })
}

function completeRecipes(command: Command, commands: Commands): void {
  command.argument('[name]', 'the recipe to show').action(async (name) => {
    const { recipesCommand } = await import('./commands/recipes.ts')
    await commands.finish(recipesCommand(name, commands.world))
  })
}

function completeSchema(command: Command, commands: Commands): void {
  command
    .argument('[subject]', 'what the tables are for (default: list what there is)')
    .option('--url <url>', 'database: postgres://…, mysql://…, "host=… dbname=…", dbi:…, sqlite:PATH, or a path')
    .option('--apply', 'make the tables, in place of printing the SQL')
    .option('--writer <role>', 'who writes to them, of MySQL as user@host; may be repeated', collect)
    .option('--reader <role>', 'who reads them; may be repeated', collect)
  addTimeoutOption(command, STANDARD.run, 'with --apply: time for everything').action(async (subject, options) => {
    const { schemaCommand } = await import('./commands/schema.ts')
    const time = { timeout: options.timeout ?? STANDARD.run, code: 4 } as const
    await commands.finish(limited(commands.world, time, () => schemaCommand(subject, options, commands.world)))
  })
}

function completeCompletion(command: Command, commands: Commands): void {
  const about = 'the shell whose script to print, or a kind of names, for which such a script asks'
  command.addArgument(new Argument('[what]', about).choices([...SHELLS, ...NAMES]))
  addStateOptions(addConfigOption(command)).action(async (what, options) => {
    const { completionCommand } = await import('./commands/completion.ts')
    const { world } = commands
    const program = (): Command => createProgram({ ...world, argv: [] }, { code: 0 })
    await commands.finish(completionCommand(what, options, { world, program }))
  })
}

function completeBeat(command: Command, commands: Commands): void {
  addBeatOptions(command).action(async (name, options) => {
    const { beatCommand } = await import('./commands/beat.ts')
    await commands.finish(beatCommand(name, options, commands.world))
  })
}

function completeJobs(command: Command, commands: Commands): void {
  addJobsOptions(command).action(async (name, options) => {
    const { jobsCommand } = await import('./commands/jobs/jobs.ts')
    const time = { timeout: options.timeout ?? STANDARD.check, code: 3 } as const
    await commands.finish(limited(commands.world, time, () => jobsCommand(name, options, commands.world)))
  })
}

function completeExec(command: Command, commands: Commands): void {
  addExecOptions(command).action(async (name, words, options) => {
    const { execCommand } = await import('./commands/exec/exec.ts')
    await commands.finish(execCommand(name, words, { options, world: commands.world }))
  })
}

export function isCommand(name: string): boolean {
  return name === 'help' || Object.hasOwn(COMMANDS, name)
}

/** In the order of the help. */
const COMMANDS: Readonly<
  Record<string, { readonly about: string; readonly complete: (command: Command, commands: Commands) => void }>
> = {
  run: { about: 'read, judge, remember and tell once, for cron', complete: completeRun },
  check: { about: 'read and judge only: a monitoring plugin', complete: completeCheck },
  status: { about: 'show what is open, since when, who was told, and what is muted', complete: completeStatus },
  ack: {
    about: 'say that you have seen what is open: nothing more is told until it gets worse or is over',
    complete: completeAck,
  },
  silence: {
    about: 'mute checks for a while, even before anything is wrong; meanwhile only ends are told',
    complete: completeSilence,
  },
  clear: { about: 'forget an incident, as if you removed its lockfile', complete: completeClear },
  validate: {
    about: 'list mistakes in the configuration, or in the options of a run; connects to nothing',
    complete: completeValidate,
  },
  'test-alert': {
    about: 'send a test message through each notifier; takes the options of run',
    complete: completeTestAlert,
  },
  schedule: {
    about: 'show when a schedule is due, as cron or systemd reads it, with remarks on likely mistakes',
    complete: completeSchedule,
  },
  recipes: { about: 'list the recipes for well-known applications, or show one', complete: completeRecipes },
  beat: { about: 'leave a heartbeat of a job in a database', complete: completeBeat },
  exec: { about: 'run a command, and leave its start and end as beats of a job', complete: completeExec },
  jobs: { about: 'list jobs and how they are, or the last runs of one', complete: completeJobs },
  schema: {
    about: 'print the SQL of the tables that lastalive keeps in your database, or make them',
    complete: completeSchema,
  },
  completion: {
    about: 'print the script by which a shell completes commands, options and names of checks',
    complete: completeCompletion,
  },
}
