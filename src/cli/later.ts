import { Argument, type Command, Option } from 'commander'
import type { Commands } from './commands.ts'
import { NAMES, SHELLS } from './completion/completed.ts'
import { limited, STANDARD } from './limited.ts'
import { addLookOptions, OPEN_NAMES } from './options/look.ts'
import {
  addConfigOption,
  addFormatOption,
  addNowOption,
  addStateOptions,
  addTagOption,
  addTimeoutOption,
  collect,
  duringFor,
  parseCountOption,
  parseDurationOption,
  parseZoneOption,
} from './options/options.ts'
import { addAliveIntervalOption, addTellOptions } from './options/telling.ts'

/** The command `status`. */
export function completeStatus(status: Command, commands: Commands): void {
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

/** The command `clear`. */
export function completeClear(clear: Command, commands: Commands): void {
  clear.argument('[name...]', OPEN_NAMES)
  addHandOptions(clear).action(async (names, options) => {
    const { clearCommand } = await import('./commands/clear.ts')
    await commands.finish(clearCommand(names, options, commands.world))
  })
}

/** The command `ack`. */
export function completeAck(ack: Command, commands: Commands): void {
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

/** The command `silence`. */
export function completeSilence(silence: Command, commands: Commands): void {
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

/** The command `validate`. */
export function completeValidate(validate: Command, commands: Commands): void {
  addTellOptions(addAliveIntervalOption(addLookOptions(addStateOptions(addConfigOption(validate))))).action(
    async (options) => {
      const { validateCommand } = await import('./commands/validate.ts')
      await commands.finish(validateCommand(options, commands.world))
    },
  )
}

/** The command `test-alert`. */
export function completeTestAlert(command: Command, commands: Commands): void {
  command.argument('[notifier...]', 'notifiers (default: all)')
  const described = addLookOptions(addStateOptions(addConfigOption(addTimeoutOption(command, STANDARD.run))))
  addTellOptions(addAliveIntervalOption(described)).action(async (names, options) => {
    const { testAlertCommand } = await import('./commands/test-alert.ts')
    const time = { timeout: options.timeout ?? STANDARD.run, code: 4 } as const
    await commands.finish(limited(commands.world, time, () => testAlertCommand(names, options, commands.world)))
  })
}

/** The command `schedule`. */
export function completeSchedule(command: Command, commands: Commands): void {
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

/** The command `recipes`. */
export function completeRecipes(command: Command, commands: Commands): void {
  command.argument('[name]', 'the recipe to show').action(async (name) => {
    const { recipesCommand } = await import('./commands/recipes.ts')
    await commands.finish(recipesCommand(name, commands.world))
  })
}

/** The command `schema`. */
export function completeSchema(command: Command, commands: Commands): void {
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

/** The command `completion`. */
export function completeCompletion(command: Command, commands: Commands): void {
  const about = 'the shell whose script to print, or a kind of names, for which such a script asks'
  command.addArgument(new Argument('[what]', about).choices([...SHELLS, ...NAMES]))
  addStateOptions(addConfigOption(command)).action(async (what, options) => {
    const { completionCommand } = await import('./commands/completion.ts')
    const { world, whole } = commands
    await commands.finish(completionCommand(what, options, { world, program: whole }))
  })
}

/** For the commands that change what a run has remembered. */
function addHandOptions(command: Command): Command {
  return addStateOptions(addTimeoutOption(command, STANDARD.run, 'how long to wait for a run that is under way'))
}
