import type { Check } from '../core/check.ts'
import { type DueOptions, due } from '../core/incident/due.ts'
import { entryOf } from '../core/incident/entry.ts'
import { type Maintenance, mutedBy, type Silence } from '../core/incident/muted.ts'
import type { Due } from '../core/incident/notice.ts'
import { everyoneIn, routesTo } from '../core/incident/routes.ts'
import { type Aspect, bareNameOf, CONFIGURATION, type Named, nameOfSource, STUCK_RUN, sourceIn } from '../core/names.ts'
import type { Plan } from '../core/plan.ts'
import type { Clock, JournalEntry } from '../core/ports.ts'
import type { Incident, Muted, Policy, Routes, Seconds } from '../core/types.ts'

/** How a check or a source is told of, and the check where it is one. */
export interface Rule {
  readonly policy: Pick<Policy, 'failures' | 'recoveries' | 'remind' | 'recovered' | 'flap'>
  readonly routes: Routes
  /** all of whom any of it is meant for */
  readonly recipients: readonly string[]
  readonly maintenance?: Maintenance
  readonly check?: Check
}

/** What holds in a run for each check and source: how it is told of, and what of it is muted. */
export interface Rules {
  readonly plan: Plan
  readonly rows: ReadonlyMap<string, Rule>
  readonly silences: readonly Silence[]
  readonly clock: Clock
  /** how far the clock of each source that answered in this run is ahead of ours, by its name */
  readonly skews: ReadonlyMap<string, Seconds>
}

/** How far the clock that counts for a check or a source is ahead of ours in this run; undefined where nobody knows. */
export function aheadIn({ skews, rows }: Rules, { check }: Named): Seconds | undefined {
  const watched = rows.get(check)?.check
  if (watched !== undefined) return watched.clock === 'local' ? undefined : skews.get(watched.source)
  const of = sourceIn(check)
  return of === undefined ? undefined : skews.get(of.source)
}

/** A check's or source's policy; what is no longer in the configuration is told to everybody who heard of it. */
export function ruleOf(rules: Pick<Rules, 'plan' | 'rows'>, named: Named & Partial<Pick<Incident, 'audience'>>): Rule {
  const { plan, rows } = rules
  const row = rows.get(named.check)
  if (row !== undefined) return row
  return isLeftOut(rules, named) ? ruleForAudience(plan, named.audience ?? []) : ruleForAll(plan)
}

/**
 * Whether a check or a source may be in the configuration, and only cannot be read there: nothing of it ends, is said
 * again, or is told to others than those who had to hear of it.
 */
export function isLeftOut({ plan, rows }: Pick<Rules, 'plan' | 'rows'>, { check }: Named): boolean {
  const { leftOut } = plan
  if (leftOut === undefined || rows.has(check)) return false
  if (leftOut.isPartial || leftOut.checks.has(check)) return true
  const of = sourceIn(check)
  return of !== undefined && leftOut.databases.has(of.source)
}

/** What one recipient should hear of an incident at the moment. */
export function dueIn(rules: Rules, incident: Incident, recipient: string, changes: Partial<DueOptions> = {}): Due {
  return due(incident, recipient, { ...dueOptionsOf(rules, incident), ...changes })
}

/** What it depends on what anybody should hear of an incident. */
export function dueOptionsOf(rules: Rules, incident: Incident): DueOptions {
  const { policy, routes } = ruleOf(rules, incident)
  const quiet = mutedIn(rules, incident)
  const options = { policy, routes, now: rules.clock.now(), ...(quiet === undefined ? {} : { quiet }) }
  return isLeftOut(rules, incident) ? { ...options, isBlocked: true } : options
}

/** What the journal says of something that happened, with how far the clock that counts is ahead of ours. */
export function entryIn(rules: Rules, event: JournalEntry['event'], incident: Incident): JournalEntry {
  const entry = entryOf(event, incident, rules.clock.now())
  const ahead = aheadIn(rules, incident)
  return ahead === undefined ? entry : { ...entry, ahead: Math.round(ahead) }
}

/** Why nothing is said of it at the moment, where nothing is. */
export function mutedIn(rules: Rules, named: Named): Muted | undefined {
  const { maintenance, check } = ruleOf(rules, named)
  const { silences } = rules
  if (silences.length === 0 && maintenance === undefined) return undefined
  return mutedBy(named, { silences, tags: check?.tags ?? [], maintenance, now: rules.clock.now() })
}

/** The rows of a plan, by their names. */
export function rulesOf(plan: Plan): ReadonlyMap<string, Rule> {
  // A source without checks is not read, so what was open for it is no longer watched.
  const read = plan.sources.filter(({ watched }) => watched.length > 0)
  const rows = read.flatMap(
    ({
      source,
      watched,
      skewLimit,
      responseLimits,
      isOfOneCheck,
      ...telling
    }): readonly (readonly [string, Rule])[] => {
      const checks = watched.map((row) => [row.check.name, ruleFor(row)] as const)
      if (isOfOneCheck === true) return checks
      const aspects: readonly Aspect[] = [
        'answer',
        ...(skewLimit === undefined ? [] : ['clock' as const]),
        ...(responseLimits === undefined ? [] : ['response' as const]),
      ]
      const name = bareNameOf(source.name)
      return [...aspects.map((aspect) => [nameOfSource(name, aspect), ruleFor(telling)] as const), ...checks]
    },
  )
  return new Map([...rows, [STUCK_RUN, ruleForAll(plan)], [CONFIGURATION, ruleForConfiguration(plan)]])
}

function ruleFor(telling: Omit<Rule, 'recipients'>): Rule {
  return { ...telling, recipients: everyoneIn(telling.routes) }
}

function ruleForConfiguration(plan: Plan): Rule {
  const row = ruleForAll(plan)
  const remind = plan.leftOut?.remind
  return remind === undefined ? row : { ...row, policy: { ...row.policy, remind } }
}

function ruleForAll({ notifiers }: Plan): Rule {
  return ruleForThose(notifiers.flatMap((notifier) => notifier.recipients))
}

/** Those who had to hear of it, as far as there is still a way to tell them. */
function ruleForAudience({ notifiers }: Plan, audience: readonly string[]): Rule {
  const recipients = notifiers.flatMap((notifier) => notifier.recipients)
  return ruleForThose(recipients.filter((recipient) => audience.includes(recipient)))
}

function ruleForThose(recipients: readonly string[]): Rule {
  const policy = { failures: 1, recoveries: 1, remind: 'never' as const, recovered: true }
  return { policy, routes: routesTo(recipients), recipients }
}
