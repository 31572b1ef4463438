import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'rolldown'

/** Where what is built for the tests lies: packages are found from there. */
const CACHE = join('node_modules', '.cache')
const WRITTEN = "new URL('./child.js', import.meta.url)"

/** Stands for better-sqlite3 where the tests are to do without it. */
const NOTHING = join(import.meta.dirname, 'no-better-sqlite3.ts')

/** Whether the tests of SQLite are to run on Node's own. */
export const ON_NODE_SQLITE = process.env.LASTALIVE_TEST_SQLITE === 'node'

/** What `better-sqlite3` means in the tests. */
export const sqliteAlias: Readonly<Record<string, string>> = ON_NODE_SQLITE ? { 'better-sqlite3': NOTHING } : {}

/**
 * A plug-in for vitest: the process in which SQLite is asked is a program of its own, which is built from the source
 * for those tests that run the driver from the source.
 */
export function builtSqliteChild(): {
  readonly name: string
  readonly enforce: 'pre'
  transform(code: string, id: string): Promise<string | undefined>
} {
  return {
    name: 'built-sqlite-child',
    // Before anything else has changed how it is written.
    enforce: 'pre',
    transform: async (code, id) => {
      if (!id.endsWith('/src/drivers/sqlite/parent.ts')) return undefined
      if (!code.includes(WRITTEN)) throw new Error(`${id} finds its child otherwise than ${WRITTEN}`)
      const url = pathToFileURL(await buildChild()).href
      return code.replace(WRITTEN, () => `new URL(${JSON.stringify(url)})`)
    },
  }
}

async function buildChild(): Promise<string> {
  mkdirSync(CACHE, { recursive: true })
  const folder = mkdtempSync(join(CACHE, 'lastalive-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  const file = join(process.cwd(), folder, 'sqlite-child.mjs')
  const external = ON_NODE_SQLITE ? [] : ['better-sqlite3']
  await build({
    input: 'src/drivers/sqlite/child.ts',
    platform: 'node',
    external,
    resolve: { alias: { ...sqliteAlias } },
    output: { file, format: 'esm', codeSplitting: false },
  })
  return file
}
