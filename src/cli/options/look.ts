import type { Command } from 'commander'
import { addCheckOptions } from './options.ts'
import { addSourceOptions } from './sources.ts'

/** What names of checks and rows may be given to commands that change what a run has remembered. */
export const OPEN_NAMES = 'checks, rows or database:NAME; * is any text'

/** The options that say what is looked at. */
export function addLookOptions(command: Command): Command {
  return addSourceOptions(addCheckOptions(command))
}
