import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where the files lie that the rules of the house judge: a copy, where a test wants to see that a rule is broken. */
export const ROOT = process.env.LASTALIVE_TEST_HOUSE ?? fileURLToPath(new URL('../../', import.meta.url))

/** A file of the program, and what it imports as it is written there. */
export interface Module {
  readonly path: string
  readonly room: string
  readonly imports: readonly string[]
}

/** All files of the program. */
export const modules: readonly Module[] = ['src', 'bin'].flatMap(readModules)
export const byPath = new Map(modules.map((module) => [module.path, module]))

function readModules(folder: string): readonly Module[] {
  const names = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
  return names
    .filter((name) => /\.(ts|js)$/.test(name) && !name.endsWith('.d.ts'))
    .map((name) => readModule(join(folder, name)))
}

function readModule(path: string): Module {
  const text = readFileSync(join(ROOT, path), 'utf8')
  const imports = [
    ...text.matchAll(
      /(?:^|\n)\s*(?:import|export)[^'"\n]*(?:\{[^}]*\}[^'"\n]*)?from\s+'([^']+)'|import\(\s*'([^']+)'\s*\)|(?:^|\n)import\s+'([^']+)'|\brequire\('([^']+)'\)/g,
    ),
  ]
  return {
    path,
    room: roomOf(path),
    imports: imports.map((match) => match.slice(1).find((name) => name !== undefined) ?? ''),
  }
}

function roomOf(path: string): string {
  const [top = '', second = ''] = path.split('/')
  if (top === 'bin') return 'bin'
  return second.replace(/\.ts$/, '')
}

/** The modules of ours that a module imports, by path. */
export function neighbours(module: Module): readonly string[] {
  return module.imports
    .filter((name) => name.startsWith('.'))
    .map((name) => relative(ROOT, resolve(ROOT, dirname(module.path), name)))
    .map((path) => path.replace(/^dist\/cli\/main\.cjs$/, 'src/cli/start.ts'))
}

/** The code of a file, without its comments. */
export function codeOf({ path }: Pick<Module, 'path'>): string {
  const text = readFileSync(join(ROOT, path), 'utf8')
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/\/\/[^\n]*/g, '')
}
