import { dirname, join } from 'node:path'
import { StateError } from '../../core/errors.ts'
import { writeMemory } from '../../core/judge/memory.ts'
import { idOf } from '../../core/names.ts'
import type { FoundLastRun, Journal, SaveOptions, StateStore } from '../../core/ports.ts'
import type { Incident, StateProblem } from '../../core/types.ts'
import { inParallel } from '../../io/files/in-parallel.ts'
import { isThere, readOwn, removeOwn, replaceOwn, syncOwn, whyNot, writeOwn } from '../../io/files/safe-file.ts'
import { writeCounts, writeIncident, writeSilences } from './incident-json.ts'
import { appendToJournal, readJournal } from './journal.ts'
import type { Layout } from './layout.ts'
import { load } from './load.ts'
import { writeMemoryFile } from './memory-json.ts'

/**
 * Keeps each incident in a lockfile of its own, as JSON: the file is there exactly as long as the incident is.
 *
 * @param options.origin asked for only where there are lockfiles: it may take a while to make
 * @param options.readOnly changes nothing on disk: for looking
 * @param options.isAlone false without the run lock, whose holder may wake up and write the journal at the same time
 */
export function createLockfileStore(
  layout: Layout,
  options: { readonly origin: string; readonly readOnly?: boolean; readonly isAlone?: boolean },
): StateStore {
  const { readOnly = false, isAlone = true } = options
  /** why a path is not touched, for those that are not */
  const refused = new Map<string, StateProblem>()
  /** Writes to a path unless it is known, and told, that nothing can be written there. */
  const write = (path: string, act: (path: string) => Promise<void>): Promise<readonly StateProblem[]> =>
    attemptEach(readOnly || refused.has(path) ? [] : [path], act)
  return {
    load: async (checks) => {
      const stored = await load(layout, { whose: options, readOnly, checks })
      for (const path of stored.unusable) refused.set(path, problemAt(path, stored.problems))
      return stored
    },
    save: async (incidents, { revisions, signal }) => {
      const isNew = ({ id }: Incident): boolean => !revisions.has(id)
      return readOnly ? new Map() : save(layout, incidents, { isNew, refused, ...(signal && { signal }) })
    },
    claim: async (sending) => [sending],
    told: async (settled) => {
      // Of what several recipients were told the last holds all.
      const last = new Map(settled.map(({ incident }) => [idOf(incident), incident]))
      return readOnly ? new Map() : save(layout, [...last.values()], { isNew: () => false, refused })
    },
    remove: async (incidents) => {
      const paths = incidents.map((incident) => layout.incident(idOf(incident))).filter((path) => !refused.has(path))
      return [...(await changeEach(readOnly ? [] : paths, removeOwn)).values()]
    },
    saveCounts: (counts) =>
      write(layout.pending, (path) =>
        counts.pending.size + counts.openings.size === 0 ? removeDurably(path) : writeOwn(path, writeCounts(counts)),
      ),
    saveMemory: async (memory) => {
      const kept = writeMemory(memory)
      const problems = await write(layout.memory, (path) =>
        kept.texts.size === 0 ? removeDurably(path) : writeOwn(path, writeMemoryFile(kept)),
      )
      return [...kept.refused.map((message) => ({ path: layout.memory, message })), ...problems]
    },
    saveSilences: async (silences) => {
      const refusal = refused.get(layout.silences)
      if (refusal !== undefined) return [refusal]
      return write(layout.silences, (path) =>
        silences.length === 0 ? removeDurably(path) : writeOwn(path, writeSilences(silences)),
      )
    },
    journal: async (entries) =>
      entries.length === 0 ? [] : write(layout.journal, (path) => appendToJournal(path, entries, { isAlone })),
    loadJournal: async () => {
      const path = layout.journal
      const unread = (problem: StateProblem): Journal => ({ entries: [], skipped: 0, problems: [problem] })
      const refusal = refused.get(path)
      if (refusal !== undefined) return unread(refusal)
      return readJournal(path).then(
        (found) => ({ ...found, problems: [] }),
        (error: unknown) => unread(problemOf(path, error)),
      )
    },
    loadLastRun: () => readLastRun(layout.lastRun),
    loadRemarks: async () => (await import('./remarks.ts')).loadRemarks(layout.remarks),
    saveRemarks: async (said) => {
      const { saveRemarks } = await import('./remarks.ts')
      return write(layout.remarks, (path) => saveRemarks(path, said))
    },
    // A power cut may bring back the time of the run before: the next one is a minute away.
    saveLastRun: (lastRun) => write(layout.lastRun, (path) => replaceOwn(path, `${JSON.stringify(lastRun)}\n`)),
    pathOf: (id) => layout.incident(id),
  }
}

async function removeDurably(path: string): Promise<void> {
  await removeOwn(path)
  await syncOwn(dirname(path))
}

/** Why a path is not used: what is wrong with it, or with a directory around it. */
function problemAt(path: string, problems: readonly StateProblem[]): StateProblem {
  const own = problems.find((problem) => problem.path === path)
  const around = problems.find((problem) => path.startsWith(join(problem.path, '/')))
  return own ?? around ?? { path, message: `cannot use ${path}` }
}

async function save(
  layout: Layout,
  incidents: readonly Incident[],
  {
    isNew,
    refused,
    signal,
  }: Pick<SaveOptions, 'signal'> & {
    readonly isNew: (incident: Incident) => boolean
    readonly refused: ReadonlyMap<string, StateProblem>
  },
): Promise<ReadonlyMap<string, StateProblem>> {
  const ids = new Map(incidents.map((incident) => [layout.incident(idOf(incident)), idOf(incident)]))
  const texts = new Map(incidents.map((incident) => [layout.incident(idOf(incident)), incident]))
  const problems = await changeEach([...texts.keys()], async (path) => {
    const [incident, refusal] = [texts.get(path), refused.get(path)]
    if (refusal !== undefined) throw new StateError(refusal.message, { path })
    if (signal?.aborted === true) throw new StateError('not saved: there was no time left for it', { path })
    // Somebody may have removed it while we were telling: then the incident is over, and stays so.
    if (incident !== undefined && (isNew(incident) || isThere(path))) await replaceOwn(path, writeIncident(incident))
  })
  return new Map([...problems].map(([path, problem]) => [ids.get(path) ?? '', problem]))
}

/** Changes files, some of them side by side, and syncs their directories at the end. @returns by path what failed */
async function changeEach(
  paths: readonly string[],
  change: (path: string) => Promise<void>,
): Promise<ReadonlyMap<string, StateProblem>> {
  const problems = new Map<string, StateProblem>()
  await inParallel(paths, async (path) => {
    const [problem] = await attemptEach([path], change)
    if (problem !== undefined) problems.set(path, problem)
  })
  for (const directory of new Set(paths.filter((path) => !problems.has(path)).map(dirname))) {
    const [problem] = await attemptEach([directory], syncOwn)
    if (problem === undefined) continue
    for (const path of paths.filter((one) => dirname(one) === directory)) problems.set(path, problem)
  }
  return problems
}

async function attemptEach(
  paths: readonly string[],
  act: (path: string) => Promise<void>,
): Promise<readonly StateProblem[]> {
  const problems: StateProblem[] = []
  for (const path of paths) {
    try {
      await act(path)
    } catch (error) {
      problems.push(problemOf(path, error))
    }
  }
  return problems
}

function problemOf(path: string, error: unknown): StateProblem {
  return { path, message: error instanceof StateError ? error.message : `cannot use ${path}: ${whyNot(error)}` }
}

/** What the last finished run left behind; nothing, and a problem, where its file is not ours to read. */
async function readLastRun(path: string): Promise<FoundLastRun> {
  const found = await readOwn(path)
  if (found.kind === 'refused') return { problems: [{ path, message: `cannot read ${path}: ${found.why}` }] }
  if (found.kind === 'nothing') return { problems: [] }
  const { parseLastRun } = await import('../../core/last-run.ts')
  const lastRun = parseLastRun(found.text)
  return lastRun === undefined ? { problems: [] } : { lastRun, problems: [] }
}
