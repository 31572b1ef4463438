import { due } from './due.ts'
import type { Named } from './names.ts'
import { isFault, isWorse } from './severity.ts'
import type {
  BadSeverity,
  Delivery,
  Incident,
  Notice,
  Pending,
  Policy,
  Severity,
  Standing,
  Told,
  Tried,
  Verdict,
} from './types.ts'

/** How many earlier episodes are remembered: more than anyone reads. */
const EPISODES_KEPT = 20

/** What `advance` needs to know besides the verdict. */
export interface AdvanceOptions {
  readonly policy: Pick<Policy, 'failures' | 'recoveries'>
  readonly origin: string
  readonly now: Date
  /** makes a random id; called only where an incident opens */
  readonly newId: () => string
  /** who has to hear of it while it is open */
  readonly recipients: readonly string[]
}

/**
 * What is the case after a verdict: opens, worsens, reopens or closes the incident, or counts towards one of these.
 *
 * A blocked verdict changes nothing: it says nothing about the check. Easing changes nothing either.
 *
 * @returns the same object where nothing changed
 */
export function advance(standing: Standing, verdict: Verdict, options: AdvanceOptions): Standing {
  if (verdict.blockedBy !== undefined) return standing
  // A fault that counts as ok raises nothing; but what could not be read is no recovery either.
  if (verdict.severity === 'ok' && isFault(verdict.cause)) return standing
  if (isBad(verdict.severity)) return advanceBad(standing, { ...verdict, severity: verdict.severity }, options)
  return advanceGood(standing, verdict, options)
}

/** Closes the incident of a check that is no longer in the configuration. */
export function unwatch(incident: Incident, now: Date): Incident {
  if (incident.closedAt !== undefined) return incident
  return { ...incident, closedAt: now, closedBy: { cause: 'unwatched', summary: 'no longer watched' } }
}

/**
 * Records what became of a message: what a recipient was told only once it was accepted, otherwise that it was tried.
 *
 * @param how.notice what the message said of this incident
 * @param how.messageId of the message
 */
export function settle(
  incident: Incident,
  delivery: Delivery,
  how: { readonly notice: Notice; readonly messageId: string; readonly now: Date },
): Incident {
  const { recipient } = delivery
  if (delivery.kind === 'accepted') {
    const { [recipient]: _, ...tried } = incident.tried
    return { ...incident, tried, told: { ...incident.told, [recipient]: toldBy(incident, recipient, how) } }
  }
  return {
    ...incident,
    tried: { ...incident.tried, [recipient]: triedBy(incident.tried[recipient], delivery, how.now) },
  }
}

/** Whether it is closed and nobody is left to hear it, so that the lockfile may go. */
export function isOver(
  incident: Incident,
  recipients: readonly string[],
  options: { readonly policy: Pick<Policy, 'remind'>; readonly now: Date },
): boolean {
  if (incident.closedAt === undefined) return false
  return recipients.every((recipient) => {
    const { kind, reason } = due(incident, recipient, options)
    return kind === 'none' && reason !== 'waiting'
  })
}

/**
 * The incident that a lockfile stands for which another program left: the classic alert script, say, which had told
 * everybody before it made one.
 */
export function adopt(
  named: Named,
  options: AdvanceOptions & { readonly openedAt: Date; readonly severity: BadSeverity },
): Incident {
  const { openedAt, recipients } = options
  const told = recipients.map((recipient): [string, Told] => [
    recipient,
    { kind: 'opened', severity: options.severity, cause: 'age', episode: 1, at: openedAt, count: 1, openingId: '' },
  ])
  return {
    ...opened(named, { severity: options.severity, cause: 'age', summary: 'taken over with its lockfile' }, options),
    since: openedAt,
    openedAt,
    seenAt: openedAt,
    told: Object.fromEntries(told),
  }
}

type BadVerdict = Verdict & { readonly severity: BadSeverity }

function isBad(severity: Severity): severity is BadSeverity {
  return severity !== 'ok'
}

function advanceBad(standing: Standing, verdict: BadVerdict, options: AdvanceOptions): Standing {
  const { incident } = standing
  if (incident !== undefined && incident.closedAt === undefined) return { incident: worsen(incident, verdict, options) }
  const pending: Pending = {
    count: (standing.pending?.count ?? 0) + 1,
    firstBad: standing.pending?.firstBad ?? options.now,
  }
  if (pending.count < options.policy.failures) return { ...standing, pending }
  const since = verdict.since ?? pending.firstBad
  if (incident === undefined) return { incident: { ...opened(verdict, verdict, options), since } }
  return { incident: { ...reopened(incident, verdict, options), since } }
}

function advanceGood(standing: Standing, verdict: Verdict, options: AdvanceOptions): Standing {
  const { incident } = standing
  if (incident === undefined || incident.closedAt !== undefined) {
    return standing.pending === undefined ? standing : incident === undefined ? {} : { incident }
  }
  const recoveries = incident.recoveries + 1
  if (recoveries < options.policy.recoveries) return { incident: { ...incident, recoveries } }
  const closedBy = { cause: verdict.cause, summary: verdict.summary }
  return { incident: { ...incident, recoveries, closedAt: options.now, closedBy } }
}

function worsen(incident: Incident, verdict: BadVerdict, options: AdvanceOptions): Incident {
  const audience = union(incident.audience, options.recipients)
  const heard =
    incident.recoveries === 0 && audience === incident.audience ? incident : { ...incident, recoveries: 0, audience }
  if (!isWorse(verdict, incident)) return heard
  // `since` never moves within an episode: it is when the trouble began, whatever it has turned into.
  const { cure: _cure, limit: _limit, ...rest } = heard
  return { ...rest, ...seen(verdict, options.now) }
}

/** What an incident takes over from the verdict that opened or worsened it. */
type Words = Pick<BadVerdict, 'severity' | 'cause' | 'summary' | 'cure' | 'lastBeat' | 'limit'>

function seen(verdict: Words, now: Date): Words & Pick<Incident, 'seenAt'> {
  return {
    severity: verdict.severity,
    cause: verdict.cause,
    summary: verdict.summary,
    seenAt: now,
    ...(verdict.cure === undefined ? {} : { cure: verdict.cure }),
    ...(verdict.lastBeat === undefined ? {} : { lastBeat: verdict.lastBeat }),
    ...(verdict.limit === undefined ? {} : { limit: verdict.limit }),
  }
}

function opened({ check, item }: Named, verdict: Words, { origin, now, newId, recipients }: AdvanceOptions): Incident {
  return {
    id: newId(),
    origin,
    check,
    ...(item === undefined ? {} : { item }),
    ...seen(verdict, now),
    episode: 1,
    earlier: [],
    since: now,
    openedAt: now,
    recoveries: 0,
    audience: recipients,
    told: {},
    tried: {},
  }
}

function reopened(incident: Incident, verdict: BadVerdict, { now, recipients }: AdvanceOptions): Incident {
  const { episode, since, closedAt = now } = incident
  const { closedAt: _end, closedBy: _words, cure: _cure, lastBeat: _beat, limit: _limit, ...rest } = incident
  return {
    ...rest,
    ...seen(verdict, now),
    episode: episode + 1,
    earlier: [...incident.earlier, { episode, since, closedAt }].slice(-EPISODES_KEPT),
    openedAt: now,
    recoveries: 0,
    audience: recipients,
  }
}

function toldBy(
  incident: Incident,
  recipient: string,
  { notice, messageId, now }: { readonly notice: Notice; readonly messageId: string; readonly now: Date },
): Told {
  const before = incident.told[recipient]
  const sameEpisode = before?.episode === notice.incident.episode
  return {
    kind: notice.kind,
    severity: notice.incident.severity,
    cause: notice.incident.cause,
    episode: notice.incident.episode,
    at: now,
    count: notice.ordinal,
    openingId: sameEpisode && before !== undefined ? before.openingId : messageId,
  }
}

function triedBy(before: Tried | undefined, delivery: Exclude<Delivery, { kind: 'accepted' }>, now: Date): Tried {
  const kind = delivery.kind === 'uncertain' ? 'uncertain' : delivery.permanent ? 'permanent' : 'refused'
  const count = (before?.count ?? 0) + (kind === 'refused' ? 0 : 1)
  const since = before?.kind === kind ? before.since : now
  return { at: now, since, count, kind, error: delivery.error }
}

function union(a: readonly string[], b: readonly string[]): readonly string[] {
  const added = b.filter((name) => !a.includes(name))
  return added.length === 0 ? a : [...a, ...added]
}
