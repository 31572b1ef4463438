import { basename } from 'node:path'
import { LARGEST_MEMORY_BYTES, type Memory } from '../../core/judge/memory.ts'
import { earlierIdOf, idOf } from '../../core/names.ts'
import type { Counts, StoredState } from '../../core/ports.ts'
import type { Incident, StateProblem } from '../../core/types.ts'
import { rename } from '../../io/files/fs.ts'
import { type OwnFile, readOwn, readOwnAtOnce } from '../../io/files/safe-file.ts'
import { filesIn } from './directory.ts'
import { readCounts, readIncident, readSilences } from './incident-json.ts'
import { keepYoung, loadKept, putAside } from './kept.ts'
import type { Layout } from './layout.ts'
import { readMemoryFile } from './memory-json.ts'

/** The classic alert script's lockfile holds nothing but the digits of the local time, run together. */
const CLASSIC = /^\d+\s*$/

/** Of so many lockfiles one is opened aside, so that others have their turn as well. */
const ASIDE_EVERY = 128

const NO_MEMORY: Memory = new Map()
const MEMORY = {
  read: readMemoryFile,
  largestBytes: LARGEST_MEMORY_BYTES,
  cure: 'its checks remember nothing now',
}
const NO_COUNTS: Counts = { pending: new Map(), openings: new Map() }

/** What loading gathers. */
interface Gathered {
  readonly incidents: Incident[]
  readonly foreign: { readonly check: string; readonly openedAt: Date }[]
  readonly problems: StateProblem[]
  readonly unusable: Set<string>
}

interface LoadOptions {
  readonly whose: { readonly origin: string }
  readonly readOnly: boolean
  readonly checks: readonly string[]
}

/** Reads all that is kept. What cannot be used is a problem, and put aside where it is broken. */
export async function load(layout: Layout, options: LoadOptions): Promise<StoredState> {
  const gathered: Gathered = { incidents: [], foreign: [], problems: [], unusable: new Set() }
  const { place } = layout
  const there =
    'files' in place
      ? { lockfiles: place.files, counts: [layout.pending], hasMemory: true }
      : await filesIn(place.directory, options)
  if ('message' in there) {
    const lockfiles = options.checks.map((check) => layout.incident(check))
    const unusable = new Set([
      ...lockfiles,
      layout.pending,
      layout.memory,
      layout.silences,
      layout.journal,
      layout.lastRun,
      layout.remarks,
    ])
    return {
      ...gathered,
      ...NO_COUNTS,
      revisions: new Map(),
      silences: [],
      problems: [there],
      unusable,
      isCountKnown: false,
    }
  }
  const paths = there.lockfiles
  const checkAt = new Map('files' in place ? options.checks.map((check) => [layout.incident(check), check]) : [])
  const reading = { ...options, layout, known: checkAt, gathered }
  for (const [i, path] of paths.entries()) {
    // A file system that hangs does so at the first: of ten thousand each turn aside would count.
    const found = i % ASIDE_EVERY === 0 ? await readOwn(path) : readOwnAtOnce(path)
    await takeLockfile(path, found, reading)
  }
  const kept = { readOnly: options.readOnly, gathered }
  const counts = await loadCounts(there.counts, layout, { ...options, gathered })
  const memory = there.hasMemory ? await loadKept(layout.memory, { ...kept, ...MEMORY, nothing: NO_MEMORY }) : NO_MEMORY
  const silences = await loadKept(layout.silences, { ...kept, read: readSilences, nothing: [] })
  // Whoever writes here is alone: it counts only whether there is something.
  const revisions = new Map(gathered.incidents.map(({ id }) => [id, 1]))
  const known = { revisions, silences: silences ?? [], isCountKnown: counts !== undefined }
  return { ...gathered, ...(counts ?? NO_COUNTS), ...known, ...(memory && { memory }) }
}

/**
 * Whoever looks without a configuration sees what is counted for all of them.
 *
 * @returns undefined where some of it is lost
 */
async function loadCounts(
  paths: readonly string[],
  layout: Layout,
  { whose, readOnly, gathered }: Pick<ReadOptions, 'whose' | 'readOnly' | 'gathered'>,
): Promise<Counts | undefined> {
  if (paths.length === 0) return NO_COUNTS
  const wanted = readOnly && whose.origin === '' ? paths : [layout.pending]
  const [pending, openings] = [new Map(NO_COUNTS.pending), new Map(NO_COUNTS.openings)]
  for (const path of wanted) {
    const counts = await loadKept(path, { readOnly, gathered, read: readCounts, nothing: NO_COUNTS })
    if (counts === undefined) return undefined
    for (const [id, count] of counts.pending) pending.set(id, count)
    for (const [id, opened] of counts.openings) openings.set(id, opened)
  }
  return { pending, openings }
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
