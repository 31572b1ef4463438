import { createHash } from 'node:crypto'
import { join } from 'node:path'

/** Where each thing that is kept lies. */
export interface Layout {
  /** a directory of our own, or the few paths where lockfiles may lie */
  readonly place: { readonly directory: string } | { readonly files: readonly string[] }
  /** the lockfile of a check's incident */
  incident(check: string): string
  readonly pending: string
  readonly runLock: string
  readonly lastRun: string
  readonly journal: string
}

/** The names of incidents' lockfiles in a state directory; whatever else lies there is not ours. */
export const LOCKFILE_NAME = /-[0-9a-f]{10}\.lck$/

/**
 * A state directory: one lockfile for each incident.
 *
 * @param origin whose incidents: two configurations in one directory never share a lockfile
 */
export function directoryLayout(directory: string, origin: string): Layout {
  return {
    place: { directory },
    incident: (check) => join(directory, `${slugOf(check)}-${hashOf(origin, check)}.lck`),
    pending: join(directory, `pending-${hashOf(origin)}.json`),
    runLock: join(directory, 'run.lock'),
    lastRun: join(directory, 'last-run.json'),
    journal: join(directory, 'journal.jsonl'),
  }
}

/** One lockfile at a path of the user's choice, in a directory that may be anyone's; the rest lies beside it. */
export function lockfileLayout(file: string): Layout {
  return {
    place: { files: [file, `${file}.database`] },
    incident: (check) => (check.startsWith('database:') ? `${file}.database` : file),
    pending: `${file}.pending`,
    runLock: `${file}.run`,
    lastRun: `${file}.last-run`,
    journal: `${file}.journal`,
  }
}

function slugOf(check: string): string {
  return check
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[.-]+/, '')
    .slice(0, 60)
}

function hashOf(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 10)
}
