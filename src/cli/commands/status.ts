import { systemZone } from '../../config/system-zone.ts'
import { formatDuration } from '../../core/duration.ts'
import { StateError, UsageError } from '../../core/errors.ts'
import { titleOf } from '../../core/names.ts'
import type { LastRun, StoredState } from '../../core/ports.ts'
import { isInForce, isSilenced, type Silence } from '../../core/quiet.ts'
import { exitCodeOf, rank, worst } from '../../core/severity.ts'
import type { Incident, Seconds, Severity, StateProblem } from '../../core/types.ts'
import { acknowledgementOf, describeSilence, oftenOf } from '../../core/words.ts'
import { formatInstant } from '../../core/zone.ts'
import { readLastRun } from '../../state/last-run.ts'
import { createLockfileStore } from '../../state/lockfiles.ts'
import type { WatchOptions } from '../options.ts'
import { incidentOf } from '../output/json.ts'
import { layoutOf } from '../settings.ts'
import { type Code, complain, type World } from '../world.ts'

/** The options of `status`. */
export interface StatusOptions extends Pick<WatchOptions, 'state' | 'lockfile' | 'timezone'> {
  readonly maxAge?: Seconds
  readonly quiet?: boolean
  readonly format?: 'text' | 'json'
  readonly limit?: number
}

interface Found {
  readonly stored: StoredState
  readonly lastRun: LastRun | undefined
  readonly now: Date
  readonly isLate: boolean
}

/** What is open, since when, and who was told, whatever configuration it belongs to. Needs none, and writes nothing. */
export async function statusCommand(names: readonly string[], options: StatusOptions, world: World): Promise<Code> {
  if (names.length > 0) throw new UsageError('names go with --history, as in: lastalive status --history mdx')
  if (options.limit !== undefined) throw new UsageError('--limit goes with --history')
  if (options.quiet === true && options.maxAge === undefined) {
    throw new UsageError('--quiet goes with --max-age, as in: lastalive status --max-age 5m --quiet')
  }
  const layout = layoutOf(options, { origin: '' }, world)
  const store = createLockfileStore(layout, { origin: '', readOnly: true })
  const stored = await store.load([])
  const { lastRun, problems } = await lookAtLastRun(layout.lastRun)
  const now = new Date()
  const { maxAge } = options
  // What cannot be read is not late, but unknown.
  const isLate = maxAge !== undefined && problems.length === 0 && !isRecent(lastRun, maxAge, now)
  const found: Found = { stored: { ...stored, problems: [...stored.problems, ...problems] }, lastRun, now, isLate }
  const timezone = options.timezone ?? systemZone()
  const words = options.format === 'json' ? formatStatusJson(found) : formatStatus(found, { maxAge, timezone })
  if (options.quiet !== true || isLate) world.stdout.write(words)
  for (const { message, cure } of found.stored.problems)
    complain(world, cure === undefined ? message : `${message}; ${cure}`)
  return exitCodeOf(stateOf(found))
}

async function lookAtLastRun(
  path: string,
): Promise<{ readonly lastRun: LastRun | undefined; readonly problems: readonly StateProblem[] }> {
  try {
    return { lastRun: await readLastRun(path), problems: [] }
  } catch (error) {
    if (!(error instanceof StateError)) throw error
    return { lastRun: undefined, problems: [{ path, message: error.message }] }
  }
}

/** A run that seems to have ended in the future had another clock: nobody knows how long ago it was. */
function isRecent(lastRun: LastRun | undefined, maxAge: Seconds, now: Date): boolean {
  const ageMs = lastRun === undefined ? Number.POSITIVE_INFINITY : now.getTime() - lastRun.at.getTime()
  return ageMs <= maxAge * 1_000 && ageMs > -60_000
}

function isUsable({ problems, isCountKnown }: StoredState): boolean {
  return problems.length === 0 && isCountKnown
}

function stateOf({ stored, isLate }: Found): Severity {
  return worst([
    isLate ? 'critical' : 'ok',
    stored.problems.length > 0 ? 'unknown' : 'ok',
    ...stored.incidents.filter(({ closedAt }) => closedAt === undefined).map(({ severity }) => severity),
    ...stored.foreign.map(() => 'critical' as const),
  ])
}

function formatStatus(
  found: Found,
  options: { readonly maxAge: Seconds | undefined; readonly timezone: string },
): string {
  const { stored } = found
  const { timezone } = options
  const sorted = stored.incidents.toSorted((a, b) => rank(b.severity) - rank(a.severity))
  const lines = [
    ...(found.isLate ? [`CRITICAL  no run for ${formatDuration(options.maxAge ?? 0)}: is cron running?`] : []),
    ...sorted.flatMap((incident) => describe(incident, found, timezone)),
    ...stored.foreign.map(
      ({ openedAt }) => `CRITICAL  a lockfile of another program, since ${formatInstant(openedAt, options.timezone)}`,
    ),
    ...(sorted.length + stored.foreign.length > 0
      ? []
      : [isUsable(stored) ? 'nothing is open' : 'what is open is not known']),
    ...silencesOf(found, timezone),
    lastRunLine(found, timezone),
  ]
  return lines.map((line) => `${line}\n`).join('')
}

function silencesOf(found: Found, timezone: string): readonly string[] {
  return silencesIn(found).map((silence) => `silenced  ${describeSilence(silence, timezone)}`)
}

function silencesIn({ stored, now }: Found): readonly Silence[] {
  return stored.silences.filter((silence) => isInForce(silence, now))
}

/** Until when nothing is said of what is open. Tags are in the configuration, which is not read here. */
function silencedUntil(incident: Incident, found: Found): Date | undefined {
  if (incident.closedAt !== undefined) return undefined
  const ends = silencesIn(found).filter((silence) => isSilenced(silence, incident, []))
  return ends.map(({ until }) => until).toSorted((a, b) => b.getTime() - a.getTime())[0]
}

function describe(incident: Incident, found: Found, timezone: string): readonly string[] {
  const { now } = found
  const { acknowledged, flapping } = incident
  const until = silencedUntil(incident, found)
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

function lastRunLine({ lastRun, now }: Found, timezone: string): string {
  if (lastRun === undefined) return 'last run: none has finished'
  const ago = formatDuration(Math.max(0, (now.getTime() - lastRun.at.getTime()) / 1_000))
  const { judged, accepted, errors } = lastRun
  return `last run: ${formatInstant(lastRun.at, timezone)} (${ago} ago), ${judged} judged, ${accepted} told, ${errors} errors`
}

function formatStatusJson(found: Found): string {
  const { stored, lastRun, now } = found
  const incidents = stored.incidents.map((incident) => ({
    name: incident.check,
    item: incident.item ?? null,
    state: incident.severity,
    cause: incident.cause,
    summary: incident.summary,
    closed: incident.closedAt?.toISOString() ?? null,
    ...incidentOf(incident),
    acknowledged: acknowledgedIn(incident),
    silencedUntil: silencedUntil(incident, found)?.toISOString() ?? null,
    flapping: incident.flapping ?? null,
    tried: Object.fromEntries(
      Object.entries(incident.tried).map(([recipient, { at, error }]) => [recipient, { at: at.toISOString(), error }]),
    ),
  }))
  const silences = silencesIn(found).map(({ names, tags, at, until, by, note }) => ({
    names,
    tags,
    at: at.toISOString(),
    until: until.toISOString(),
    by,
    note: note ?? null,
  }))
  const last = lastRun === undefined ? null : { ...lastRun, at: lastRun.at.toISOString() }
  return `${JSON.stringify({ version: 1, state: stateOf(found), at: now.toISOString(), lastRun: last, silences, incidents })}\n`
}

function acknowledgedIn({ acknowledged }: Incident): object | null {
  if (acknowledged === undefined) return null
  const { by, at, until, note } = acknowledged
  return { by, at: at.toISOString(), until: until?.toISOString() ?? null, note: note ?? null }
}
