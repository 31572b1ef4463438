import { Command } from 'commander'
import type { Commands, Complete } from './commands.ts'
import { examplesOf, exitCodesLine } from './help/manual.ts'
import { limited, STANDARD } from './limited.ts'
import { addLookOptions } from './options/look.ts'
import { withMeantOption } from './options/meant.ts'
import {
  addConfigOption,
  addFormatOption,
  addNowOption,
  addStateOptions,
  addTagOption,
  addTimeoutOption,
  addVerboseOption,
} from './options/options.ts'
import { addBeatOption, addOutputOption } from './options/output.ts'
import { addPluginOptions } from './options/plugin.ts'
import { addAliveIntervalOption, addTellOptions } from './options/telling.ts'
import { addVersionOption } from './options/version.ts'
import type { World } from './world.ts'

const READ_NAMES = 'checks to read; * is any text (default: all)'

/** The command line for commander. */
export async function createProgram(world: World, outcome: { code: number }): Promise<Command> {
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
  const whole = (): Promise<Command> => createProgram({ ...world, argv: [] }, { code: 0 })
  const commands: Commands = { world, finish, whole }
  const wanted = world.argv.find((word) => !word.startsWith('-'))
  const meant = (text: string): string =>
    withMeantOption(text, () => {
      const options = program.commands.find((command) => command.name() === wanted)?.options ?? program.options
      return options.flatMap(({ long, hidden }) => (hidden ? [] : (long ?? [])))
    })
  // Whoever has typed one first needs no other: a run under cron does not make them all.
  const [first = ''] = world.argv
  const isOneTyped = Object.hasOwn(COMMANDS, first)
  for (const [name, { about, ...made }] of Object.entries(COMMANDS)) {
    if (isOneTyped && name !== first) continue
    const command = program.command(name).description(about).copyInheritedSettings(program)
    const complete = 'load' in made ? await made.load() : made.complete
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

export function isCommand(name: string): boolean {
  return name === 'help' || Object.hasOwn(COMMANDS, name)
}

/** In the order of the help. */
const COMMANDS: Readonly<
  Record<
    string,
    { readonly about: string } & ({ readonly complete: Complete } | { readonly load: () => Promise<Complete> })
  >
> = {
  run: { about: 'read, judge, remember and tell once, for cron', complete: completeRun },
  check: { about: 'read and judge only: a monitoring plugin', complete: completeCheck },
  status: {
    about: 'show what is open, since when, who was told, and what is muted',
    load: async () => (await import('./later.ts')).completeStatus,
  },
  ack: {
    about: 'say that you have seen what is open: nothing more is told until it gets worse or is over',
    load: async () => (await import('./later.ts')).completeAck,
  },
  silence: {
    about: 'mute checks for a while, even before anything is wrong; meanwhile only ends are told',
    load: async () => (await import('./later.ts')).completeSilence,
  },
  clear: {
    about: 'forget an incident, as if you removed its lockfile',
    load: async () => (await import('./later.ts')).completeClear,
  },
  validate: {
    about: 'list mistakes in the configuration, or in the options of a run; connects to nothing',
    load: async () => (await import('./later.ts')).completeValidate,
  },
  'test-alert': {
    about: 'send a test message through each notifier; takes the options of run',
    load: async () => (await import('./later.ts')).completeTestAlert,
  },
  schedule: {
    about: 'show when a schedule is due, as cron or systemd reads it, with remarks on likely mistakes',
    load: async () => (await import('./later.ts')).completeSchedule,
  },
  recipes: {
    about: 'list the recipes for well-known applications, or show one',
    load: async () => (await import('./later.ts')).completeRecipes,
  },
  beat: {
    about: 'leave a heartbeat of a job in a database',
    load: async () => (await import('./jobs/program.ts')).completeBeat,
  },
  exec: {
    about: 'run a command, and leave its start and end as beats of a job',
    load: async () => (await import('./jobs/program.ts')).completeExec,
  },
  jobs: {
    about: 'list jobs and how they are, or the last runs of one',
    load: async () => (await import('./jobs/program.ts')).completeJobs,
  },
  schema: {
    about: 'print the SQL of the tables that lastalive keeps in your database, or make them',
    load: async () => (await import('./later.ts')).completeSchema,
  },
  completion: {
    about: 'print the script by which a shell completes commands, options and names of checks',
    load: async () => (await import('./later.ts')).completeCompletion,
  },
}
