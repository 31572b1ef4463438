import { type DueOptions, due } from '../../src/core/incident/due.ts'
import { type AdvanceOptions, acknowledge, advance, calm, heed, isOver } from '../../src/core/incident/incident.ts'
import type { Notice } from '../../src/core/incident/notice.ts'
import { audienceOf, everyoneIn } from '../../src/core/incident/routes.ts'
import type { Standing } from '../../src/core/incident/standing.ts'
import { settle } from '../../src/core/incident/told.ts'
import type { Incident, NoticeKind, Policy, Routes, Severity, Verdict } from '../../src/core/types.ts'
import { compose, meaningOf } from '../../src/core/words/message.ts'
import { aVerdict } from '../core/builders.ts'
import { deliveryOf, type Fate, forgottenBy } from './fate.ts'

/** What a check turns out to be. */
export type Found = 'ok' | 'warning' | 'critical' | 'absent' | 'fault' | 'blocked'

/** One run: what it reads, and how each notifier fares. */
export interface Pass {
  readonly kind: 'run'
  readonly found: Found
  readonly fates: Readonly<Record<string, Fate>>
}

/** What can happen. */
export type Event =
  | Pass
  | { readonly kind: 'wait'; readonly minutes: number }
  | { readonly kind: 'silence' | 'unsilence' | 'acknowledge' | 'remove' }
  /** somebody edits the configuration */
  | { readonly kind: 'configure'; readonly policy: Partial<WatchPolicy>; readonly routes: Routes }

/** The part of a policy that the model lives with. */
export type WatchPolicy = Omit<Policy, 'notify'>

/** What arrived at a recipient. */
export interface Heard {
  readonly recipient: string
  readonly kind: NoticeKind
  readonly incident: string
  readonly episode: number
  readonly earlier: readonly number[]
  readonly severity: Severity
  readonly isEnd: boolean
  readonly headline: string
  readonly messageId: string
  /** what it said, to the letter */
  readonly words: string
  /** the run that said it, by the time of its beginning */
  readonly at: number
  readonly wasQuiet: boolean
  /** it is known to have arrived; otherwise the same is said again */
  readonly isKnown: boolean
}

/** A time at which somebody had to hear of an episode. */
export interface Owed {
  readonly incident: string
  readonly episode: number
  readonly recipients: readonly string[]
  /** it was told as flapping then, which covers all that opens until it settles */
  readonly isFlapping: boolean
}

/** One check, those who hear of it, and all that has happened to them. */
export interface World {
  readonly now: number
  readonly standing: Standing
  readonly isSilenced: boolean
  readonly policy: WatchPolicy
  readonly routes: Routes
  readonly heard: readonly Heard[]
  readonly owed: readonly Owed[]
  readonly ids: number
  /** incidents whose lockfile somebody removed */
  readonly removed: readonly string[]
}

/** The notifiers and the recipients of each. */
export const NOTIFIERS: Readonly<Record<string, readonly string[]>> = {
  mail: ['mail/a', 'mail/b'],
  pager: ['pager'],
}

/** A world in which nothing has happened. */
export function newWorld(policy: WatchPolicy, routes: Routes): World {
  return {
    now: Date.UTC(2026, 10, 22, 12),
    standing: {},
    isSilenced: false,
    policy,
    routes,
    heard: [],
    owed: [],
    ids: 0,
    removed: [],
  }
}

/** What comes of it. */
export function after(world: World, event: Event): World {
  switch (event.kind) {
    case 'wait':
      return { ...world, now: world.now + event.minutes * 60_000 }
    case 'silence':
      return { ...world, isSilenced: true }
    case 'unsilence':
      return { ...world, isSilenced: false }
    case 'acknowledge':
      return acknowledged(world)
    case 'remove':
      return removed(world)
    case 'configure':
      return configured(world, event)
    case 'run':
      return passed({ ...world, now: world.now + 60_000 }, event)
  }
}

/** Who is not configured any more is owed nothing. */
function configured(world: World, { policy, routes }: Event & { readonly kind: 'configure' }): World {
  const known = everyoneIn(routes)
  const owed = world.owed.map((debt) => ({
    ...debt,
    recipients: debt.recipients.filter((name) => known.includes(name)),
  }))
  return { ...world, policy: { ...world.policy, ...policy }, routes, owed }
}

function acknowledged(world: World): World {
  const { incident } = world.standing
  if (incident === undefined || incident.closedAt !== undefined) return world
  const seen = acknowledge(incident, { by: 'root', at: new Date(world.now) })
  return { ...world, standing: { ...world.standing, incident: seen } }
}

function removed(world: World): World {
  const { incident, ...rest } = world.standing
  return incident === undefined ? world : { ...world, standing: rest, removed: [...world.removed, incident.id] }
}

function passed(world: World, { found, fates }: Pass): World {
  const looked = remembered(world, found)
  const [told, isKilled] = Object.keys(NOTIFIERS).reduce<readonly [World, boolean]>(
    ([so, isOverNow], name) => (isOverNow ? [so, true] : tellBy(so, name, fates[name] ?? 'up')),
    [looked, false],
  )
  return isKilled ? told : forgotten(told)
}

/** The first save: what is the case. */
function remembered(world: World, found: Found): World {
  const now = new Date(world.now)
  const { policy, routes } = world
  const hearing: AdvanceOptions['audienceOf'] = (severity) => (world.isSilenced ? [] : audienceOf(routes, severity))
  const standing = advance(world.standing, verdictOf(found), {
    policy,
    whose: { origin: 'here' },
    now,
    startedAt: now,
    newId: () => `id-${world.ids}`,
    audienceOf: hearing,
  })
  const incident =
    standing.incident === undefined ? undefined : heed(calm(standing.incident, { flap: policy.flap, now }), hearing)
  const next = { ...world, ids: world.ids + 1, standing: incident === undefined ? standing : { ...standing, incident } }
  if (incident === undefined || incident.closedAt !== undefined || world.isSilenced || isSeen(incident)) return next
  // Blocked checks are known of already; what is new of them is told when they are read.
  const recipients = routes[incident.severity]
  const { id, episode, flapping } = incident
  const owed = { incident: id, episode, recipients, isFlapping: flapping !== undefined }
  return { ...next, owed: [...world.owed, owed] }
}

function isSeen({ acknowledged }: Incident): boolean {
  return acknowledged !== undefined
}

/** The end: an incident of which all have heard is forgotten. */
function forgotten(world: World): World {
  const { incident, ...rest } = world.standing
  if (incident === undefined || !isOver(incident, everyoneIn(world.routes), optionsIn(world))) return world
  return { ...world, standing: rest }
}

function optionsIn({ policy, routes, now, isSilenced }: World): DueOptions {
  return { policy, routes, now: new Date(now), ...(isSilenced ? { quiet: { reason: 'silenced' } } : {}) }
}

/** What a recipient is due at this moment. */
export function noticeFor(world: World, recipient: string): Notice | undefined {
  const { incident } = world.standing
  if (incident === undefined || !everyoneIn(world.routes).includes(recipient)) return undefined
  const { kind, earlier } = due(incident, recipient, optionsIn(world))
  if (kind === 'none') return undefined
  const before = incident.told[recipient]
  const ordinal = (before?.episode === incident.episode ? before.count : 0) + 1
  return { incident, kind, earlier, ordinal }
}

/** Each different message of one notifier in turn; a kill ends the run before what was told is saved. */
function tellBy(world: World, notifier: string, fate: Fate): readonly [World, boolean] {
  const groups = new Map<string, { readonly notice: Notice; readonly recipients: string[] }>()
  for (const recipient of NOTIFIERS[notifier] ?? []) {
    const notice = noticeFor(world, recipient)
    if (notice === undefined) continue
    const group = groups.get(meaningOf([notice])) ?? { notice, recipients: [] }
    group.recipients.push(recipient)
    groups.set(meaningOf([notice]), group)
  }
  let next = world
  for (const { notice, recipients } of groups.values()) {
    const message = compose([notice], {
      notifier,
      instance: 'watch1',
      timezone: 'UTC',
      statusCommand: 'lastalive status',
      checkOf: () => undefined,
    })
    const deliveries = recipients.map((recipient) => deliveryOf(recipient, fate))
    const arrived = deliveries.filter(({ kind }) => kind === 'accepted' || fate === 'doubtful')
    const forgotten = forgottenBy(fate, recipients)
    next = {
      ...next,
      heard: [
        ...next.heard,
        ...arrived.map(({ recipient, kind }) => ({
          recipient,
          kind: notice.kind,
          incident: notice.incident.id,
          episode: notice.incident.episode,
          earlier: notice.earlier.map(({ episode }) => episode),
          severity: notice.incident.severity,
          isEnd: isEndOf(notice),
          headline: message.facts[0]?.headline ?? '',
          messageId: message.id,
          words: `${message.subject}\n${message.text}`,
          at: world.now,
          wasQuiet: world.isSilenced || isSeen(notice.incident),
          isKnown: kind === 'accepted' && !forgotten.includes(recipient),
        })),
      ],
    }
    const { incident } = next.standing
    if (incident === undefined) continue
    const fellows = NOTIFIERS[notifier] ?? []
    const settled = deliveries
      .filter(({ recipient }) => !forgotten.includes(recipient))
      .reduce(
        (so, delivery) => settle(so, delivery, { notice, messageId: message.id, now: new Date(world.now), fellows }),
        incident,
      )
    next = { ...next, standing: { ...next.standing, incident: settled } }
    if (forgotten.length > 0) return [next, true]
  }
  return [next, false]
}

function isEndOf({ kind, incident }: Notice): boolean {
  return ['closed', 'missed'].includes(kind) || (kind === 'settled' && incident.closedAt !== undefined)
}

function verdictOf(found: Found): Verdict {
  switch (found) {
    case 'ok':
    case 'warning':
    case 'critical':
      return aVerdict(found)
    case 'absent':
      return aVerdict('unknown', { cause: 'absent', summary: 'no row' })
    case 'fault':
      return aVerdict('unknown', { cause: 'denied', summary: 'permission denied' })
    case 'blocked':
      return aVerdict('unknown', { cause: 'blocked', blockedBy: 'database:mail' })
  }
}
