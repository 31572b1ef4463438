import type { Seconds } from '../../core/types.ts'

/** The protocols that begin in plain. */
export const STARTING = ['smtp', 'imap', 'postgres'] as const

/** Whose certificates are looked at. */
export interface TlsLook {
  /** `host:port` or `[::1]:port` */
  readonly endpoint: string
  readonly starttls?: (typeof STARTING)[number]
  /** the name that the certificate must have */
  readonly serverName: string
  readonly ca?: string
  /** it has limits for the days that are left */
  readonly isLimited: boolean
  readonly timeout: Seconds
}
