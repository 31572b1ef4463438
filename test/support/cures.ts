import { expect } from 'vitest'
import { eachLineOf } from './plugin-output.ts'
import { epoch } from './scene.ts'
import type { Checks, WatchingScene } from './watching.ts'

/** A name with everything that a name should not have. */
export const HOSTILE = 'we"ird\'s `a`|b\n\u001b[31m'
/** The cure that names it. */
export const MEANT = 'did you mean "we"ird\'s `a`\\x7cb\\n\\x1b[31m"?'
/** A name that no database takes. */
export const LONG = 'x'.repeat(300)
const KEY = { key: 'last_alive', critical: '10m' }
const ALIVE = /^alive \d+ s ago/

/** What a check asks for, and what it says to that. */
export type CureCase = readonly [label: string, check: Readonly<Record<string, unknown>>, says: unknown]

/** What the plugin says of each check: its words and its cure, of one line each. */
async function lines(scene: WatchingScene, checks: Checks, databases?: object): Promise<Record<string, string>> {
  scene.watch(checks, databases === undefined ? {} : { databases })
  const { stdout, stderr } = await scene.command(['check'])
  expect(stderr).toBe('')
  // One line and one bar for each, whatever the names are.
  const found = eachLineOf(stdout).map((line) => /^[A-Z]+ - (x\d+): ([^|\p{Cc}]*) \| [^|\p{Cc}]*$/u.exec(line) ?? [])
  expect(found).toHaveLength(Object.keys(checks).length)
  return Object.fromEntries(found.map(([, name = 'none', words = '']) => [name, words]))
}

function withDefaults(check: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return 'query' in check || 'rows' in check ? { critical: '10m', ...check } : { ...KEY, ...check }
}

/** Asks for all of it in one run. */
export async function expectWords(scene: WatchingScene, cases: readonly CureCase[], databases?: object): Promise<void> {
  const checks = cases.map(([, check], i) => [`x${i}`, withDefaults(check)])
  const words = await lines(scene, Object.fromEntries(checks), databases)
  const found = cases.map(([label], i) => [label, words[`x${i}`]])
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(cases.map(([label, , says]) => [label, says])))
}

/** Gives what the words ask for, until they ask for nothing more: the statements that it took. */
export async function giveUntilAlive(
  scene: WatchingScene,
  check: Readonly<Record<string, unknown>>,
  { databases, give }: { readonly databases: object; readonly give: (statement: string) => Promise<unknown> },
): Promise<readonly string[]> {
  const given: string[] = []
  while (given.length < 3) {
    const { x0 = '' } = await lines(scene, { x0: withDefaults(check) }, databases)
    const statement = /; (GRANT .*)$/.exec(x0)?.[1]
    if (statement === undefined) {
      expect(x0).toMatch(ALIVE)
      return given
    }
    given.push(statement)
    await give(statement)
  }
  return given
}

/** SQL for tables like manitou's, in which the service is alive; their names are quoted already. */
export function aliveTables(names: readonly string[]): string {
  const tables = names.map(
    (name) => `CREATE TABLE ${name} (rt_key varchar(100), rt_value text);
      INSERT INTO ${name} VALUES ('last_alive', '${epoch()}');`,
  )
  return tables.join('\n')
}
