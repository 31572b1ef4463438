import { StateError } from '../../../core/errors.ts'
import type { LastRun, StateStore } from '../../../core/ports.ts'
import { adviceOn } from '../../../core/words/advice.ts'
import { quote } from '../../../core/words/text.ts'
import type { SqlTarget } from '../../../drivers/target.ts'
import { stat } from '../../../io/files/fs.ts'
import { replacePublic } from '../../../io/files/public-file.ts'
import type { Settings } from '../../settings/settings.ts'

/** Where `--beat-to` says to leave what peers read; `nowhere` where that is not known. */
export type BeatPlace =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'table'; readonly database: string; readonly target: SqlTarget }
  | { readonly kind: 'nowhere'; readonly why: string }

/** A store that also leaves what a run has come to for others. */
export interface Beating {
  readonly store: StateStore
  /** leaves it where that is not a part of saving; says what went wrong */
  end(until: Date): Promise<readonly string[]>
}

/**
 * Finds out what is named: a database of the configuration, or else a file. A word that is neither would become a file
 * that nobody looks at, and what it was to be must not keep the run from telling.
 *
 * @param beatTo the value of `--beat-to`
 */
export async function placeOfBeat(
  beatTo: string,
  { config, targets }: Pick<Settings, 'config' | 'targets'>,
): Promise<BeatPlace> {
  const target = targets.get(beatTo)
  if (target !== undefined && target.driver !== 'redis') return { kind: 'table', database: beatTo, target }
  const nowhere = (why: string): BeatPlace => ({ kind: 'nowhere', why: `nothing is left for peers: ${why}` })
  if (target !== undefined) return nowhere(`database ${beatTo} is a Redis server, which has no tables`)
  const isWord = /^[\w-]+$/.test(beatTo)
  if (!isWord || (await stat(beatTo).catch(() => undefined)) !== undefined) return { kind: 'file', path: beatTo }
  if (config.leftOut?.databases.has(beatTo)) return nowhere(`something is wrong with database ${beatTo}`)
  return nowhere(
    `there is no database ${quote(beatTo)}; ${adviceOn(beatTo, [...targets.keys()])}; for a file write ./${beatTo}`,
  )
}

/** A store that leaves it there as well. */
export function beatingTo(place: BeatPlace, store: StateStore, { config }: Pick<Settings, 'config'>): Beating {
  switch (place.kind) {
    case 'file':
      return { store: intoFile(place.path, store), end: async () => [] }
    case 'nowhere':
      return { store, end: async () => [place.why] }
    case 'table':
      return intoTable(place, store, config.instance)
  }
}

function intoFile(path: string, store: StateStore): StateStore {
  const saveLastRun: StateStore['saveLastRun'] = async (lastRun) => {
    const problems = await store.saveLastRun(lastRun)
    try {
      await replacePublic(path, `${JSON.stringify(lastRun)}\n`, 'name another file with --beat-to')
      return problems
    } catch (error) {
      if (error instanceof StateError) return [...problems, { path, message: error.message }]
      throw error
    }
  }
  return { ...store, saveLastRun }
}

/** A database may be away, so that it is written to when all is told. */
function intoTable(
  { database, target }: Extract<BeatPlace, { kind: 'table' }>,
  store: StateStore,
  name: string,
): Beating {
  let before: LastRun | undefined
  let left: LastRun | undefined
  const listening: StateStore = {
    ...store,
    loadLastRun: async () => {
      const loaded = await store.loadLastRun()
      before = loaded.lastRun
      return loaded
    },
    saveLastRun: (lastRun) => {
      left = lastRun
      return store.saveLastRun(lastRun)
    },
  }
  return {
    store: listening,
    end: async (until) => {
      if (left === undefined) return []
      const { leaveRow } = await import('./beat-row.ts')
      return await leaveRow({ database, target, name }, { left, before }, until)
    },
  }
}
