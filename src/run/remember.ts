import { append } from '../core/lists.ts'
import { idOf } from '../core/names.ts'
import type { JournalEntry, NotSaved, StateStore, StoredState } from '../core/ports.ts'
import type { Incident, Pending, StateProblem, Verdict } from '../core/types.ts'
import {
  type AdvanceAllOptions,
  type Advanced,
  advanceAll,
  openCounted,
  vanishedOf,
  withoutGone,
} from './advance-all.ts'
import { inNet } from './net.ts'
import { dueIn, type Rules, ruleOf } from './rules.ts'
import { type Beginning, type State, stateOf } from './state.ts'

/** So many incidents that are as they were are saved again before they are told. */
const TRIED = 8
/** So often it is read again what somebody else has written at the same moment. */
const READ_AGAIN = 4

/** What the verdicts have changed, and what of it could not be kept. */
export interface Remembered extends State {
  /** the verdicts on rows that are gone while they had an incident */
  readonly vanished: readonly Verdict[]
  /** why an incident cannot be saved, by identity */
  readonly unsaved: ReadonlyMap<string, string>
  /** what the journal has not been told yet */
  readonly entries: readonly JournalEntry[]
  readonly problems: readonly StateProblem[]
}

/**
 * Sees what the verdicts have changed, and saves it: first the journal, whose readers take a line that stands there twice
 * for one; then incidents, then the counts of bad runs that are not enough for one yet, so that a kill in between loses
 * no count.
 *
 * @param read all that was judged in this run
 * @param signal when it fires, nothing more is saved: telling must have its time
 */
export async function remember(
  { rules, ports, startedAt, stored, state }: Beginning,
  read: readonly Verdict[],
  signal: AbortSignal,
): Promise<Remembered> {
  const { store, newId } = ports
  const found: StateProblem[] = []
  const vanished = (await inNet(found, async () => vanishedOf(state, read, rules))) ?? []
  const verdicts = [...read, ...vanished]
  const options = { rules, startedAt, newId, isForgetful: forgetfulOf(stored, store) }
  const advanced = advanceAll(withoutGone(state, read), { verdicts, foreign: stored.foreign }, options)
  const book: Book = {
    ...{
      store,
      signal,
      incidents: new Map(advanced.incidents),
      pending: advanced.pending,
      openings: advanced.openings,
    },
    ...{ revisions: new Map(state.revisions), unsaved: new Map(), entries: [...advanced.entries] },
    problems: [...found, ...advanced.problems],
  }
  await inNet(book.problems, async () => {
    const changed = await withBefore(book, advanced)
    await note(book)
    await saveOrReadAgain(book, changed, { verdicts, options })
    await saveCounts(book, stored, { verdicts, options })
    await tryToSaveWhatIsDue(book, new Set(changed), rules)
  })
  return { ...book, vanished }
}

/** What is kept in this step, and what could not be. */
interface Book {
  readonly store: StateStore
  readonly signal: AbortSignal
  readonly incidents: Map<string, Incident>
  pending: State['pending']
  openings: State['openings']
  readonly revisions: Map<string, number>
  readonly unsaved: Map<string, string>
  readonly entries: JournalEntry[]
  readonly problems: StateProblem[]
}

/** What is advanced anew where it was not as it had been read. */
interface Again {
  readonly verdicts: readonly Verdict[]
  readonly options: AdvanceAllOptions
}

/** Where nothing can be remembered, nothing can be counted either. */
function forgetfulOf({ isCountKnown, unusable }: StoredState, store: StateStore): AdvanceAllOptions['isForgetful'] {
  return (named) => !isCountKnown || (unusable.size > 0 && unusable.has(store.pathOf(idOf(named))))
}

/** Writes what the journal is to say. */
async function note({ store, entries, problems }: Book): Promise<void> {
  append(problems, await store.journal(entries.splice(0)))
}

/** What has changed; what has opened with what the journal knows of earlier times. It is read only where something opens. */
async function withBefore({ store, incidents }: Book, { changed, entries }: Advanced): Promise<readonly Incident[]> {
  const ids = new Set(entries.flatMap(({ event, id }) => (event === 'opened' ? [id] : [])))
  if (ids.size === 0) return changed
  const journal = await store.loadJournal()
  if (journal.entries.length === 0) return changed
  const { withEarlier } = await import('../core/incident/earlier.ts')
  const known = withEarlier(
    changed.filter(({ id }) => ids.has(id)),
    journal.entries,
  )
  for (const incident of known) incidents.set(idOf(incident), incident)
  const byId = new Map(known.map((incident) => [incident.id, incident]))
  return changed.map((incident) => byId.get(incident.id) ?? incident)
}

/** Saves what has changed. What somebody else has written meanwhile is read again, and gone on from there. */
async function saveOrReadAgain(book: Book, changed: readonly Incident[], again: Again): Promise<void> {
  let stale = await saveIncidents(book, changed)
  for (let tries = 1; stale.size > 0 && tries < READ_AGAIN; tries++) stale = await readAgain(book, stale, again)
  for (const id of stale) book.problems.push({ path: '', message: book.unsaved.get(id) ?? '' })
}

async function readAgain(
  book: Book,
  stale: ReadonlySet<string>,
  { verdicts, options }: Again,
): Promise<ReadonlySet<string>> {
  const stored = await book.store.load([...options.rules.rows.keys()])
  append(book.problems, stored.problems)
  const present = stateOf(stored, options.rules)
  const only = <T>(all: ReadonlyMap<string, T>): Map<string, T> => new Map([...all].filter(([id]) => stale.has(id)))
  const { revisions } = present
  const before = {
    incidents: only(present.incidents),
    pending: only(present.pending),
    openings: only(present.openings),
  }
  const meant = verdicts.filter((verdict) => stale.has(idOf(verdict)))
  const advanced = advanceAll({ ...before, revisions }, { verdicts: meant }, options)
  for (const id of stale) {
    book.incidents.delete(id)
    book.unsaved.delete(id)
  }
  for (const [id, incident] of advanced.incidents) book.incidents.set(id, incident)
  for (const { id } of advanced.incidents.values()) book.revisions.set(id, revisions.get(id) ?? 0)
  book.pending = replaced(book.pending, stale, advanced.pending)
  book.openings = replaced(book.openings, stale, advanced.openings)
  append(book.entries, advanced.entries)
  await note(book)
  return await saveIncidents(book, advanced.changed)
}

function replaced<T>(
  all: ReadonlyMap<string, T>,
  ids: ReadonlySet<string>,
  by: ReadonlyMap<string, T>,
): Map<string, T> {
  return new Map([...[...all].filter(([id]) => !ids.has(id)), ...by])
}

/** @returns identities of those that somebody else has written meanwhile */
async function saveIncidents(
  { store, signal, revisions, unsaved, problems }: Book,
  incidents: readonly Incident[],
): Promise<ReadonlySet<string>> {
  if (incidents.length === 0) return new Set()
  const failed = await store.save(incidents, { revisions, signal })
  for (const incident of incidents) {
    const problem = failed.get(idOf(incident))
    if (problem === undefined) revisions.set(incident.id, (revisions.get(incident.id) ?? 0) + 1)
    else unsaved.set(idOf(incident), problem.message)
  }
  const isStale = ({ isConflict }: NotSaved): boolean => isConflict === true
  append(
    problems,
    [...failed.values()].filter((problem) => !isStale(problem)),
  )
  return new Set([...failed].flatMap(([id, problem]) => (isStale(problem) ? [id] : [])))
}

/** Counts that cannot be kept would never reach their threshold: they count as met instead. */
async function saveCounts(book: Book, stored: StoredState, { verdicts, options }: Again): Promise<void> {
  const { store, pending, openings } = book
  if (sameCounts(pending, stored.pending) && sameOpenings(openings, stored.openings)) return
  const problems = await store.saveCounts({ pending, openings })
  append(book.problems, problems)
  if (problems.length === 0) return
  const opened = openCounted(book, verdicts, options)
  for (const [id, incident] of opened.incidents) book.incidents.set(id, incident)
  book.pending = opened.pending
  book.openings = opened.openings
  append(book.entries, opened.entries)
  await note(book)
  await saveIncidents(book, opened.changed)
}

/** Whether it can be remembered that something was told must be known before it is: the words say so if it cannot. */
async function tryToSaveWhatIsDue(book: Book, saved: ReadonlySet<Incident>, rules: Rules): Promise<void> {
  const unsaved = [...book.incidents.values()].filter((incident) => !saved.has(incident))
  const isDue = (incident: Incident): boolean =>
    ruleOf(rules, incident).recipients.some((recipient) => dueIn(rules, incident, recipient).kind !== 'none')
  const wanted = unsaved.filter(isDue)
  const [tried, rest] = [wanted.slice(0, TRIED), wanted.slice(TRIED)]
  await saveIncidents(book, tried)
  // What the disk has taken of some it will take of all: ten thousand would leave no time to tell.
  if (tried.some((incident) => book.unsaved.has(idOf(incident)))) await saveIncidents(book, rest)
}

function sameCounts(a: ReadonlyMap<string, Pending>, b: ReadonlyMap<string, Pending>): boolean {
  return (
    a.size === b.size &&
    [...a].every(([id, { count, recent }]) => b.get(id)?.count === count && b.get(id)?.recent === recent)
  )
}

function sameOpenings(a: State['openings'], b: State['openings']): boolean {
  return a.size === b.size && [...a].every(([id, openings]) => b.get(id) === openings)
}
