import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DatabaseKind, Recipe } from '../../src/config/recipes/recipe.ts'
import { lastalive } from '../support/command.ts'
import { mariadbBinaries, startMariadb, type TestMariadb } from '../support/mariadb.ts'
import { postgresBinaries, startPostgres, type TestPostgres } from '../support/postgres.ts'
import type { RecipeCase, RecipeState } from './cases/case.ts'

const directory = new URL('./cases/', import.meta.url)
const files = readdirSync(directory).filter((name) => name !== 'case.ts')
const modules: readonly { readonly recipeCase: RecipeCase; readonly recipe: Recipe }[] = await Promise.all(
  files.map(async (name) => ({
    ...(await import(new URL(name, directory).href)),
    ...(await import(new URL(`../../src/config/recipes/${name}`, import.meta.url).href)),
  })),
)

/** A database of one's own in a server, made and asked by the one who owns it. */
interface Place {
  readonly url: string
  execute(sql: string): Promise<unknown>
}

const STATES = ['fresh', 'quiet', 'never'] as const

describe('recipes', () => {
  const dir = mkdtempSync(join(tmpdir(), 'lastalive-recipes-'))
  let postgres: TestPostgres | undefined
  let mariadb: TestMariadb | undefined

  beforeAll(async () => {
    if (postgresBinaries() !== undefined) postgres = await startPostgres()
    if (mariadbBinaries() !== undefined) mariadb = await startMariadb()
  }, 60_000)
  afterAll(async () => {
    await postgres?.remove()
    await mariadb?.remove()
    rmSync(dir, { recursive: true, force: true })
  })

  let count = 0
  async function makePlace(kind: DatabaseKind): Promise<Place | undefined> {
    const name = `app${count++}`
    switch (kind) {
      case 'postgres': {
        if (postgres === undefined) return undefined
        const server = postgres
        await server.query(`CREATE DATABASE ${name}`)
        return {
          url: server.url.replace('/postgres?', `/${name}?`),
          execute: (sql) => server.query(`SET client_min_messages = warning; ${sql}`, name),
        }
      }
      case 'mysql': {
        if (mariadb === undefined) return undefined
        const server = mariadb
        await server.query(
          `CREATE DATABASE ${name}; CREATE USER IF NOT EXISTS watch@'%'; GRANT SELECT ON ${name}.* TO watch@'%'`,
        )
        return {
          url: `mysql://watch@127.0.0.1:${server.port}/${name}`,
          execute: (sql) => server.query(sql, name),
        }
      }
      case 'sqlite': {
        const path = join(dir, `${name}.db`)
        return {
          url: `sqlite:${path}`,
          execute: async (sql) => {
            const file = new Database(path)
            file.exec(sql)
            file.close()
          },
        }
      }
    }
  }

  async function judge(place: Place, recipe: Recipe): Promise<Readonly<Record<string, string>>> {
    const config = join(dir, 'lastalive.yaml')
    const checks = { [recipe.name]: { database: 'app', use: recipe.name } }
    writeFileSync(config, JSON.stringify({ databases: { app: place.url }, checks }), { mode: 0o600 })
    const { stdout, stderr } = await lastalive(['check', '--config', config, '--state', dir, '--format', 'json'])
    expect(stderr).toBe('')
    const report: { readonly checks: readonly Row[] } = JSON.parse(stdout)
    const rows = report.checks.filter(({ kind }) => kind === 'check')
    return Object.fromEntries(rows.map(({ name, item, state }) => [item === null ? name : `${name}/${item}`, state]))
  }

  interface Row {
    readonly name: string
    readonly item: string | null
    readonly kind: string
    readonly state: string
  }

  function written({ sql }: RecipeState, ago: (seconds: number) => string): string {
    return sql.replaceAll(/%AGO\((-?\d+)\)%/g, (_, seconds) => ago(Number(seconds)))
  }

  const cases = modules.flatMap(({ recipe, recipeCase }) =>
    recipe.databases.map((kind) => ({ name: recipe.name, kind, recipe, recipeCase })),
  )

  test.each(cases)('$name on $kind', async ({ kind, recipe, recipeCase }) => {
    const [ddl, ago] = [recipeCase.ddl[kind], recipeCase.ago[kind]]
    expect(recipeCase.recipe).toBe(recipe.name)
    for (const state of STATES) {
      const place = await makePlace(kind)
      if (place === undefined || ddl === undefined || ago === undefined) throw new Error(`cannot try ${kind}`)
      await place.execute(ddl)
      await place.execute(written(recipeCase.states[state], ago))
      expect({ [state]: await judge(place, recipe) }).toEqual({ [state]: recipeCase.states[state].expected })
    }
  })
})
