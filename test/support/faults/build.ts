import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, type Plugin } from 'rolldown'

/** In place of what the command imports: by the end of a file's path, where it is imported from. */
const STAND_INS: Readonly<Record<string, string>> = {
  'setup.ts': '/src/cli/',
  'lockfiles.ts': '/src/setup/open-store.ts',
}

const standIns: Plugin = {
  name: 'stand-ins',
  resolveId: (path, importer = '') => {
    const name = path.split('/').at(-1) ?? ''
    const from = STAND_INS[name]
    return from === undefined || !importer.includes(from) ? undefined : join(import.meta.dirname, name)
  },
}

/** A program that was built for a test. */
export interface Built {
  readonly path: string
  remove(): void
}

/** Builds the command with `INJECTED_FAULT` in it. */
export function buildFaultyCommand(): Promise<Built> {
  return buildProgram(join(import.meta.dirname, 'command.ts'), [standIns])
}

/** Builds a program of the tests, with what it imports of ours. */
export async function buildProgram(entry: string, plugins: Plugin[] = []): Promise<Built> {
  const cache = join('node_modules', '.cache')
  mkdirSync(cache, { recursive: true })
  // Packages are found from there.
  const folder = mkdtempSync(join(cache, 'lastalive-'))
  const path = join(process.cwd(), folder, 'command.cjs')
  await build({
    input: entry,
    platform: 'node',
    external: /^[^./]/,
    plugins,
    transform: {
      // What is read from beside it lies where it would for the source.
      define: { 'import.meta.url': JSON.stringify(pathToFileURL(join(process.cwd(), 'src/cli/main.ts')).href) },
    },
    output: { file: path, format: 'cjs', codeSplitting: false },
  })
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
