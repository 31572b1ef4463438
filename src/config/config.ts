import type { Check } from '../core/check.ts'
import type { Maintenance } from '../core/incident/muted.ts'
import type { Limits } from '../core/judge/range.ts'
import type { LeftOut } from '../core/plan.ts'
import type { SourceKind } from '../core/source-kind.ts'
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
  readonly notifiers: ReadonlyMap<string, NotifierConfig | LeftOutNotifierConfig>
  readonly checks: readonly CheckConfig[]
  /** who is told that runs begin and end */
  readonly healthchecks?: HealthchecksConfig
  /** the database in which jobs leave their beats */
  readonly jobs?: string
  /** what is left out of it, where something is wrong */
  readonly leftOut?: LeftOutConfig
  /** whose the incidents of this configuration are */
  readonly origin: string
  /** changes with the files that it was read from and with what was inserted, so that it is not to be shown; empty for a command line */
  readonly edition: string
  /** warnings about the set-up; nothing of it keeps a run from its work */
  readonly remarks: readonly string[]
  /** passwords from files and from the environment, which must not be shown; those written inside URLs are not here */
  readonly secrets: readonly string[]
}

/** What is wrong in a configuration, and what is left out of it. */
export interface LeftOutConfig extends LeftOut {
  /** why nobody is told that runs begin and end */
  readonly pings?: string
}

/** A database that checks look into. */
export interface DatabaseConfig {
  readonly name: string
  /** of what reads it */
  readonly kind: SourceKind
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
  /** what SQL of the user's own finds set */
  readonly session?: Readonly<Record<string, string | number | boolean>>
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
  /** the key of its kind */
  readonly kind: string
  /** what the kind makes of the entry */
  readonly settings: unknown
  /** what makes one message */
  readonly group: 'run' | 'check'
  /** in place of the usual subject, with fields in braces */
  readonly subject?: string
}

/** Something is wrong with the entry of a notifier: nothing can be told through it for now. */
export interface LeftOutNotifierConfig {
  readonly name: string
  readonly leftOut: LeftOutNotifier
}

/** What can be read of an entry in which something is wrong. */
export interface LeftOutNotifier {
  /** those who are told on their own account */
  readonly to: readonly string[]
  readonly why: string
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
  /** what reads it by itself; absent where it is one of those of a database */
  readonly kind?: SourceKind
  /** the database that it is read through, where it is no check of a database */
  readonly through?: string
  /** of one that is read by itself, in seconds: that it took longer is told of */
  readonly response?: Limits
  readonly policy: Policy
  /** when it is expected to fail */
  readonly maintenance?: Maintenance
}
