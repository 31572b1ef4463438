import type { Check } from './check.ts'
import type { Maintenance } from './incident/muted.ts'
import type { Mistake } from './judge/mistakes.ts'
import type { Limits } from './judge/range.ts'
import { bareNameOf, nameOfSource } from './names.ts'
import type { Notifier, Source } from './ports.ts'
import type { FaultKind, Policy, Routes, Seconds, Severity } from './types.ts'

/** A check with whom and when to tell. */
export interface Watched {
  readonly check: Check
  readonly policy: Policy
  /** who is told on its own account, such as `ops/alert@domain.tld` */
  readonly routes: Routes
  /** when it is expected to fail */
  readonly maintenance?: Maintenance
}

/** A source with the checks that hang on it, and whom and when to tell of its own incidents. */
export interface WatchedSource {
  readonly source: Source
  /** it is read for one check alone: it has no row of its own, and its fault is the check's */
  readonly isOfOneCheck?: true
  /** the severity of a fault of the source itself */
  readonly severities: Readonly<Record<FaultKind, Severity>>
  readonly policy: Policy
  readonly routes: Routes
  readonly maintenance?: Maintenance
  /** a clock that differs more than this from ours is told of */
  readonly skewLimit?: Seconds
  /** in seconds: that it took longer is told of, of one check as the check's own */
  readonly responseLimits?: Limits
  readonly watched: readonly Watched[]
}

/** What is wrong in a configuration, and what is left out of a run for it. */
export interface LeftOut {
  /** in the order in which they stand in the files */
  readonly mistakes: readonly Mistake[]
  /** checks that are not read, by name, and why, in one line */
  readonly checks: ReadonlyMap<string, string>
  /** the database of each of them, as far as that can be read */
  readonly databases: ReadonlySet<string>
  /** notifiers through which nothing can be told for now, by name, and why */
  readonly notifiers: ReadonlyMap<string, string>
  /** a part could not be read: any check, database or notifier may stand there */
  readonly isPartial: boolean
  /** how often the same mistakes are told, in seconds; once where it is absent */
  readonly remind?: Seconds
}

/** Everything that one run is about. */
export interface Plan {
  /** whose incidents: a run touches only those of its own configuration */
  readonly origin: string
  readonly instance: string
  /** IANA zone that people read */
  readonly timezone: string
  /** what a person types to see what is open, as messages say it */
  readonly statusCommand: string
  /** how many sources are read at a time */
  readonly concurrency: number
  readonly sources: readonly WatchedSource[]
  readonly notifiers: readonly Notifier[]
  /** names of the checks to be read; what is told is never limited by it */
  readonly selected: ReadonlySet<string>
  /** only some checks were asked for, by name or by tag */
  readonly isSelection?: boolean
  /** absent where the configuration is valid */
  readonly leftOut?: LeftOut
}

/** The names of the checks that were asked for and are not read, since something in the configuration is wrong, in order. */
export function leftOutOf({ leftOut, isSelection, selected }: Plan): readonly string[] {
  return [...(leftOut?.checks.keys() ?? [])].filter((name) => isSelection !== true || selected.has(name)).toSorted()
}

/**
 * Whether a mistake of the configuration concerns what was asked for.
 *
 * @param of what it stands in: `checks.NAME`, `databases.NAME`, `notifiers.NAME`, `defaults` …
 */
export function concernsSelected({ isSelection, selected, sources, leftOut }: Plan, of: string): boolean {
  if (isSelection !== true) return true
  const [section, name = ''] = /^([^.]*)(?:\.(.*))?$/s.exec(of)?.slice(1) ?? []
  if (section === 'notifiers' || section === 'instance' || section === 'healthchecks') return false
  if (section === 'checks') return selected.has(name)
  if (section !== 'databases') return true
  const isLeftOut =
    leftOut?.databases.has(name) === true && [...leftOut.checks.keys()].some((check) => selected.has(check))
  const source = sources.find((one) => one.isOfOneCheck !== true && bareNameOf(one.source.name) === name)
  return isLeftOut || source?.watched.some(({ check }) => selected.has(check.name)) === true
}

/** The selected checks whose values are judged by how they move. */
export function checksByMovement({ sources, selected }: Plan): readonly Check[] {
  return sources.flatMap(({ watched }) =>
    watched.flatMap(({ check }) => (check.by !== undefined && selected.has(check.name) ? [check] : [])),
  )
}

/** The names of the selected checks for which a look alone needs what runs have left. */
export function namesThatRecall(plan: Plan): readonly string[] {
  const ofSources = plan.sources.flatMap(({ source, watched }) =>
    source.remembers === true ? watched.flatMap(({ check: { name } }) => (plan.selected.has(name) ? [name] : [])) : [],
  )
  return [...ofSources, ...checksByMovement(plan).map(({ name }) => name)]
}

/** The names of all checks of a plan, and of the rows that tell whether its sources answer. */
export function namesWatched({ sources }: Plan): readonly string[] {
  return sources.flatMap(({ source, watched, isOfOneCheck }) => [
    ...(isOfOneCheck === true ? [] : [nameOfSource(bareNameOf(source.name), 'answer')]),
    ...watched.map(({ check }) => check.name),
  ])
}

/** How long things may take. */
export interface Deadline {
  /** the whole run's time */
  readonly timeout: Seconds
  /** ends reading */
  readonly reading: AbortSignal
  /** ends saving what has changed, so that there is time left to tell of it */
  readonly saving: AbortSignal
  /** ends telling */
  readonly telling: AbortSignal
  /** when telling ends */
  readonly at: Date
}
