import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { byPath, codeOf, type Module, modules, neighbours, ROOT } from './support/house.ts'

const LONGEST = 300

/** From bottom to top: an import goes down only, and the rooms of one floor do not know each other. */
const FLOORS: readonly (readonly string[])[] = [
  ['core'],
  ['io'],
  ['drivers'],
  ['sources', 'notifiers', 'store', 'config'],
  ['setup', 'run'],
  ['cli', 'index', 'conformance'],
  ['bin'],
]

function floorOf(room: string): number {
  return FLOORS.findIndex((floor) => floor.includes(room))
}

test('sees the files that it judges', () => {
  expect(modules.length).toBeGreaterThan(60)
  for (const path of [
    'bin/lastalive.js',
    'src/index.ts',
    'src/run/run.ts',
    'src/cli/main.ts',
    'src/core/incident/due.ts',
    'src/core/shape/values.ts',
    'src/drivers/sqlite/sqlite.ts',
    'src/notifiers/mail/smtp.ts',
    'src/store/lockfiles/lockfiles.ts',
    'src/config/load.ts',
    'src/sources/sql/sql.ts',
  ]) {
    expect(byPath.has(path), path).toBe(true)
  }
})

test('sees the imports that it judges', () => {
  expect(byPath.get('src/run/run.ts')?.imports).toContain('../core/incident/report.ts')
  expect(byPath.get('src/cli/program.ts')?.imports).toContain('./commands/run/run.ts')
  expect(byPath.get('src/drivers/postgres/login.ts')?.imports).toContain('pg')
  expect(byPath.get('src/drivers/mysql/login.ts')?.imports).toContain('mysql2')
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
    from.room === to.room || floorOf(to.room) < floorOf(from.room)
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
  const others = files.flatMap((module) => neighbours(module).filter((path) => !/^src\/(core|run)\//.test(path)))
  expect(others).toEqual([])
})

test('there is no circle', () => {
  const done = new Set<string>()
  const visit = (path: string, way: readonly string[]): void => {
    expect(way.includes(path), [...way, path].join(' → ')).toBe(false)
    if (done.has(path)) return
    for (const next of neighbours(byPath.get(path) ?? { path, room: '', imports: [] })) visit(next, [...way, path])
    done.add(path)
  }
  for (const { path } of modules) visit(path, [])
})

describe('the core', () => {
  const core = modules.filter(({ room }) => room === 'core')

  test('imports nothing of Node', () => {
    const foreign = core.flatMap(({ path, imports }) =>
      imports.filter((name) => name.startsWith('node:')).map((name) => `${path} → ${name}`),
    )
    expect(foreign).toEqual([])
  })

  test('has no process, no clock and no dice', () => {
    const effects = /\bprocess\b|Date\.now|new Date\(\)|Math\.random|randomUUID|randomBytes|setTimeout|console\./
    const impure = core.filter((module) => effects.test(codeOf(module)))
    expect(impure.map(({ path }) => path)).toEqual([])
  })
})

test('heavy packages are imported when they are needed, not before', () => {
  const heavy = /^(pg|mysql2|ioredis|better-sqlite3|nodemailer|fs-native-extensions)(\/|$)/
  const early = modules.flatMap(({ path }) => {
    const text = codeOf({ path })
    return [...text.matchAll(/(?:^|\n)import (?!type)(?:[^']*? from )?'([^']+)'/g)]
      .filter((match) => heavy.test(match[1] ?? ''))
      .map((match) => `${path} → ${match[1]}`)
  })
  expect(early).toEqual([])
})

test('croner is loaded where there is a schedule, and nowhere else', () => {
  const importing = (pattern: RegExp): readonly string[] =>
    modules.filter((module) => pattern.test(codeOf(module))).map(({ path }) => path)
  expect(importing(/from 'croner'/)).toEqual(['src/core/time/schedule.ts'])
  expect(importing(/\nimport (?!type)[^\n]*from '[./]*(core\/)?time\/schedule\.ts'/)).toEqual([])
})

test('each call of date-fns says in which zone', () => {
  const wrong = modules.flatMap(({ path }) => zoneless(codeOf({ path })).map((what) => `${path}: ${what}`))
  expect(wrong).toEqual([])
})

/** What is imported of date-fns in another way than `{ NAME } from 'date-fns/NAME'`, and what is used without a zone. */
function zoneless(code: string): readonly string[] {
  const isOfDates = (line: string): boolean =>
    /'date-fns['/]/.test(line) && !/^import .* 'date-fns\/constants'$/.test(line)
  const nameIn = (line: string): string | undefined => /^import \{ (\w+) \} from 'date-fns\/\1'$/.exec(line)?.[1]
  const imports = code.split('\n').filter(isOfDates)
  const rest = imports.reduce((text, line) => text.replace(line, ''), code)
  const uses = imports
    .flatMap((line) => nameIn(line) ?? [])
    .flatMap((name) => [...rest.matchAll(new RegExp(`\\b${name}\\b`, 'g'))].map(({ index }) => callAt(rest, index)))
  const isZoned = (call: string): boolean => /\{[^{}]*\bin: (?:utc|tz\([^{}]*\))[^{}]*\},?\s*\)$/.test(call)
  return [...imports.filter((line) => nameIn(line) === undefined), ...uses.filter((call) => !isZoned(call))]
}

/** A call with its arguments; the name alone where it is none. */
function callAt(text: string, index: number): string {
  const [name = ''] = /^\w+/.exec(text.slice(index)) ?? []
  let depth = 0
  for (let end = index + name.length; end < text.length; end++) {
    depth += text[end] === '(' ? 1 : text[end] === ')' ? -1 : 0
    if (depth <= 0) return text.slice(index, text[end] === ')' ? end + 1 : end)
  }
  return name
}

test('no two exported types share a name', () => {
  const files = new Map<string, string[]>()
  for (const { path } of modules) {
    for (const [, name = ''] of codeOf({ path }).matchAll(/(?:^|\n)export (?:interface|type) (\w+)/g)) {
      files.set(name, [...(files.get(name) ?? []), path])
    }
  }
  expect(files.size).toBeGreaterThan(200)
  expect([...files].filter(([, paths]) => paths.length > 1)).toEqual([])
})

test(`no file is longer than ${LONGEST} lines`, () => {
  const tests = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  )
  const all = [...modules.map(({ path }) => path), ...tests.map((name) => join('test', name))]
  const long = all.filter((path) => readFileSync(join(ROOT, path), 'utf8').split('\n').length - 1 > LONGEST)
  expect(long).toEqual([])
})

test('files are read in one way, which nothing can hold up', () => {
  // Of our own: the version where it was not built, and what the process was given as its output.
  const others = ['src/io/files/regular.ts', 'src/cli/version.ts', 'src/cli/output/direct-output.ts']
  // Of a job: what it was given, pipes for its output, and its output, which may be as long as it likes and no file.
  others.push(...['descriptors', 'foreground', 'pipes'].map((name) => `src/cli/commands/exec/${name}.ts`))
  others.push('src/cli/jobs/tail.ts')
  const reading = /\b(?:readFile|readFileSync|openSync|readSync|createReadStream)\(|'node:fs\/promises'/
  const wrong = modules
    .map(({ path }) => path)
    .filter((path) => path.startsWith('src/') && !others.includes(path))
    .filter((path) => reading.test(codeOf({ path })))
  expect(wrong).toEqual([])
})

test('what is remembered is reached through openStore alone, and the run lock through takeTurn', () => {
  const users = modules
    .filter(({ room }) => room !== 'store')
    .filter((module) => neighbours(module).some((path) => path.startsWith('src/store/')))
  expect(users.map(({ path }) => path).toSorted()).toEqual([
    // What waits is no memory of a run.
    'src/cli/commands/run/spool.ts',
    'src/cli/jobs/deliver.ts',
    'src/index.ts',
    'src/setup/open-store.ts',
    'src/setup/take-turn.ts',
  ])
})

test('the names of rows of sources and runs are made and taken apart in one file', () => {
  const prefix = /['"`^](?:database|clock|response|run):(?!\s)|[(|](?:database|clock|response|run)(?:\|\w+)*\):/
  const glueing = modules.filter((module) => prefix.test(codeOf(module))).map(({ path }) => path)
  expect(glueing).toEqual(['src/core/names.ts'])
})

test('what a recipient was told is never looked up by its bare name, which every object may have', () => {
  const texts = modules.map(({ path }) => [path, readFileSync(join(ROOT, path), 'utf8')] as const)
  expect(texts.filter(([, text]) => /\b(?:told|tried|env)\[\w/.test(text)).map(([path]) => path)).toEqual([])
})
