import { present } from '../given.ts'
import { addsMistakes, identitiesOf, notReadFor } from '../judge/mistakes.ts'
import { isFault, isWorse } from '../judge/severity.ts'
import type { Named } from '../names.ts'
import { own } from '../own.ts'
import { presentIncident } from '../time/present-clock.ts'
import type { Acknowledgement, BadSeverity, Incident, Policy, Seconds, Severity, Told, Verdict } from '../types.ts'
import { countAfter, countRun, isBackToGood, isEnough, withPending, withRecent } from './count.ts'
import { type DueOptions, due } from './due.ts'
import type { FlapLimit } from './flap.ts'
import type { Standing } from './standing.ts'

const EPISODES_KEPT = 20

/** The summary of an incident whose lockfile another program left, until the check is read. */
const TAKEN_OVER = 'taken over with its lockfile'

export interface AdvanceOptions {
  readonly policy: Pick<Policy, 'failures' | 'recoveries' | 'flap'>
  readonly whose: { readonly origin: string }
  readonly now: Date
  /** when the run began; an incident opens at this time, however long the reading took */
  readonly startedAt: Date
  /** how far the clock that counts is ahead of this host's; undefined if unknown */
  readonly ahead?: Seconds | undefined
  readonly newId: () => string
  /** who is told of an open incident that is not silenced */
  readonly audienceOf: (severity: BadSeverity) => readonly string[]
}

/**
 * Applies a verdict: it opens, worsens, reopens or closes the incident, or counts towards that.
 *
 * A blocked verdict changes nothing, since it says nothing about the check. Nor does one that is less bad.
 *
 * @returns the same object if nothing changed
 */
export function advance(before: Standing, verdict: Verdict, options: AdvanceOptions): Standing {
  if (verdict.blockedBy !== undefined) return before
  const standing = presently(before, options)
  // A fault that counts as ok opens nothing. But what could not be read is not a recovery either.
  if (verdict.severity === 'ok' && isFault(verdict.cause)) return standing
  const counted = countRun(standing, isBad(verdict.severity), options)
  if (isBad(verdict.severity)) return advanceBad(counted, { ...verdict, severity: verdict.severity }, options)
  return advanceGood(counted, verdict, options)
}

function presently(standing: Standing, { ahead }: AdvanceOptions): Standing {
  const incident = standing.incident && presentIncident(standing.incident, ahead)
  return incident === undefined || incident === standing.incident ? standing : { ...standing, incident }
}

export function unwatch(incident: Incident, now: Date): Incident {
  if (incident.closedAt !== undefined) return incident
  return { ...incident, closedAt: now, closedBy: { cause: 'unwatched', summary: 'no longer watched' } }
}

/** Whether the lockfile may go: it is closed, does not flap, and nobody is left to be told. */
export function isOver(incident: Incident, recipients: readonly string[], options: DueOptions): boolean {
  if (incident.closedAt === undefined || incident.flapping !== undefined) return false
  return recipients.every((recipient) => {
    const { kind, reason } = due(incident, recipient, options)
    return kind === 'none' && reason !== 'waiting'
  })
}

/**
 * Ends flapping when the check has not changed for as long as its openings count.
 *
 * @returns the same object if nothing changed
 */
export function calm(
  incident: Incident,
  { flap, now }: { readonly flap: FlapLimit | undefined; readonly now: Date },
): Incident {
  if (incident.flapping === undefined) return incident
  const { flapping: _, ...still } = incident
  const stillMs = now.getTime() - (incident.closedAt ?? incident.openedAt).getTime()
  // A change in the future was before the clock was put back. Nobody knows how long ago that was.
  return flap === undefined || stillMs < 0 || stillMs >= flap.within * 1_000 ? still : incident
}

/**
 * Notes who has to be told of an open incident: also who was added to the configuration meanwhile, or could not be told
 * while it was silenced.
 *
 * @returns the same object if nothing changed
 */
export function heed(incident: Incident, audienceOf: AdvanceOptions['audienceOf']): Incident {
  if (incident.closedAt !== undefined) return incident
  const audience = union(incident.audience, audienceOf(incident.severity))
  return audience === incident.audience ? incident : { ...incident, audience }
}

export function acknowledge(incident: Incident, acknowledged: Acknowledgement): Incident {
  return { ...incident, acknowledged }
}

export function unacknowledge({ acknowledged: _, ...incident }: Incident): Incident {
  return incident
}

/**
 * The incident of a lockfile that another program left, such as the classic alert script. That had told everybody
 * before it made the file.
 */
export function adopt(
  named: Named,
  options: AdvanceOptions & { readonly openedAt: Date; readonly severity: BadSeverity },
): Incident {
  const { openedAt } = options
  const told = options
    .audienceOf(options.severity)
    .map((recipient): [string, Told] => [
      recipient,
      { kind: 'opened', severity: options.severity, cause: 'age', episode: 1, at: openedAt, count: 1, openingId: '' },
    ])
  return {
    ...opened(named, { severity: options.severity, cause: 'age', summary: TAKEN_OVER }, options),
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
  if (incident !== undefined && incident.closedAt === undefined) {
    return { ...standing, incident: worsen(incident, verdict, options) }
  }
  const { pending } = standing
  if (pending === undefined || !isEnough(pending, options.policy)) return standing
  const since = verdict.since ?? pending.firstBad
  const open = incident === undefined ? opened(verdict, verdict, options) : reopened(incident, verdict, options)
  return flapped(withRecent({ ...open, since }, pending.recent ?? ''), standing.openings ?? [], options)
}

function flapped(incident: Incident, before: readonly Date[], { policy: { flap }, now }: AdvanceOptions): Standing {
  if (flap === undefined) return { incident }
  const openings = [...recentOpenings(before, flap, now), now].slice(-flap.count - 1)
  const [since = now] = openings
  const { flapping = openings.length > flap.count ? { since, openings: flap.count } : undefined } = incident
  if (flapping === undefined) return { incident, openings }
  return { incident: { ...incident, flapping: { ...flapping, openings: flapping.openings + 1 } }, openings }
}

/** Openings that still count. One in the future was before the clock was put back. */
export function recentOpenings(openings: readonly Date[], { within }: FlapLimit, now: Date): readonly Date[] {
  return openings.filter((at) => at <= now && now.getTime() - at.getTime() < within * 1_000)
}

function advanceGood(standing: Standing, verdict: Verdict, options: AdvanceOptions): Standing {
  const { incident } = standing
  if (incident === undefined || incident.closedAt !== undefined) return standing
  const better = { ...incident, recoveries: incident.recoveries + 1 }
  if (!isBackToGood(better, options.policy)) return { ...standing, incident: better }
  const closedBy = { cause: verdict.cause, summary: verdict.summary }
  const closed = { ...better, closedAt: options.now, closedBy }
  return withPending({ ...standing, incident: closed }, countAfter(closed, options))
}

function worsen(before: Incident, verdict: BadVerdict, options: AdvanceOptions): Incident {
  const incident = before.summary === TAKEN_OVER ? filledIn(before, verdict, options) : before
  const heard = incident.recoveries === 0 ? incident : { ...incident, recoveries: 0 }
  const isNews = addsMistakes(verdict.mistakes, identitiesOf(incident.mistakes))
  if (!isWorse(verdict, incident) && !isNews) return heard
  // `since` never moves within an episode: it is when the trouble began. An acknowledgement was for the earlier, lesser
  // trouble.
  const { cure: _cure, limit: _limit, tail: _tail, notRead: _notRead, acknowledged: _acknowledged, ...rest } = heard
  return { ...rest, ...seen(verdict, options.now) }
}

/**
 * The program that left the lockfile told of the opening. Since when it is bad is known only now, unless there was a
 * beat meanwhile.
 */
function filledIn(incident: Incident, verdict: BadVerdict, { now }: AdvanceOptions): Incident {
  const { lastBeat, ...known } = seen(verdict, now)
  const { since = incident.since } = verdict
  return {
    ...incident,
    ...known,
    ...(lastBeat !== undefined && lastBeat < incident.openedAt ? { lastBeat } : {}),
    since: since < incident.since ? since : incident.since,
  }
}

type OpeningWords = Pick<
  BadVerdict,
  'severity' | 'cause' | 'summary' | 'cure' | 'tail' | 'lastBeat' | 'limit' | 'mistakes' | 'leftOut'
>

function seen(verdict: OpeningWords, now: Date): Omit<OpeningWords, 'leftOut'> & Pick<Incident, 'seenAt' | 'notRead'> {
  const { severity, cause, summary, cure, tail, lastBeat, limit, mistakes } = verdict
  return {
    severity,
    cause,
    summary,
    seenAt: now,
    ...present({ cure, tail, lastBeat, limit, mistakes }),
    ...notReadFor(verdict),
  }
}

function opened(
  { check, item }: Named,
  verdict: OpeningWords,
  { whose, now, startedAt, ahead, newId, audienceOf }: AdvanceOptions,
): Incident {
  return {
    id: newId(),
    origin: whose.origin,
    check,
    ...seen(verdict, now),
    episode: 1,
    earlier: [],
    since: now,
    openedAt: startedAt,
    ...present({ item, ahead }),
    recoveries: 0,
    audience: audienceOf(verdict.severity),
    told: {},
    tried: {},
  }
}

function reopened(incident: Incident, verdict: BadVerdict, { now, startedAt, audienceOf }: AdvanceOptions): Incident {
  const { episode, since, closedAt = now } = incident
  const {
    closedAt: _end,
    closedBy: _words,
    cure: _cure,
    tail: _tail,
    lastBeat: _beat,
    limit: _limit,
    ...kept
  } = incident
  // Whoever acknowledged flapping knows that it comes and goes.
  const isAsSeen = incident.flapping !== undefined && !isWorse(verdict, incident)
  return {
    ...(isAsSeen ? kept : unacknowledge(kept)),
    ...seen(verdict, now),
    episode: episode + 1,
    earlier: [...incident.earlier, { episode, since, closedAt }].slice(-EPISODES_KEPT),
    openedAt: startedAt,
    recoveries: 0,
    audience: union(audienceOf(verdict.severity), ignorantOf(incident)),
    // A recipient that could not be told of the last episode is tried at once for the new one.
    tried: {},
  }
}

/** Recipients who were not told of the last episode. They are told of the next one at its end at the latest. */
function ignorantOf({ audience, tried, told, episode }: Incident): readonly string[] {
  return union(audience, Object.keys(tried)).filter((recipient) => own(told, recipient)?.episode !== episode)
}

function union(a: readonly string[], b: readonly string[]): readonly string[] {
  const added = b.filter((name) => !a.includes(name))
  return added.length === 0 ? a : [...a, ...added]
}
