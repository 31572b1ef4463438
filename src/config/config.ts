import type { Check } from '../core/check.ts'
import type { Maintenance } from '../core/quiet.ts'
import type { Limits } from '../core/range.ts'
import type { FaultKind, Policy, Seconds, Severity } from '../core/types.ts'

/** A configuration in which every reference is known to hold. URLs are still as they were written. */
export interface Config {
  /** who watches, as messages say it */
  readonly instance: string
  /** IANA zone of what people read */
  readonly timezone: string
  /** how many databases are asked at a time */
  readonly concurrency: number
  readonly databases: ReadonlyMap<string, DatabaseConfig>
  readonly notifiers: ReadonlyMap<string, NotifierConfig>
  readonly checks: readonly CheckConfig[]
  /** who is told that runs begin and end */
  readonly healthchecks?: HealthchecksConfig
  /** whose the incidents of this configuration are */
  readonly origin: string
  /** changes with the files that it was read from and with what was inserted, so that it is not to be shown; empty for a command line */
  readonly edition: string
  /** warnings about the set-up; nothing of it keeps a run from its work */
  readonly remarks: readonly string[]
  /** passwords from files and from the environment, which must not be shown; those written inside URLs are not here */
  readonly secrets: readonly string[]
}

/** A database that checks look into. */
export interface DatabaseConfig {
  readonly name: string
  /** as written; undefined where the PG* variables name it, which only the one-line form knows */
  readonly url: string | undefined
  /** what stands in `password_file` */
  readonly password?: string
  readonly timeout?: Seconds
  /** a clock that differs more than this from ours is told of, in seconds */
  readonly skew?: Seconds
  /** in seconds: that it took longer to connect and to answer is told of */
  readonly response?: Limits
  /** IANA zone in which its timestamps without a zone are read */
  readonly storedIn: string
  /** what it means that it cannot be reached */
  readonly unreachable: Severity
  /** the severity of each kind of fault of the database itself; `timeout` is that of connecting: it follows `unreachable` */
  readonly faults: Readonly<Record<FaultKind, Severity>>
  /** only what its own entry says; the rest goes by the checks that look into it */
  readonly policy: Partial<Policy>
  /** when it is expected to fail */
  readonly maintenance?: Maintenance
}

/** A way of telling. */
export interface NotifierConfig {
  readonly name: string
  readonly way: Way
  /** what makes one message */
  readonly group: 'run' | 'check'
  /** in place of the usual subject, with fields in braces */
  readonly subject?: string
}

/** How something is told. */
export type Way =
  | { readonly kind: 'mail'; readonly mail: MailConfig }
  | { readonly kind: 'webhook'; readonly webhook: WebhookConfig }
  | { readonly kind: 'command'; readonly command: CommandConfig }
  | { readonly kind: 'icinga'; readonly icinga: IcingaConfig }

/** Mail, through a server or through the local sendmail; with neither `smtp` nor `sendmail` the usual sendmail serves. */
export interface MailConfig {
  /** bare addresses, each once */
  readonly to: readonly string[]
  readonly from?: string
  /** an `smtp://` or `smtps://` URL, as written */
  readonly smtp?: string
  /** absolute path */
  readonly sendmail?: string
}

/** A request to a web server for each message. */
export interface WebhookConfig {
  /** as written */
  readonly url: string
  readonly method: 'POST' | 'PUT' | 'PATCH'
  /** with fields in braces in their values */
  readonly headers: Readonly<Record<string, string>>
  /** a text, or a tree that is sent as JSON, with fields in braces in its texts */
  readonly body?: unknown
  readonly timeout: Seconds
  /** path of the certificates to trust in place of the system's */
  readonly ca?: string
}

/** A program that is run for each message. */
export interface CommandConfig {
  /** the program, absolute, and its arguments */
  readonly run: readonly [path: string, ...args: string[]]
  readonly timeout: Seconds
}

/** Passive check results for Nagios or Icinga. */
export interface IcingaConfig {
  /** `url`: as written; `ca`: path of the certificates to trust in place of the system's */
  readonly place:
    | { readonly kind: 'command file'; readonly path: string }
    | { readonly kind: 'api'; readonly url: string; readonly ca?: string }
  /** with fields in braces */
  readonly host: string
  readonly service: string
  readonly timeout: Seconds
}

/** A check of Healthchecks, or whatever speaks like it. */
export interface HealthchecksConfig {
  /** as written */
  readonly url: string
  /** for each ping */
  readonly timeout: Seconds
  /** lower exit codes are reported as 0 */
  readonly failsFrom: number
}

/** A check, and when and whom it tells. */
export interface CheckConfig {
  readonly check: Check
  readonly policy: Policy
  /** when it is expected to fail */
  readonly maintenance?: Maintenance
}
