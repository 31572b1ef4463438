import type { Command } from 'commander'
import type { World } from './world.ts'

/** What each command is made with. */
export interface Commands {
  readonly world: World
  /** waits for a command, and keeps its exit code */
  finish(code: Promise<number>): Promise<void>
  /** the command line with all of them */
  whole(): Promise<Command>
}

/** Adds a command's arguments, options and action. */
export type Complete = (command: Command, commands: Commands) => void
