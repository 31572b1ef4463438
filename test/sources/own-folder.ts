import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder for one trial. */
export interface OwnFolder {
  readonly path: string
  /** writes a file, which its owner may run, and says its path */
  put(name: string, text: string): string
  remove(): Promise<void>
}

/** Makes a folder that is gone when it is removed. */
export function ownFolder(): OwnFolder {
  const path = mkdtempSync(join(tmpdir(), 'lastalive-laws-'))
  return {
    path,
    put: (name, text) => {
      writeFileSync(join(path, name), text, { mode: 0o700 })
      return join(path, name)
    },
    remove: async () => rmSync(path, { recursive: true, force: true }),
  }
}
