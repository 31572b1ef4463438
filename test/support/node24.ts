import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** What suites say where they have to be skipped. */
export const NODE24_MISSING =
  'no Node 24: npm install --silent --no-save --prefix node_modules/.node24 node@24, or set LASTALIVE_NODE24'

/**
 * A Node that brings SQLite: `$LASTALIVE_NODE24`, or the one that .ci/run installs. It is no devDependency, since that
 * would take the place of everybody's `node` in scripts.
 *
 * @returns undefined where there is none
 */
export function findNode24(): string | undefined {
  const installed = join('node_modules', '.node24', 'node_modules', 'node', 'bin', 'node')
  return [process.env.LASTALIVE_NODE24 ?? '', installed].find((path) => path !== '' && existsSync(path))
}
