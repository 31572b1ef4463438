import type { Program } from '../../core/shape/program.ts'
import type { Seconds } from '../../core/types.ts'

/** What a command prints. */
export const PRINTS = ['plugin', 'age', 'number'] as const

/** What a source that runs a command needs to know of a check. */
export interface CommandLook {
  readonly run: Program
  readonly prints: (typeof PRINTS)[number]
  readonly timeout: Seconds
  readonly environment: Readonly<Record<string, string>>
}
