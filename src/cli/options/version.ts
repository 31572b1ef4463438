import { type Command, CommanderError } from 'commander'
import { readVersion } from '../version.ts'
import type { World } from '../world.ts'

/** `-V` as commander has it, whose own wants the version before anybody has asked for it. */
export function addVersionOption(command: Command, { stdout }: World): Command {
  return command.option('-V, --version', 'print the version').on('option:version', () => {
    const version = readVersion()
    stdout.write(`${version}\n`)
    throw new CommanderError(0, 'commander.version', version)
  })
}
