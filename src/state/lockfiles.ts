import { readdir, rename, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { errorCode, StateError } from '../core/errors.ts'
import { idOf } from '../core/names.ts'
import type { StateStore, StoredState } from '../core/ports.ts'
import type { Incident, Pending, StateProblem } from '../core/types.ts'
import { readIncident, readPending, writeIncident, writePending } from './incident-json.ts'
import { appendToJournal } from './journal.ts'
import { type Layout, LOCKFILE_NAME } from './layout.ts'
import { isForeign, isThere, makeDirectory, readOwn, removeOwn, whyNot, writeOwn } from './safe-file.ts'

/** The classic alert script's lockfile holds nothing but the digits of the local time, run together. */
const CLASSIC = /^\d+\s*$/

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
 * @param options.readOnly changes nothing on disk: for looking
 */
export function createLockfileStore(
  layout: Layout,
  { origin, readOnly = false }: { readonly origin: string; readonly readOnly?: boolean },
): StateStore {
  /** why a path is not touched, for those that are not */
  const refused = new Map<string, StateProblem>()
  /** Writes to a path unless it is known, and told, that nothing can be written there. */
  const write = (path: string, act: (path: string) => Promise<void>): Promise<readonly StateProblem[]> =>
    attemptEach(readOnly || refused.has(path) ? [] : [path], act)
  return {
    load: async (checks) => {
      const stored = await load(layout, { origin, readOnly, checks })
      for (const path of stored.unusable) refused.set(path, problemAt(path, stored.problems))
      return stored
    },
    save: async (incidents, options) => (readOnly ? new Map() : save(layout, incidents, { ...options, refused })),
    remove: (incidents) => {
      const paths = incidents.map((incident) => layout.incident(idOf(incident))).filter((path) => !refused.has(path))
      return attemptEach(readOnly ? [] : paths, removeOwn)
    },
    savePending: (pending) =>
      write(layout.pending, (path) => (pending.size === 0 ? removeOwn(path) : writeOwn(path, writePending(pending)))),
    journal: async (entries) =>
      entries.length === 0 ? [] : write(layout.journal, (path) => appendToJournal(path, entries)),
    saveLastRun: (lastRun) => write(layout.lastRun, (path) => writeOwn(path, `${JSON.stringify(lastRun)}\n`)),
    pathOf: (id) => layout.incident(id),
  }
}

function problemAt(path: string, problems: readonly StateProblem[]): StateProblem {
  return problems.find((problem) => path.startsWith(problem.path)) ?? { path, message: `cannot use ${path}` }
}

interface LoadOptions {
  readonly origin: string
  readonly readOnly: boolean
  readonly checks: readonly string[]
}

async function load(layout: Layout, options: LoadOptions): Promise<StoredState> {
  const gathered: Gathered = { incidents: [], foreign: [], problems: [], unusable: new Set() }
  const known = new Map(options.checks.map((check) => [layout.incident(check), check]))
  const { place } = layout
  const paths = 'files' in place ? [...place.files] : await lockfilesIn(place.directory, options)
  if (!Array.isArray(paths)) {
    const unusable = new Set([...known.keys(), layout.pending, layout.journal, layout.lastRun])
    return { ...gathered, problems: [paths], unusable, pending: new Map(), isCountKnown: false }
  }
  for (const path of paths) await readLockfile(path, { ...options, layout, known, gathered })
  const pending = await loadPending(layout.pending, { readOnly: options.readOnly, gathered })
  return { ...gathered, pending: pending ?? new Map(), isCountKnown: pending !== undefined }
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

async function lockfilesIn(directory: string, { readOnly }: LoadOptions): Promise<string[] | StateProblem> {
  try {
    await (readOnly ? requireOwn(directory) : useDirectory(directory))
    const names = await readdir(directory)
    return names.filter((name) => LOCKFILE_NAME.test(name)).map((name) => join(directory, name))
  } catch (error) {
    if (readOnly && errorCode(error) === 'ENOENT') return []
    if (error instanceof StateError) return { path: directory, message: error.message }
    return { path: directory, message: `cannot use state directory ${directory}: ${whyNot(error)}` }
  }
}

interface ReadOptions extends LoadOptions {
  readonly layout: Layout
  readonly known: ReadonlyMap<string, string>
  readonly gathered: Gathered
}

async function readLockfile(path: string, options: ReadOptions): Promise<void> {
  const { gathered, known } = options
  const found = await readOwn(path)
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
  const incident = placed(readIncident(found.text), path, options)
  if (incident === undefined) await putAside(path, options)
  else gathered.incidents.push(incident)
}

/** With one lockfile at a path of the user's choice, the file is the incident's identity, whatever name it was under. */
function placed(incident: Incident | undefined, path: string, options: ReadOptions): Incident | undefined {
  if (incident === undefined) return undefined
  if ('files' in options.layout.place) {
    const check = options.known.get(path)
    return check === undefined ? incident : { ...incident, check, origin: options.origin }
  }
  const isMisplaced = incident.origin === options.origin && options.layout.incident(idOf(incident)) !== path
  return isMisplaced ? undefined : incident
}

async function putAside(
  path: string,
  { readOnly, gathered }: { readonly readOnly: boolean; readonly gathered: Pick<Gathered, 'problems' | 'unusable'> },
): Promise<void> {
  if (readOnly) {
    gathered.problems.push({ path, message: `cannot read ${path}: it is not what lastalive writes` })
    return
  }
  try {
    await rename(path, `${path}.broken`)
    const message = `cannot read ${path}: it is not what lastalive writes; kept as ${path}.broken`
    gathered.problems.push({ path, message, cure: 'what it stood for is told anew' })
  } catch (error) {
    gathered.unusable.add(path)
    gathered.problems.push({ path, message: `cannot put ${path} aside: ${whyNot(error)}` })
  }
}

async function loadPending(
  path: string,
  options: { readonly readOnly: boolean; readonly gathered: Pick<Gathered, 'problems' | 'unusable'> },
): Promise<ReadonlyMap<string, Pending> | undefined> {
  const found = await readOwn(path)
  if (found.kind === 'nothing') return new Map()
  if (found.kind === 'refused') {
    options.gathered.unusable.add(path)
    options.gathered.problems.push({ path, message: `cannot use ${path}: ${found.why}` })
    return undefined
  }
  const pending = readPending(found.text)
  if (pending === undefined) await putAside(path, options)
  return pending
}

async function save(
  layout: Layout,
  incidents: readonly Incident[],
  { create, refused }: { readonly create: boolean; readonly refused: ReadonlyMap<string, StateProblem> },
): Promise<ReadonlyMap<string, StateProblem>> {
  const failed = new Map<string, StateProblem>()
  for (const incident of incidents) {
    const path = layout.incident(idOf(incident))
    const refusal = refused.get(path)
    const [problem] = await attemptEach([path], async () => {
      if (refusal !== undefined) throw new StateError(refusal.message, { path })
      // Somebody may have removed it while we were telling: then the incident is over, and stays so.
      if (create || (await isThere(path))) await writeOwn(path, writeIncident(incident))
    })
    if (problem !== undefined) failed.set(idOf(incident), problem)
  }
  return failed
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
