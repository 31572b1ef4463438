import { describe, expect, test } from 'vitest'
import { codeOf, modules, neighbours } from './support/house.ts'

const TABLE = 'src/setup/kinds.ts'

/** Words that name something else in a room: a file that the configuration reads, a database that a recipe is for. */
const OWN_WORDS: Readonly<Record<string, string>> = { file: 'src/config/read/', redis: 'src/config/recipes/' }

const isOwnWord = (name: string, path: string): boolean => path.startsWith(OWN_WORDS[name] ?? 'nowhere')

describe.each(['notifiers', 'sources'])('kinds of %s', (room) => {
  const folderOf = (path: string): string | undefined => new RegExp(`^src/${room}/([^/]+)/`).exec(path)?.[1]
  const kinds = modules.map(({ path }) => path).filter((path) => path === `src/${room}/${folderOf(path)}/kind.ts`)

  test('are seen', () => expect(kinds.length).toBeGreaterThan(3))

  test('do not know each other', () => {
    const wrong = modules
      .filter(({ path }) => folderOf(path) !== undefined)
      .flatMap((module) => neighbours(module).map((path) => [module.path, path] as const))
      .filter(([from, to]) => folderOf(to) !== undefined && folderOf(from) !== folderOf(to))
    expect(wrong).toEqual([])
  })

  test('have a line in the table of the set-up, and are known there alone', () => {
    const known = modules.flatMap((module) =>
      neighbours(module)
        .filter((path) => kinds.includes(path) && folderOf(path) !== folderOf(module.path))
        .map((path) => [module.path, path] as const),
    )
    expect(known.toSorted()).toEqual(kinds.map((path) => [TABLE, path]).toSorted())
  })

  test('are named neither by the core nor by the configuration', () => {
    const names = kinds.map((path) => folderOf(path) ?? '')
    const naming = modules
      .filter(({ path, room }) => room === 'core' || (room === 'config' && path !== 'src/config/one-line.ts'))
      .flatMap((module) => names.map((name) => [module, name] as const))
      .filter(([module, name]) => !isOwnWord(name, module.path) && codeOf(module).includes(`'${name}'`))
    expect(naming.map(([{ path }, name]) => `${path}: ${name}`)).toEqual([])
  })
})
