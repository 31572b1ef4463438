import { basename, dirname, join } from 'node:path'
import { errorCode, StateError } from '../../core/errors.ts'
import { earlierIdOf, idOf } from '../../core/names.ts'
import type { Counts, SaveOptions, StateStore, StoredState } from '../../core/ports.ts'
import type { Incident, StateProblem } from '../../core/types.ts'
import { readdir, rename, stat } from '../../io/files/fs.ts'
import { inParallel } from '../../io/files/in-parallel.ts'
import { isForeign } from '../../io/files/owner.ts'
import {
  isThere,
  makeDirectory,
  type OwnFile,
  readOwn,
  readOwnAtOnce,
  removeOwn,
  replaceOwn,
  syncOwn,
  whyNot,
  writeOwn,
} from '../../io/files/safe-file.ts'
import { readCounts, readIncident, readSilences, writeCounts, writeIncident, writeSilences } from './incident-json.ts'
import { appendToJournal, readJournal } from './journal.ts'
import { keepYoung, loadKept, putAside } from './kept.ts'
import { COUNTS_NAME, type Layout, LOCKFILE_NAME, UNFINISHED_NAME } from './layout.ts'

/** The classic alert script's lockfile holds nothing but the digits of the local time, run together. */
const CLASSIC = /^\d+\s*$/

/** Of so many lockfiles one is opened aside, so that others have their turn as well. */
const ASIDE_EVERY = 128

const NO_COUNTS: Counts = { pending: new Map(), openings: new Map() }

/** What loading gathers. */
interface Gathered {
  readonly incidents: Incident[]
  readonly foreign: { readonly check: string; readonly openedAt: Date }[]
  readonly problems: StateProblem[]
  readonly unusable: Set<string>
}

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
    save: async (incidents, options) => (readOnly ? new Map() : save(layout, incidents, { ...options, refused })),
    remove: async (incidents) => {
      const paths = incidents.map((incident) => layout.incident(idOf(incident))).filter((path) => !refused.has(path))
      return [...(await changeEach(readOnly ? [] : paths, removeOwn)).values()]
    },
    saveCounts: (counts) =>
      write(layout.pending, (path) =>
        counts.pending.size + counts.openings.size === 0 ? removeDurably(path) : writeOwn(path, writeCounts(counts)),
      ),
    saveSilences: (silences) =>
      write(layout.silences, (path) =>
        silences.length === 0 ? removeDurably(path) : writeOwn(path, writeSilences(silences)),
      ),
    journal: async (entries) =>
      entries.length === 0 ? [] : write(layout.journal, (path) => appendToJournal(path, entries, { isAlone })),
    loadJournal: async () => (refused.has(layout.journal) ? [] : (await readJournal(layout.journal)).entries),
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

interface LoadOptions {
  readonly whose: { readonly origin: string }
  readonly readOnly: boolean
  readonly checks: readonly string[]
}

async function load(layout: Layout, options: LoadOptions): Promise<StoredState> {
  const gathered: Gathered = { incidents: [], foreign: [], problems: [], unusable: new Set() }
  const { place } = layout
  const there = 'files' in place ? { lockfiles: place.files, hasCounts: true } : await filesIn(place.directory, options)
  if ('message' in there) {
    const lockfiles = options.checks.map((check) => layout.incident(check))
    const unusable = new Set([
      ...lockfiles,
      layout.pending,
      layout.silences,
      layout.journal,
      layout.lastRun,
      layout.remarks,
    ])
    return { ...gathered, ...NO_COUNTS, silences: [], problems: [there], unusable, isCountKnown: false }
  }
  const paths = there.lockfiles
  const known = new Map('files' in place ? options.checks.map((check) => [layout.incident(check), check]) : [])
  const reading = { ...options, layout, known, gathered }
  for (const [i, path] of paths.entries()) {
    // A file system that hangs does so at the first: of ten thousand each turn aside would count.
    const found = i % ASIDE_EVERY === 0 ? await readOwn(path) : readOwnAtOnce(path)
    await takeLockfile(path, found, reading)
  }
  const kept = { readOnly: options.readOnly, gathered }
  const counts = there.hasCounts
    ? await loadKept(layout.pending, { ...kept, read: readCounts, nothing: NO_COUNTS })
    : NO_COUNTS
  const silences = await loadKept(layout.silences, { ...kept, read: readSilences, nothing: [] })
  return { ...gathered, ...(counts ?? NO_COUNTS), silences: silences ?? [], isCountKnown: counts !== undefined }
}

/**
 * Makes a state directory where there is none, and looks whether it is ours.
 *
 * @throws StateError where it cannot be used
 */
export async function useDirectory(directory: string): Promise<void> {
  try {
    await makeDirectory(directory)
    await requireOwn(directory)
  } catch (error) {
    if (error instanceof StateError) throw error
    const message = `cannot use state directory ${directory}: ${whyNot(error)}`
    throw new StateError(message, { path: directory, cause: error })
  }
}

async function requireOwn(directory: string): Promise<void> {
  const { uid } = await stat(directory)
  if (!isForeign(uid)) return
  const cure = 'name one of your own with --state DIR'
  throw new StateError(`state directory ${directory} belongs to another user (uid ${uid}); ${cure}`, {
    path: directory,
  })
}

/** What a killed run left half written; of an incident that never comes again nobody would write over it. */
async function sweep(paths: readonly string[]): Promise<void> {
  // One that cannot be removed does no harm: what is written at its path says so.
  for (const path of paths) await removeOwn(path).catch(() => undefined)
}

/** What may be of use in a state directory. Names are not made, but looked for: to make them takes longer. */
interface There {
  readonly lockfiles: readonly string[]
  readonly hasCounts: boolean
}

async function filesIn(directory: string, { readOnly }: LoadOptions): Promise<There | StateProblem> {
  try {
    await (readOnly ? requireOwn(directory) : useDirectory(directory))
    const names = await readdir(directory)
    if (!readOnly) await sweep(names.filter((name) => UNFINISHED_NAME.test(name)).map((name) => join(directory, name)))
    const lockfiles = names.filter((name) => LOCKFILE_NAME.test(name)).map((name) => join(directory, name))
    return { lockfiles, hasCounts: names.some((name) => COUNTS_NAME.test(name)) }
  } catch (error) {
    if (readOnly && errorCode(error) === 'ENOENT') return { lockfiles: [], hasCounts: false }
    if (error instanceof StateError) return { path: directory, message: error.message }
    return { path: directory, message: `cannot use state directory ${directory}: ${whyNot(error)}` }
  }
}

interface ReadOptions extends LoadOptions {
  readonly layout: Layout
  readonly known: ReadonlyMap<string, string>
  readonly gathered: Gathered
}

async function takeLockfile(path: string, found: OwnFile, options: ReadOptions): Promise<void> {
  const { gathered, known } = options
  if (found.kind === 'nothing') return
  if (found.kind === 'refused') {
    gathered.unusable.add(path)
    gathered.problems.push({ path, message: `cannot use lockfile ${path}: ${found.why}` })
    return
  }
  if ('files' in options.layout.place && CLASSIC.test(found.text)) {
    gathered.foreign.push({ check: known.get(path) ?? basename(path), openedAt: found.modifiedAt })
    return
  }
  const read = readIncident(found.text)
  if (read !== undefined && isAnothers(read, options)) return await putAside(path, { ...options, ending: 'other' })
  const incident = placed(read, path, options)
  if (incident === undefined) return await putAside(path, { ...options, ending: 'broken' })
  gathered.incidents.push(incident)
  await keepYoung(path, found.modifiedAt, options)
  if (!options.readOnly && isWhereItWas(incident, path, options))
    await rename(path, options.layout.incident(idOf(incident)))
}

/** A line that looks elsewhere than the one whose incident it finds at its lockfile must not take it for its own. */
function isAnothers(incident: Incident, { whose, layout }: ReadOptions): boolean {
  const [own, found] = [lineOf(whose.origin), lineOf(incident.origin)]
  return 'files' in layout.place && own !== undefined && found !== undefined && own !== found
}

/** Where a line looks, as it stands at the end of its origin: the path before it may hold any character. */
function lineOf(origin: string): string | undefined {
  return /#([0-9a-f]{20})$/.exec(origin)?.[1]
}

/** With one lockfile at a path of the user's choice, the file is the incident's identity, whatever name it was under. */
function placed(incident: Incident | undefined, path: string, options: ReadOptions): Incident | undefined {
  if (incident === undefined) return undefined
  if ('files' in options.layout.place) {
    const check = options.known.get(path)
    return check === undefined ? incident : { ...incident, check, origin: options.whose.origin }
  }
  const isOurs = incident.origin === options.whose.origin
  const isInPlace = !isOurs || options.layout.incident(idOf(incident)) === path || isWhereItWas(incident, path, options)
  return isInPlace ? incident : undefined
}

/** Where earlier versions kept the incident of a check whose name could be taken for an item's. */
function isWhereItWas(incident: Incident, path: string, { layout, whose }: ReadOptions): boolean {
  const [id, earlier] = [idOf(incident), earlierIdOf(incident)]
  return id !== earlier && incident.origin === whose.origin && layout.incident(earlier) === path
}

async function save(
  layout: Layout,
  incidents: readonly Incident[],
  { create, refused, signal }: SaveOptions & { readonly refused: ReadonlyMap<string, StateProblem> },
): Promise<ReadonlyMap<string, StateProblem>> {
  const ids = new Map(incidents.map((incident) => [layout.incident(idOf(incident)), idOf(incident)]))
  const texts = new Map(incidents.map((incident) => [layout.incident(idOf(incident)), incident]))
  const problems = await changeEach([...texts.keys()], async (path) => {
    const [incident, refusal] = [texts.get(path), refused.get(path)]
    if (refusal !== undefined) throw new StateError(refusal.message, { path })
    if (signal?.aborted === true) throw new StateError('not saved: there was no time left for it', { path })
    // Somebody may have removed it while we were telling: then the incident is over, and stays so.
    if (incident !== undefined && (create || isThere(path))) await replaceOwn(path, writeIncident(incident))
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
      const message = error instanceof StateError ? error.message : `cannot use ${path}: ${whyNot(error)}`
      problems.push({ path, message })
    }
  }
  return problems
}
