import type { StateStore } from '../core/ports.ts'
import { directoryLayout, type Layout, LOCKFILE_NAME, lockfileLayout, stuckLayout } from '../store/lockfiles/layout.ts'
import type { Place } from './place.ts'

/** Whose incidents are meant: asked for only where there are some, since it may take a while to make. */
export interface Whose {
  readonly origin: string
}

/** How a store is opened. */
export interface StoreOptions {
  /** without it all can be read, and what belongs to no configuration can be written */
  readonly whose?: Whose
  /** for looking: nothing is changed */
  readonly readOnly?: boolean
  /** false without the run lock: somebody else may write at the same time */
  readonly isAlone?: boolean
  /** the incident of a stuck run, and nothing else: that run holds the lock for the rest */
  readonly only?: 'stuck run'
}

const NOBODY: Whose = { origin: '' }

/** Opens what is remembered at a place. This is the only way to it. */
export async function openStore(place: Place, options: StoreOptions = {}): Promise<StateStore> {
  const { createLockfileStore } = await import('../store/lockfiles/lockfiles.ts')
  const { whose = NOBODY, only, ...rest } = options
  const layout = layoutAt(place, whose)
  return createLockfileStore(only === undefined ? layout : stuckLayout(layout), {
    get origin() {
      return whose.origin
    },
    ...rest,
  })
}

/** Which files lie where at a place of files. */
export function layoutAt({ kind, path }: Place, whose: Whose = NOBODY): Layout {
  return kind === 'directory' ? directoryLayout(path, whose) : lockfileLayout(path)
}

/** The files that a store keeps at a place, but for the lockfiles in a directory, which come and go: `isLockfile` knows them. */
export function filesAt(
  place: Place,
  whose: Whose,
): { readonly files: readonly string[]; readonly isLockfile: (path: string) => boolean } {
  const { files, directory } = { files: [], directory: undefined, ...layoutAt(place, whose).place }
  const { silences, lastRun, remarks, journal, pending, memory, runLock, stuckLock } = layoutAt(place, whose)
  return {
    files: [silences, lastRun, remarks, journal, pending, memory, runLock, stuckLock, ...files],
    isLockfile: (path) => directory !== undefined && LOCKFILE_NAME.test(path),
  }
}
