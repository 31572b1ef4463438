import type { Seconds } from '../../core/types.ts'

/** What a check of another watcher looks at. */
export interface PeerLook {
  /** the URL, or the absolute path, of what its runs leave; or its row in a table */
  readonly place: string | PeerRow
  /** it is right that it has no checks but of peers */
  readonly hasNoChecks: boolean
  readonly timeout: Seconds
  /** path of the certificates to trust in place of the system's */
  readonly ca?: string
}

/** Where a watcher leaves a row. */
export interface PeerRow {
  /** the name of the database in the configuration */
  readonly database: string
  /** what that watcher calls itself */
  readonly name: string
}
