import { StateError } from '../../../core/errors.ts'
import type { StateStore } from '../../../core/ports.ts'
import { replacePublic } from '../../../io/files/public-file.ts'

/**
 * A store that also puts what a run leaves into a file for others.
 *
 * @param beatTo the file of `--beat-to`
 */
export function beatingTo(beatTo: string, store: StateStore): StateStore {
  const saveLastRun: StateStore['saveLastRun'] = async (lastRun) => {
    const problems = await store.saveLastRun(lastRun)
    try {
      await replacePublic(beatTo, `${JSON.stringify(lastRun)}\n`, 'name another file with --beat-to')
      return problems
    } catch (error) {
      if (error instanceof StateError) return [...problems, { path: beatTo, message: error.message }]
      throw error
    }
  }
  return { ...store, saveLastRun }
}
