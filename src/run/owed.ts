import { isOver } from '../core/incident/incident.ts'
import type { Due } from '../core/incident/notice.ts'
import type { Undelivered } from '../core/incident/report.ts'
import { hasHeardEnd } from '../core/incident/told.ts'
import { titleOf } from '../core/names.ts'
import { own } from '../core/own.ts'
import type { Plan } from '../core/plan.ts'
import type { Incident } from '../core/types.ts'
import { joined } from '../core/words/joined.ts'
import { dueIn, dueOptionsOf, type Rules, ruleOf } from './rules.ts'
import type { Tellable, Telling } from './tell.ts'
/** The incidents that are over: all have heard it, or whoever has not is given up. */
export function overIn(incidents: Tellable['incidents'], rules: Rules): ReadonlyMap<Incident, 'heard' | 'given up'> {
  const over = new Map<Incident, 'heard' | 'given up'>()
  for (const incident of incidents.values()) {
    const { recipients } = ruleOf(rules, incident)
    if (!isOver(incident, recipients, dueOptionsOf(rules, incident)) || isOwedToLeftOut(rules.plan, incident)) continue
    const isGivenUp = recipients.some((recipient) => dueIn(rules, incident, recipient).reason === 'given up')
    over.set(incident, isGivenUp ? 'given up' : 'heard')
  }
  return over
}

/**
 * Whether somebody has not heard the end of it who was told through a notifier that cannot be read now: who its
 * recipients are is not known.
 */
function isOwedToLeftOut(plan: Plan, incident: Incident): boolean {
  const leftOut = plan.leftOut?.notifiers ?? new Map()
  if (leftOut.size === 0) return false
  const heard = [...Object.entries(incident.told)].flatMap(([recipient, told]) =>
    hasHeardEnd(told) ? [] : [recipient],
  )
  const known = new Set(plan.notifiers.flatMap(({ recipients }) => recipients))
  return [...heard, ...incident.audience].some(
    (recipient) => !known.has(recipient) && leftOut.has(recipient.split('/', 1)[0] ?? ''),
  )
}

/** Who is still owed something, by recipient and reason. */
export function undeliveredOf({ incidents, elsewhere }: Telling, rules: Rules): readonly Undelivered[] {
  const owed = new Map<string, Undelivered>()
  for (const [id, incident] of incidents) {
    for (const recipient of ruleOf(rules, incident).recipients) {
      const wanted = elsewhere.get(recipient)?.has(id) === true ? undefined : owedTo(recipient, incident, rules)
      if (wanted === undefined) continue
      const error = own(incident.tried, recipient)?.error ?? 'not tried'
      const key = joined(recipient, error)
      const checks = [...(owed.get(key)?.checks ?? []), titleOf(incident)]
      const wait = wanted.nextTry === undefined ? {} : { nextTry: wanted.nextTry }
      const isGivenUp = wanted.reason === 'given up'
      owed.set(key, { recipient, checks, error, isGivenUp, ...wait })
    }
  }
  return [...owed.values()]
}

function owedTo(recipient: string, incident: Incident, rules: Rules): Due | undefined {
  const { policy } = ruleOf(rules, incident)
  // A reminder is owed only where it was tried in vain: with `always` the next one is due as soon as one was told.
  const remind = own(incident.tried, recipient) === undefined ? 'never' : policy.remind
  const wanted = dueIn(rules, incident, recipient, { policy: { ...policy, remind } })
  return wanted.kind === 'none' && wanted.owed === undefined ? undefined : wanted
}
