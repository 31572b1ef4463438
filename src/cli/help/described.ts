import type { Argument, Command, Help, Option } from 'commander'
import { collect } from '../options/options.ts'

/** The command line as data, for the manual page and completion. */
export interface Described {
  readonly name: string
  readonly about: string
  readonly options: readonly DescribedOption[]
  readonly commands: readonly DescribedCommand[]
}

export interface DescribedCommand {
  readonly name: string
  readonly about: string
  /** what follows the program's name: `run [options] [name...]` */
  readonly usage: string
  readonly arguments: readonly DescribedArgument[]
  readonly options: readonly DescribedOption[]
}

export interface DescribedArgument {
  readonly name: string
  readonly about: string
  readonly choices: readonly string[]
  readonly isRepeated: boolean
}

export interface DescribedOption {
  /** with dashes, the short one first: `-c`, `--critical` */
  readonly flags: readonly string[]
  /** the name of its value, without brackets; undefined if it takes none */
  readonly value: string | undefined
  readonly about: string
  /** the same without its choices */
  readonly brief: string
  readonly choices: readonly string[]
  readonly group: string
  readonly isRepeated: boolean
}

export const USUAL_GROUP = 'Options'

export function describeProgram(program: Command): Described {
  const help = program.createHelp()
  return {
    name: program.name(),
    about: program.description(),
    options: help.visibleOptions(program).map((option) => describeOption(option, help)),
    commands: help.visibleCommands(program).map((command) => describeCommand(command, help)),
  }
}

function describeCommand(command: Command, help: Help): DescribedCommand {
  return {
    name: command.name(),
    about: command.description(),
    usage: help.subcommandTerm(command),
    arguments: command.registeredArguments.map((argument) => describeArgument(argument, help)),
    options: help.visibleOptions(command).map((option) => describeOption(option, help)),
  }
}

function describeArgument(argument: Argument, help: Help): DescribedArgument {
  return {
    name: argument.name(),
    about: help.argumentDescription(argument),
    choices: argument.argChoices ?? [],
    isRepeated: argument.variadic,
  }
}

function describeOption(option: Option, help: Help): DescribedOption {
  const { short, long, flags, argChoices = [], parseArg, helpGroupHeading = USUAL_GROUP } = option
  return {
    flags: [short, long].filter((flag) => flag !== undefined),
    value: /<(.+)>/.exec(flags)?.[1],
    about: help.optionDescription(option),
    brief: option.description,
    choices: argChoices,
    group: helpGroupHeading.replace(/:$/, ''),
    isRepeated: parseArg === collect,
  }
}
