import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const SRC = join(ROOT, 'src')
const PAGE = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8').replaceAll(/```[\s\S]*?```/g, '')
const codes = [...PAGE.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code)

const isFolder = (path: string): boolean => statSync(path).isDirectory()
const rooms = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => isFolder(join(SRC, name)))
  .filter((name) => name.split('/').length <= 2)

test('each path in docs/architecture.md is there', () => {
  const paths = codes.filter((code) => /^[\w-]+\/[\w/.-]*$/.test(code) && !/NAME|^lastalive\//.test(code))
  const isThere = (path: string): boolean =>
    [SRC, join(SRC, 'drivers'), join(SRC, 'cli/commands'), join(ROOT, 'test'), ROOT].some((from) =>
      existsSync(join(from, path)),
    )
  expect(paths.length).toBeGreaterThan(70)
  expect(paths.filter((path) => !isThere(path))).toEqual([])
})

test('each file that docs/architecture.md names in a row is in a room of that row', () => {
  const rows = PAGE.split('\n').filter((line) => /^\| `?[\w-]+\/`?/.test(line))
  const lost = rows.flatMap((row) => {
    const named = [...row.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code)
    const folders = named.filter((code) => code.endsWith('/')).map((code) => join(SRC, code))
    const files = named.filter((code) => /^[\w-]+\.ts$/.test(code))
    return files.filter((file) => !folders.some((folder) => existsSync(join(folder, file))))
  })
  expect(rows.length).toBeGreaterThan(20)
  expect(lost).toEqual([])
})

test('docs/architecture.md names each room', () => {
  expect(rooms.filter((room) => !codes.includes(`${room}/`))).toEqual([])
})

test('each file that test/mutants.md names is in the core', () => {
  const page = readFileSync(join(ROOT, 'test/mutants.md'), 'utf8')
  const named = [...page.matchAll(/^(?:\| `|### )([\w/-]+\.ts)\b/gm)].map(([, file = '']) => file)
  expect(named.length).toBeGreaterThan(60)
  expect(named.filter((file) => !existsSync(join(SRC, 'core', file)))).toEqual([])
})
