import type { Seconds } from '../../core/types.ts'

/** What a check of another watcher looks at. */
export interface PeerLook {
  /** the URL, or the absolute path, of what its runs leave */
  readonly place: string
  /** it is right that it has no checks but of peers */
  readonly hasNoChecks: boolean
  readonly timeout: Seconds
  /** path of the certificates to trust in place of the system's */
  readonly ca?: string
}
