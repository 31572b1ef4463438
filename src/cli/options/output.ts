import { type Command, InvalidArgumentError, Option } from 'commander'
import { mayHoldPassword } from '../../core/shape/tree.ts'

export function addOutputOption(command: Command): Command {
  const about = 'write the report to this file, not to stdout; the file is replaced as a whole'
  return command.addOption(new Option('--output <file>', about).argParser(outputFile))
}

export function addBeatOption(command: Command): Command {
  const about = 'leave what peers read in this file, or in lastalive_watcher of this database of the configuration'
  return command.addOption(new Option('--beat-to <place>', about).argParser(beatPlace))
}

function beatPlace(text: string): string {
  const example = 'write a path, or the name of a database of the configuration.'
  if (text === '') throw new InvalidArgumentError(`is empty (a variable that is not set?); ${example}`)
  if (text === '-') throw new InvalidArgumentError(`is no file; ${example}`)
  if (mayHoldPassword(text)) throw new InvalidArgumentError(`looks like a URL; ${example}`)
  return text
}

function outputFile(text: string): string {
  if (text === '') throw new InvalidArgumentError('is empty (a variable that is not set?); write a path.')
  if (text === '-') throw new InvalidArgumentError('for stdout, leave --output out.')
  if (mayHoldPassword(text)) throw new InvalidArgumentError('looks like a URL; write a path.')
  return text
}
