import type { Silence } from '../core/incident/muted.ts'
import type { Notice, Sending } from '../core/incident/notice.ts'
import type { Said } from '../core/incident/remark.ts'
import { type Memory, writeMemory } from '../core/judge/memory.ts'
import { append } from '../core/lists.ts'
import { idOf } from '../core/names.ts'
import { own } from '../core/own.ts'
import type { ClaimOptions, Counts, JournalEntry, LastRun, NotSaved, Settled, StateStore } from '../core/ports.ts'
import type { Incident, Told, Tried } from '../core/types.ts'
import { joined } from '../core/words/joined.ts'

/** A store that can be looked into. */
export interface MemoryStore extends StateStore {
  /** what is open or still owed at the moment */
  incidents(): readonly Incident[]
  /** all that has happened, oldest first */
  entries(): readonly JournalEntry[]
}

interface Kept {
  readonly incident: Incident
  readonly revision: number
}

interface Claim {
  readonly sending: Sending
  readonly until: Date
}

/** Remembers between the runs of one process, of which several may be under way. Nothing is written anywhere. */
export function createMemoryStore(): MemoryStore {
  const kept = new Map<string, Kept>()
  const claims = new Map<string, Claim>()
  const entries: JournalEntry[] = []
  let counts: Counts = { pending: new Map(), openings: new Map() }
  let memory: Memory = new Map()
  let silences: readonly Silence[] = []
  let remarks: Said = new Map()
  let last: { readonly lastRun?: LastRun } = {}
  const incidents = (): readonly Incident[] => [...kept.values()].map(({ incident }) => incident)
  return {
    incidents,
    entries: () => [...entries],
    load: async () => ({
      ...counts,
      incidents: incidents(),
      revisions: new Map([...kept.values()].map(({ incident: { id }, revision }) => [id, revision])),
      silences,
      memory,
      foreign: [],
      problems: [],
      unusable: new Set(),
      isCountKnown: true,
    }),
    save: async (changed, { revisions }) => {
      const conflicts = new Map<string, NotSaved>()
      for (const incident of changed) {
        const [before, revision] = [kept.get(keyOf(incident)), revisions.get(incident.id) ?? 0]
        if (isChanged(before, incident.id, revision)) conflicts.set(idOf(incident), CONFLICT)
        // What is gone is over, and stays so.
        else if (before !== undefined || revision === 0) kept.set(keyOf(incident), { incident, revision: revision + 1 })
      }
      return conflicts
    },
    remove: async (over, { revisions } = { revisions: new Map() }) => {
      for (const incident of over) {
        const revision = revisions.get(incident.id)
        if (revision === undefined || !isChanged(kept.get(keyOf(incident)), incident.id, revision)) {
          kept.delete(keyOf(incident))
        }
      }
      return []
    },
    claim: async (sending, options) => claim(sending, options, { claims, kept }),
    told: async (settled) => {
      for (const { incident, recipient } of settled) {
        claims.delete(joined(incident.id, recipient))
        const before = kept.get(keyOf(incident))
        if (before?.incident.id !== incident.id) continue
        const next = withOne(before.incident, { incident, recipient })
        kept.set(keyOf(incident), { incident: next, revision: before.revision + 1 })
      }
      return new Map()
    },
    saveCounts: async ({ pending, openings }) => {
      counts = { pending: new Map(pending), openings: new Map(openings) }
      return []
    },
    saveMemory: async (next) => {
      const { texts, refused } = writeMemory(next)
      memory = new Map([...texts].map(([check, text]) => [check, JSON.parse(text)]))
      return refused.map((message) => ({ path: '', message }))
    },
    saveSilences: async (next) => {
      silences = next
      return []
    },
    journal: async (more) => {
      append(entries, more)
      return []
    },
    loadJournal: async () => ({ entries: [...entries], skipped: 0, problems: [] }),
    loadRemarks: async () => remarks,
    saveRemarks: async (said) => {
      remarks = said
      return []
    },
    loadLastRun: async () => ({ ...last, problems: [] }),
    saveLastRun: async (lastRun) => {
      last = { lastRun }
      return []
    },
    pathOf: (id) => id,
  }
}

const CONFLICT: NotSaved = { path: '', message: 'not saved: somebody else has changed it meanwhile', isConflict: true }

function keyOf(incident: Incident): string {
  return joined(incident.origin, idOf(incident))
}

/** Whether what is kept is not what was read; what is not there any more is not changed. */
function isChanged(before: Kept | undefined, id: string, revision: number): boolean {
  return before !== undefined && (before.incident.id !== id || before.revision !== revision)
}

function claim(
  sending: Sending,
  { until, revisions }: ClaimOptions,
  { claims, kept }: { readonly claims: Map<string, Claim>; readonly kept: ReadonlyMap<string, Kept> },
): readonly Sending[] {
  const now = new Date()
  const isKnown = ({ incident }: Notice, recipient: string): boolean => {
    const present = kept.get(keyOf(incident))?.incident
    // What was kept and is gone is over, and everybody has heard it.
    if (present?.id !== incident.id) return !revisions.has(incident.id)
    return (['told', 'tried'] as const).every((what) => isSame(present, incident, { what, recipient }))
  }
  const wanted = new Map<Sending, string[]>()
  for (const recipient of sending.recipients) {
    const held = sending.notices.flatMap(({ incident: { id } }) => claims.get(joined(id, recipient)) ?? [])
    if (held.some((one) => one.until > now)) continue
    if (!sending.notices.every((notice) => isKnown(notice, recipient))) continue
    // Whoever claimed that did not say in time whether it was sent: the same words are sent again, with their ID.
    const said = held[0]?.sending ?? sending
    for (const { incident } of said.notices) claims.set(joined(incident.id, recipient), { sending: said, until })
    wanted.set(said, [...(wanted.get(said) ?? []), recipient])
  }
  return [...wanted].map(([said, recipients]) => ({ ...said, recipients }))
}

function isSame(
  one: Incident,
  other: Incident,
  { what, recipient }: { readonly what: 'told' | 'tried'; readonly recipient: string },
): boolean {
  const [a, b] = [own<Told | Tried>(one[what], recipient), own<Told | Tried>(other[what], recipient)]
  return a?.at.getTime() === b?.at.getTime() && a?.count === b?.count
}

/** An incident with what one recipient was told, or was to be told. */
function withOne({ told, tried, ...incident }: Incident, { incident: now, recipient }: Settled): Incident {
  return {
    ...incident,
    told: replaced<Told>(told, recipient, own(now.told, recipient)),
    tried: replaced<Tried>(tried, recipient, own(now.tried, recipient)),
  }
}

function replaced<T>(
  all: Readonly<Record<string, T>>,
  name: string,
  value: T | undefined,
): Readonly<Record<string, T>> {
  const { [name]: _, ...others } = all
  return value === undefined ? others : { ...others, [name]: value }
}
