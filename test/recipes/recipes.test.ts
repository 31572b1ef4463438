import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DatabaseKind, Recipe } from '../../src/config/recipes/recipe.ts'
import { sampleOf } from '../support/command.ts'
import { mariadbBinaries, startMariadb, type TestMariadb } from '../support/mariadb.ts'
import { postgresBinaries, startPostgres, type TestPostgres } from '../support/postgres.ts'
import { redisBinaries, startRedis, type TestRedis } from '../support/redis.ts'
import { lastaliveAgain as lastalive } from '../support/resident.ts'
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
type State = (typeof STATES)[number]

describe('recipes', () => {
  const dir = mkdtempSync(join(tmpdir(), 'lastalive-recipes-'))
  let postgres: TestPostgres | undefined
  let mariadb: TestMariadb | undefined
  let redis: TestRedis | undefined

  beforeAll(async () => {
    if (postgresBinaries() !== undefined) postgres = await startPostgres()
    if (mariadbBinaries() !== undefined) mariadb = await startMariadb()
    if (redisBinaries() !== undefined) redis = await startRedis({ settings: ['--databases', '1000'] })
  }, 60_000)
  afterAll(async () => {
    await postgres?.remove()
    await mariadb?.remove()
    await redis?.remove()
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
      case 'redis': {
        if (redis === undefined) return undefined
        const { url, cli } = redis
        const db = String(count)
        return {
          url: `${url}/${db}`,
          execute: async (commands) => {
            const lines = commands.split(';').map((command) => command.trim().split(' '))
            for (const words of lines) if (words[0] !== '') await cli('-n', db, ...words)
          },
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

  /** What one run says of a recipe in each of its states, each in a database of its own. */
  async function judge(places: Readonly<Record<State, Place>>, { name }: Recipe) {
    const config = join(dir, 'lastalive.yaml')
    const checks = STATES.map((state) => [`${state}.${name}`, { database: state, use: name }])
    const databases = STATES.map((state) => [state, places[state].url])
    const written = { databases: Object.fromEntries(databases), checks: Object.fromEntries(checks) }
    writeFileSync(config, JSON.stringify(written), { mode: 0o600 })
    const { stdout, stderr } = await lastalive(['check', '--config', config, '--state', dir, '--format', 'json'])
    expect(stderr).toBe('')
    const report: { readonly checks: readonly Row[] } = JSON.parse(stdout)
    const rows = report.checks.filter(({ kind }) => kind === 'check')
    return Object.fromEntries(rows.map((row) => [row.item === null ? row.name : `${row.name}/${row.item}`, row.state]))
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

  test('each is a check that is right', async () => {
    const config = join(dir, 'all.yaml')
    const checks = modules.map(({ recipe: { name, databases } }) => {
      return [name, { database: databases.includes('redis') ? 'cache' : 'app', use: name }]
    })
    const databases = { app: join(dir, 'any.db'), cache: 'redis://localhost' }
    const written = { databases, checks: Object.fromEntries(checks) }
    writeFileSync(config, JSON.stringify(written), { mode: 0o600 })
    expect(await lastalive(['validate', '--config', config])).toMatchObject({ code: 0, stderr: '' })
  })

  test.each(sampleOf(cases))('$name on $kind', async ({ kind, recipe, recipeCase }) => {
    const [ddl, ago] = [recipeCase.ddl[kind], recipeCase.ago[kind]]
    expect(recipeCase.recipe).toBe(recipe.name)
    const make = async (state: State): Promise<Place> => {
      const place = await makePlace(kind)
      if (place === undefined || ddl === undefined || ago === undefined) throw new Error(`cannot try ${kind}`)
      await place.execute(`${ddl}; ${written(recipeCase.states[state], ago)}`)
      return place
    }
    const places = { fresh: await make('fresh'), quiet: await make('quiet'), never: await make('never') }
    const expected = STATES.flatMap((state) =>
      Object.entries(recipeCase.states[state].expected).map(([name, severity]) => [`${state}.${name}`, severity]),
    )
    expect(await judge(places, recipe)).toEqual(Object.fromEntries(expected))
  })
})
