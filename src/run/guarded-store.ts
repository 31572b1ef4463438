import { errorMessage } from '../core/errors.ts'
import { areSendings, isJournal, isProblem, isState } from '../core/incident/stored.ts'
import { idOf } from '../core/names.ts'
import type { Deadline } from '../core/plan.ts'
import type { NotSaved, StateStore, StoredState } from '../core/ports.ts'
import type { Incident, StateProblem } from '../core/types.ts'
import { contain } from './strays.ts'

/** How much of what is left of a run's time the store may take to do one thing: the rest is for reading and telling. */
const SHARE = 0.25
/** What it is given at least, where half of what is left allows it: a busy machine may be as late. */
const ENOUGH_MS = 500
/** The shortest time that it is given, however little is left. */
const LEAST_MS = 200
/** What each of thousands of incidents may take besides. */
const EACH_MS = 5

/** What is known where the store says nothing; without counts all thresholds count as met. */
const NOTHING_KNOWN: Omit<StoredState, 'problems'> = {
  incidents: [],
  silences: [],
  foreign: [],
  pending: new Map(),
  openings: new Map(),
  revisions: new Map(),
  unusable: new Set(),
  isCountKnown: false,
}

/**
 * A store of which nothing can come but what a store may say: what it throws is a problem, and so is what it does not
 * answer in time. From an answer that did not come on it is not asked any more, and neither where it cannot say what
 * there is: what is saved then might take the place of what is open.
 */
export function guardStore(store: StateStore, deadline: Deadline): StateStore {
  const ask = asker(deadline)
  // Said with what is saved next: the loading of them has no place for it.
  let unknownRemarks: StateProblem | undefined
  /** of writing incidents: what went wrong with each */
  const failuresOf = async (
    work: () => Promise<unknown>,
    { incidents, share = SHARE }: { readonly incidents: readonly Incident[]; readonly share?: number },
  ): Promise<ReadonlyMap<string, NotSaved>> => {
    if (incidents.length === 0) return new Map()
    const answer = await ask(work, { count: incidents.length, share })
    if (answer instanceof Map && [...answer.values()].every(isProblem)) return answer
    const problem = isProblem(answer) ? answer : RUBBISH
    return new Map(incidents.map((incident) => [idOf(incident), problem]))
  }
  const problemsOf = async (work: () => Promise<unknown>, count = 0): Promise<readonly StateProblem[]> => {
    const answer = await ask(work, { count })
    if (isProblem(answer)) return [answer]
    return Array.isArray(answer) && answer.every(isProblem) ? answer : [RUBBISH]
  }
  return {
    load: async (checks) => {
      const answer = await ask(() => store.load(checks), { isVital: true, isSound: isState })
      return isProblem(answer) ? { ...NOTHING_KNOWN, problems: [answer] } : answer
    },
    save: (incidents, options) => {
      // A store with a signal stops by itself, but not before half of what is left.
      const share = options.signal === undefined ? SHARE : 2 * SHARE
      return failuresOf(() => store.save(incidents, options), { incidents, share })
    },
    remove: (incidents, options) => problemsOf(() => store.remove(incidents, options), incidents.length),
    // Who cannot be asked keeps nobody from being told: better twice than never.
    claim: async (sending, options) => {
      const answer = await ask<unknown>(() => store.claim(sending, options), {})
      return areSendings(answer) ? answer : [sending]
    },
    told: (settled) => failuresOf(() => store.told(settled), { incidents: settled.map(({ incident }) => incident) }),
    saveCounts: (counts) => problemsOf(() => store.saveCounts(counts)),
    saveMemory: (memory) => problemsOf(() => store.saveMemory(memory)),
    saveSilences: (silences) => problemsOf(() => store.saveSilences(silences)),
    journal: (entries) => problemsOf(() => store.journal(entries)),
    loadJournal: async () => {
      const answer = await ask<unknown>(() => store.loadJournal(), {})
      return isJournal(answer) ? answer : { entries: [], skipped: 0, problems: [isProblem(answer) ? answer : RUBBISH] }
    },
    loadLastRun: async () => {
      const answer = await ask(() => store.loadLastRun(), {})
      return isProblem(answer) ? { problems: [answer] } : answer
    },
    saveLastRun: (lastRun) => problemsOf(() => store.saveLastRun(lastRun)),
    loadRemarks: async () => {
      const answer = await ask<unknown>(() => store.loadRemarks(), {})
      if (answer instanceof Map) return answer
      unknownRemarks = isProblem(answer) ? answer : RUBBISH
      return new Map()
    },
    saveRemarks: async (said) => [
      ...(unknownRemarks === undefined ? [] : [unknownRemarks]),
      ...(await problemsOf(() => store.saveRemarks(said))),
    ],
    pathOf: (id) => store.pathOf(id),
  }
}

interface AskOptions<T> {
  /** without an answer to this the store is not asked any more */
  readonly isVital?: boolean
  /** how many incidents it is about */
  readonly count?: number
  /** how much it may take of what is left of the run's time */
  readonly share?: number
  readonly isSound?: (answer: T) => boolean
}

/** Asks a store until it is lost, and answers for it from then on. */
function asker(deadline: Deadline): <T>(work: () => Promise<T>, options: AskOptions<T>) => Promise<T | StateProblem> {
  let lost: StateProblem | undefined
  return async <T>(work: () => Promise<T>, { isVital = false, count = 0, share = SHARE, isSound }: AskOptions<T>) => {
    if (lost !== undefined) return lost
    let timer: NodeJS.Timeout | undefined
    let isAnswered = false
    const late = new Promise<StateProblem>((resolve) => {
      const giveUp = (): void => {
        if (isAnswered) return
        lost = problemOf('no answer in time')
        resolve(lost)
      }
      // Where the process itself was held up, what has come meanwhile is taken first.
      timer = setTimeout(() => setImmediate(giveUp), limitOf(deadline, { count, share }))
    })
    try {
      const answer = await Promise.race([contain(work), late])
      if (isProblem(answer)) return answer
      if (isSound?.(answer) !== false) return answer
      throw new Error('it answered with something that is no state')
    } catch (error) {
      const problem = problemOf(`unforeseen: ${errorMessage(error)}`)
      if (isVital) lost = problem
      return problem
    } finally {
      isAnswered = true
      clearTimeout(timer)
    }
  }
}

function limitOf({ at }: Deadline, { count, share }: { readonly count: number; readonly share: number }): number {
  const leftMs = Math.max(0, at.getTime() - Date.now())
  const wanted = Math.max(leftMs * share, Math.min(ENOUGH_MS, leftMs / 2), count * EACH_MS)
  return Math.max(LEAST_MS, Math.min(leftMs, wanted))
}

const RUBBISH = problemOf('unforeseen: it answered with something that is no answer')

function problemOf(why: string): StateProblem {
  return { path: '', message: `the state cannot be used: ${why}`, cure: 'what is told is told again at the next run' }
}
