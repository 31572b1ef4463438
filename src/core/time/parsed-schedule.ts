import type { Schedule } from './scheduled.ts'

/** What an expression amounts to. */
export type ParsedSchedule =
  /** `warnings`: what probably was not meant; each a sentence */
  | { readonly kind: 'schedule'; readonly schedule: Schedule; readonly warnings: readonly string[] }
  /** what is wrong, and what to write */
  | { readonly kind: 'rejected'; readonly error: string }
