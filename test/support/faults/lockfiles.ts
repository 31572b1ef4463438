import type { StateStore } from '../../../src/core/ports.ts'
import { createLockfileStore as reallyCreate } from '../../../src/store/lockfiles/lockfiles.ts'
import { breakStore } from './injected.ts'
import { faultOfThisRun } from './this-run.ts'

/** A store as the command has it, which goes wrong if it is its turn. */
export function createLockfileStore(...given: Parameters<typeof reallyCreate>): StateStore {
  return breakStore(reallyCreate(...given), faultOfThisRun())
}
