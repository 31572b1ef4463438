import type { Seconds } from '../../core/types.ts'

/** What a source that asks a module needs to know of a check. */
export interface ModuleLook {
  readonly path: string
  readonly options: unknown
  readonly timeout: Seconds
}
