import { join } from 'node:path'
import { type Aspect, CONFIGURATION, namedBy, STUCK_RUN, sourceIn } from '../../core/names.ts'
import { sha256 } from '../../core/sha256.ts'

/** Where each thing that is kept lies. */
export interface Layout {
  /** a directory of our own, or the few paths where lockfiles may lie */
  readonly place: { readonly directory: string } | { readonly files: readonly string[] }
  /** the lockfile of an incident, by its identity: `check`, or `check/item` */
  incident(id: string): string
  readonly pending: string
  /** what checks remember */
  readonly memory: string
  readonly silences: string
  readonly runLock: string
  /** the lock for telling that the run lock's holder is stuck */
  readonly stuckLock: string
  readonly lastRun: string
  /** what was remarked lately */
  readonly remarks: string
  readonly journal: string
}

const DIGITS = 10
const DIGITS_OF_AN_ITEM = 24

/** The names of incidents' lockfiles in a state directory; whatever else lies there is not ours. */
export const LOCKFILE_NAME = /-(?:[0-9a-f]{10}|[0-9a-f]{24})\.lck$/

/** The names of files of counts in a state directory, whoever's they are. */
export const COUNTS_NAME = /^pending-[0-9a-f]{10}\.json$/

/** The names of files of what checks remember, whoever's they are. */
export const MEMORY_NAME = /^memory-[0-9a-f]{10}\.json$/

/** The names that a lockfile, or a file of counts, has while it is written. */
export const UNFINISHED_NAME = /-(?:[0-9a-f]{10}|[0-9a-f]{24})\.(?:lck|json)\.tmp$/

/**
 * A state directory: one lockfile for each incident.
 *
 * @param whose incidents: two configurations in one directory never share a lockfile
 */
export function directoryLayout(directory: string, whose: { readonly origin: string }): Layout {
  const known = new Map<string, string>()
  const pathOf = (id: string): string =>
    join(directory, `${slugOf(id)}-${hashOf(whose.origin, id).slice(0, digitsFor(id))}.lck`)
  return {
    place: { directory },
    incident: (id) => {
      const path = known.get(id) ?? pathOf(id)
      known.set(id, path)
      return path
    },
    get pending() {
      return join(directory, `pending-${hashOf(whose.origin).slice(0, DIGITS)}.json`)
    },
    get memory() {
      return join(directory, `memory-${hashOf(whose.origin).slice(0, DIGITS)}.json`)
    },
    silences: join(directory, 'silences.json'),
    runLock: join(directory, 'run.lock'),
    stuckLock: join(directory, 'stuck.lock'),
    lastRun: join(directory, 'last-run.json'),
    remarks: join(directory, 'remarks.json'),
    journal: join(directory, 'journal.jsonl'),
  }
}

/** One lockfile at a path of the user's choice, in a directory that may be anyone's; the rest lies beside it. */
export function lockfileLayout(file: string): Layout {
  const fileOf: Readonly<Record<Aspect, string>> = {
    answer: `${file}.database`,
    clock: `${file}.clock`,
    response: `${file}.response`,
  }
  return {
    place: { files: [file, ...Object.values(fileOf), `${file}.stuck`, `${file}.configuration`] },
    incident: (id) => {
      const { check } = namedBy(id)
      if (check === STUCK_RUN) return `${file}.stuck`
      if (check === CONFIGURATION) return `${file}.configuration`
      const of = sourceIn(check)
      return of === undefined ? file : fileOf[of.aspect]
    },
    pending: `${file}.pending`,
    memory: `${file}.memory`,
    silences: `${file}.silences`,
    runLock: `${file}.run`,
    stuckLock: `${file}.stuck-lock`,
    lastRun: `${file}.last-run`,
    remarks: `${file}.remarks`,
    journal: `${file}.journal`,
  }
}

/** Of all that is kept, the incident of a stuck run alone: nothing else may be touched while that run holds the lock. */
export function stuckLayout(layout: Layout): Layout {
  const path = layout.incident(STUCK_RUN)
  const beside = { pending: `${path}.pending`, memory: `${path}.memory`, lastRun: `${path}.last-run` }
  return { ...layout, place: { files: [path] }, ...beside }
}

/** Names of items are anybody's, and there may be ten thousand: no two of them may ever share a lockfile. */
function digitsFor(id: string): number {
  return namedBy(id).item === undefined ? DIGITS : DIGITS_OF_AN_ITEM
}

function slugOf(id: string): string {
  return id
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[.-]+/, '')
    .slice(0, 60)
}

function hashOf(...parts: readonly string[]): string {
  return sha256(JSON.stringify(parts))
}
