import { isInForce, isSilenced, type Silence } from '../../core/incident/muted.ts'
import { badIn } from '../../core/incident/recent.ts'
import { agoOf, secondsAgo } from '../../core/judge/last-run.ts'
import { rank } from '../../core/judge/severity.ts'
import { type Named, namedBy, titleOf } from '../../core/names.ts'
import type { LastRun, StoredState } from '../../core/ports.ts'
import { formatDuration } from '../../core/time/duration.ts'
import { formatInstant } from '../../core/time/zone.ts'
import type { Incident, Pending, Severity } from '../../core/types.ts'
import { countingLine } from '../../core/words/counting.ts'
import { clean } from '../../core/words/text.ts'
import { acknowledgementOf, describeSilence, oftenOf } from '../../core/words/words.ts'
import { type Place, placeLine } from '../../setup/place.ts'
import { incidentOf } from './json.ts'
import { inNaturalOrder } from './natural-order.ts'

export interface Status {
  readonly stored: StoredState
  readonly lastRun: LastRun | undefined
  readonly now: Date
  readonly place: Place
  /** the names that were asked for; empty for all */
  readonly names: readonly string[]
}

/** What is open, the worst first, then by name. */
export function formatStatus(status: Status, timezone: string): string {
  const { incidents, foreign } = status.stored
  const sorted = inNaturalOrder(incidents).toSorted((a, b) => rank(b.severity) - rank(a.severity))
  const lines = [
    ...sorted.flatMap((incident) => describe(incident, status, timezone)),
    ...foreign.map(
      ({ openedAt }) => `CRITICAL  a lockfile of another program, since ${formatInstant(openedAt, timezone)}`,
    ),
    ...(incidents.length + foreign.length > 0 ? [] : [nothingIn(status)]),
    ...countingIn(status).map(({ named, counted }) => `counting  ${countingLine(named, counted)}`),
    ...silencesIn(status).map((silence) => `silenced  ${describeSilence(silence, timezone)}`),
    lastRunLine(status, timezone),
    placeLine(status.place),
  ]
  return lines.map((line) => `${line}\n`).join('')
}

function nothingIn({ stored: { problems, isCountKnown }, names }: Status): string {
  const of = names.length === 0 ? '' : ` of ${names.map(clean).join(', ')}`
  return problems.length === 0 && isCountKnown ? `nothing is open${of}` : `what is open${of} is not known`
}

function countingIn({ stored }: Status): readonly { readonly named: Named; readonly counted: Pending }[] {
  const counted = [...stored.pending].map(([id, pending]) => ({ ...namedBy(id), pending }))
  return inNaturalOrder(counted).map(({ pending, ...named }) => ({ named, counted: pending }))
}

function silencesIn({ stored, now }: Status): readonly Silence[] {
  return stored.silences.filter((silence) => isInForce(silence, now))
}

/** Until when an open incident is silenced by name. Tags are in the configuration, which is not read here. */
function silencedUntil(incident: Incident, status: Status): Date | undefined {
  if (incident.closedAt !== undefined) return undefined
  const ends = silencesIn(status).filter((silence) => isSilenced(silence, incident, []))
  return ends.map(({ until }) => until).toSorted((a, b) => b.getTime() - a.getTime())[0]
}

function describe(incident: Incident, status: Status, timezone: string): readonly string[] {
  const { now } = status
  const { acknowledged, flapping } = incident
  const until = silencedUntil(incident, status)
  const lasted = ((incident.closedAt ?? now).getTime() - incident.since.getTime()) / 1_000
  const length = `for ${formatDuration(Math.max(0, lasted))}, since ${formatInstant(incident.since, timezone)}`
  const word = incident.closedAt === undefined ? incident.severity.toUpperCase() : 'over'
  return [
    `${word.padEnd(8)}  ${titleOf(incident)}: ${incident.summary}`,
    `          ${incident.closedAt === undefined ? 'open' : 'was open'} ${length}`,
    ...(acknowledged === undefined ? [] : [`          seen by ${acknowledgementOf(acknowledged, timezone)}`]),
    ...(until === undefined ? [] : [`          silenced until ${formatInstant(until, timezone)}`]),
    ...(flapping === undefined ? [] : [`          ${oftenOf(incident, timezone)}: told as flapping`]),
    ...Object.entries(incident.told).map(
      ([recipient, told]) => `          told ${recipient}: ${told.kind} at ${formatInstant(told.at, timezone)}`,
    ),
    ...Object.entries(incident.tried).map(
      ([recipient, tried]) => `          not told ${recipient} at ${formatInstant(tried.at, timezone)}: ${tried.error}`,
    ),
  ]
}

function lastRunLine({ lastRun, now }: Status, timezone: string): string {
  if (lastRun === undefined) return 'last run: none has finished'
  const { at, judged, accepted, errors } = lastRun
  const ago = agoOf(secondsAgo(lastRun, now))
  return `last run: ${formatInstant(at, timezone)} (${ago}), ${judged} judged, ${accepted} told, ${errors} ${errors === 1 ? 'error' : 'errors'}`
}

/** One line of JSON, the stable contract of docs/json.md. */
export function formatStatusJson(status: Status, state: Severity): string {
  const { stored, lastRun, now, place } = status
  const incidents = inNaturalOrder(stored.incidents).map((incident) => ({
    name: incident.check,
    item: incident.item ?? null,
    state: incident.severity,
    cause: incident.cause,
    summary: incident.summary,
    closed: incident.closedAt ?? null,
    ...incidentOf(incident),
    acknowledged: acknowledgedIn(incident),
    silencedUntil: silencedUntil(incident, status) ?? null,
    flapping: incident.flapping ?? null,
    tried: Object.fromEntries(
      Object.entries(incident.tried).map(([recipient, { at, error }]) => [recipient, { at, error }]),
    ),
  }))
  const silences = silencesIn(status).map(({ names, tags, at, until, by, note = null }) => {
    return { names, tags, at, until, by, note }
  })
  const counting = countingIn(status).map(({ named, counted: { count, recent = '', failures } }) => ({
    name: named.check,
    item: named.item ?? null,
    bad: typeof failures === 'object' ? badIn(recent) : count,
    of: typeof failures === 'object' ? failures.of : null,
    opens: typeof failures === 'object' ? failures.count : (failures ?? null),
  }))
  const contract = {
    version: 1,
    state,
    at: now,
    place: place.path,
    lastRun: lastRun === undefined ? null : lastRunJson(lastRun),
    counting,
    silences,
    incidents,
  }
  return `${JSON.stringify(contract)}\n`
}

function acknowledgedIn({ acknowledged }: Incident): object | null {
  if (acknowledged === undefined) return null
  const { by, at, until = null, note = null } = acknowledged
  return { by, at, until, note }
}

function lastRunJson({ at, judged, accepted, errors, timezone }: LastRun) {
  return { at, judged, accepted, errors, timezone: timezone ?? null }
}
