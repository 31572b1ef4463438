import type { Silence } from '../core/incident/muted.ts'
import { append } from '../core/lists.ts'
import { idOf } from '../core/names.ts'
import type { Counts, JournalEntry, LastRun, StateStore } from '../core/ports.ts'
import type { Said } from '../core/remark.ts'
import type { Incident } from '../core/types.ts'

/** A store that can be looked into. */
export interface MemoryStore extends StateStore {
  /** what is open or still owed at the moment */
  incidents(): readonly Incident[]
  /** all that has happened, oldest first */
  entries(): readonly JournalEntry[]
}

/** Remembers between the runs of one process, for trying out: nothing is written anywhere, and nothing can go wrong. */
export function createMemoryStore(): MemoryStore {
  const incidents = new Map<string, Incident>()
  const entries: JournalEntry[] = []
  let counts: Counts = { pending: new Map(), openings: new Map() }
  let silences: readonly Silence[] = []
  let remarks: Said = new Map()
  let last: { readonly lastRun?: LastRun } = {}
  return {
    incidents: () => [...incidents.values()],
    entries: () => [...entries],
    load: async () => ({
      ...counts,
      incidents: [...incidents.values()],
      silences,
      foreign: [],
      problems: [],
      unusable: new Set(),
      isCountKnown: true,
    }),
    save: async (changed, { create }) => {
      for (const incident of changed) {
        const id = idOf(incident)
        if (create || incidents.has(id)) incidents.set(id, incident)
      }
      return new Map()
    },
    remove: async (over) => {
      for (const incident of over) incidents.delete(idOf(incident))
      return []
    },
    saveCounts: async ({ pending, openings }) => {
      counts = { pending: new Map(pending), openings: new Map(openings) }
      return []
    },
    saveSilences: async (kept) => {
      silences = kept
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
