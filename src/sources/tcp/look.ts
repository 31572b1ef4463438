import type { Seconds } from '../../core/types.ts'

/** What is connected to, and what is to come. */
export interface TcpLook {
  /** `host:port`, `[::1]:port`, or `unix:/path` */
  readonly endpoint: string
  readonly send?: string
  /** a text that must come */
  readonly answer?: string
  readonly timeout: Seconds
}
