import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('../', import.meta.url))
const LONGEST = 300

/** From bottom to top: an import goes down only, and the rooms of one floor do not know each other. */
const FLOORS: readonly (readonly string[])[] = [
  ['core'],
  ['fs'],
  ['drivers'],
  ['sources', 'notifiers', 'state', 'config'],
  ['registry', 'setup', 'run'],
  ['cli', 'index', 'conformance'],
  ['bin'],
]

/** Files of `src` itself that share a room: a run is divided among several, and so is the library's face. */
const ROOMS: Readonly<Record<string, string>> = {
  course: 'run',
  look: 'run',
  remember: 'run',
  tell: 'run',
  deadline: 'run',
  turns: 'run',
  'load-plan': 'index',
}

interface Module {
  readonly path: string
  readonly room: string
  readonly lines: number
  readonly imports: readonly string[]
}

const modules = ['src', 'bin'].flatMap(readModules)
const byPath = new Map(modules.map((module) => [module.path, module]))

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
    lines: text.split('\n').length - 1,
    imports: imports.map((match) => match.slice(1).find((name) => name !== undefined) ?? ''),
  }
}

function roomOf(path: string): string {
  const [top = '', second = ''] = path.split('/')
  if (top === 'bin') return 'bin'
  const name = second.replace(/\.ts$/, '')
  return ROOMS[name] ?? name
}

function floorOf(room: string): number {
  return FLOORS.findIndex((floor) => floor.includes(room))
}

/** The modules of ours that a module imports, by path. */
function neighbours(module: Module): readonly string[] {
  return module.imports
    .filter((name) => name.startsWith('.'))
    .map((name) => relative(ROOT, resolve(ROOT, dirname(module.path), name)))
    .map((path) => path.replace(/^dist\/cli\/(.*)\.js$/, 'src/cli/$1.ts'))
}

test('sees the files that it judges', () => {
  expect(modules.length).toBeGreaterThan(60)
  for (const path of [
    'bin/lastalive.js',
    'src/index.ts',
    'src/run.ts',
    'src/cli/main.ts',
    'src/core/due.ts',
    'src/drivers/sqlite.ts',
    'src/notifiers/smtp.ts',
    'src/state/lockfiles.ts',
    'src/config/load.ts',
    'src/sources/sql.ts',
  ]) {
    expect(byPath.has(path), path).toBe(true)
  }
})

test('sees the imports that it judges', () => {
  expect(byPath.get('src/run.ts')?.imports).toContain('./core/incident.ts')
  expect(byPath.get('src/cli/program.ts')?.imports).toContain('./commands/run.ts')
  expect(byPath.get('src/drivers/postgres-login.ts')?.imports).toContain('pg')
  expect(byPath.get('src/drivers/mysql-login.ts')?.imports).toContain('mysql2')
})

test('each import leads to a file that is there', () => {
  const lost = modules.flatMap((module) =>
    neighbours(module)
      .filter((path) => !byPath.has(path))
      .map((path) => `${module.path} → ${path}`),
  )
  expect(lost).toEqual([])
})

test('each file has a room on a floor', () =>
  expect(modules.filter(({ room }) => floorOf(room) < 0).map(({ path }) => path)).toEqual([]))

test('imports go down only, and rooms of one floor do not know each other', () => {
  const isAllowed = (from: Module, to: Module): boolean =>
    // The top of the third floor is one: setting up and running share their table of what there is.
    from.room === to.room || floorOf(to.room) < floorOf(from.room) || (from.room === 'setup' && to.room === 'registry')
  const wrong = modules.flatMap((module) =>
    neighbours(module).flatMap((path) => {
      const other = byPath.get(path)
      return other === undefined || isAllowed(module, other) ? [] : [`${module.path} → ${path}`]
    }),
  )
  expect(wrong).toEqual([])
})

test('a run knows nothing but the core', () => {
  const files = modules.filter(({ room }) => room === 'run')
  const others = files.flatMap((module) =>
    neighbours(module).filter((path) => !/^src\/(core\/|course|look|remember|tell|deadline|turns)/.test(path)),
  )
  expect(others).toEqual([])
})

test('there is no circle', () => {
  const done = new Set<string>()
  const visit = (path: string, way: readonly string[]): void => {
    expect(way.includes(path), [...way, path].join(' → ')).toBe(false)
    if (done.has(path)) return
    for (const next of neighbours(byPath.get(path) ?? { path, room: '', lines: 0, imports: [] }))
      visit(next, [...way, path])
    done.add(path)
  }
  for (const { path } of modules) visit(path, [])
})

describe('the core', () => {
  const core = modules.filter(({ room }) => room === 'core')

  test('imports nothing of Node but the hash', () => {
    const foreign = core.flatMap(({ path, imports }) =>
      imports.filter((name) => name.startsWith('node:') && name !== 'node:crypto').map((name) => `${path} → ${name}`),
    )
    expect(foreign).toEqual([])
  })

  test('has no process, no clock and no dice', () => {
    const effects = /\bprocess\b|Date\.now|new Date\(\)|Math\.random|randomUUID|randomBytes|setTimeout|console\./
    const impure = core.filter(({ path }) => effects.test(withoutComments(readFileSync(join(ROOT, path), 'utf8'))))
    expect(impure.map(({ path }) => path)).toEqual([])
  })
})

test('heavy packages are imported when they are needed, not before', () => {
  const heavy = /^(pg|mysql2|better-sqlite3|nodemailer|fs-native-extensions)(\/|$)/
  const early = modules.flatMap(({ path }) => {
    const text = withoutComments(readFileSync(join(ROOT, path), 'utf8'))
    return [...text.matchAll(/(?:^|\n)import (?!type)[^\n]*from '([^']+)'/g)]
      .filter((match) => heavy.test(match[1] ?? ''))
      .map((match) => `${path} → ${match[1]}`)
  })
  expect(early).toEqual([])
})

test('croner is loaded where there is a schedule, and nowhere else', () => {
  const importing = (pattern: RegExp): readonly string[] =>
    modules
      .map(({ path }) => path)
      .filter((path) => pattern.test(withoutComments(readFileSync(join(ROOT, path), 'utf8'))))
  expect(importing(/from 'croner'/)).toEqual(['src/core/schedule.ts'])
  expect(importing(/\nimport (?!type)[^\n]*from '[./]*(core\/)?schedule\.ts'/)).toEqual([])
})

test(`no file is longer than ${LONGEST} lines`, () => {
  const tests = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  )
  const all = [...modules.map(({ path }) => path), ...tests.map((name) => join('test', name))]
  const long = all.filter((path) => readFileSync(join(ROOT, path), 'utf8').split('\n').length - 1 > LONGEST)
  expect(long).toEqual([])
})

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/\/\/[^\n]*/g, '')
}
