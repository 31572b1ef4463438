import { FaultError, LastaliveError, UsageError } from '../../core/errors.ts'
import { adviceOn } from '../../core/words/advice.ts'
import { quote } from '../../core/words/text.ts'
import { changeDatabase } from '../../drivers/change.ts'
import { grantOn } from '../../drivers/grant.ts'
import { withDatabase } from '../../drivers/open.ts'
import type { OwnTable } from '../../drivers/own-table.ts'
import type { SqlDriver, SqlTarget } from '../../drivers/target.ts'
import { parseDatabaseUrl, withServiceFiles } from '../../drivers/url.ts'
import { nowMs } from '../../io/now.ts'
import { OWN_TABLES } from '../../setup/own-tables.ts'
import { STANDARD } from '../limited.ts'
import type { WatchOptions } from '../options/options.ts'
import { environmentOf } from '../options/written.ts'
import { type Code, complain, type World } from '../world.ts'

/** The options of `schema`. */
export interface SchemaOptions extends Pick<WatchOptions, 'url' | 'timeout'> {
  readonly apply?: boolean
  readonly writer?: readonly string[]
  readonly reader?: readonly string[]
}

const SERVERS: Readonly<Record<SqlDriver, string>> = {
  postgres: 'PostgreSQL',
  mysql: 'MySQL and MariaDB',
  sqlite: 'SQLite',
}

/** Lists the tables of ours, prints the SQL that makes one, or makes it. No other command runs DDL. */
export async function schemaCommand(subject: string | undefined, options: SchemaOptions, world: World): Promise<Code> {
  if (subject === undefined) {
    for (const { subject: one, about } of OWN_TABLES) world.stdout.write(`${one}  ${about}\n`)
    return 0
  }
  const known = OWN_TABLES.find((one) => one.subject === subject)
  if (known === undefined) {
    const subjects = OWN_TABLES.map((one) => one.subject)
    throw new UsageError(`there is no schema ${quote(subject)}; ${adviceOn(subject, subjects)}`)
  }
  const tables = await known.load()
  const target = options.url === undefined && options.apply !== true ? undefined : await targetOf(options, world)
  if (target !== undefined && options.apply === true) return await apply(tables, target, { options, world })
  const drivers = target === undefined ? (Object.keys(SERVERS) as SqlDriver[]) : [target.driver]
  const texts = drivers.map((driver) => `-- ${SERVERS[driver]}\n${sqlOf(tables, driver, options)}`)
  world.stdout.write(texts.join('\n'))
  return 0
}

async function targetOf({ url }: SchemaOptions, world: World): Promise<SqlTarget> {
  const target = await parseDatabaseUrl(url, await withServiceFiles(environmentOf(world), [url]))
  if (target.driver !== 'redis') return target
  throw new UsageError('--url is a Redis server, which has no tables; write postgres://…, mysql://… or sqlite:PATH')
}

/** All of it as a script, with remarks for whoever is not named. */
function sqlOf(tables: readonly OwnTable[], driver: SqlDriver, options: SchemaOptions): string {
  const lines = tables.flatMap((table) => [
    `${table.making[driver]};`,
    ...(['writer', 'reader'] as const).flatMap((who) => grantLines(table, driver, { who, roles: options[who] })),
  ])
  return lines.map((line) => `${line}\n`).join('')
}

const WHO = { writer: 'whoever writes (run --beat-to)', reader: 'whoever watches (peer)' } as const

function grantLines(
  table: OwnTable,
  driver: SqlDriver,
  { who, roles = [] }: { readonly who: keyof typeof WHO; readonly roles: readonly string[] | undefined },
): readonly string[] {
  const rights = table.rights[who]
  if (driver === 'sqlite') {
    const write = who === 'writer' ? ', and write it and in its directory' : ''
    return [`-- ${WHO[who]} must be able to read the file${write}`]
  }
  if (roles.length === 0) return [`-- GRANT ${rights.join(', ')} ON ${table.name} TO …; -- ${WHO[who]}`]
  return roles.map((role) => `${grantOn(driver, { rights, table: table.name, role })}; -- ${WHO[who]}`)
}

async function apply(
  tables: readonly OwnTable[],
  target: SqlTarget,
  { options, world }: { readonly options: SchemaOptions; readonly world: World },
): Promise<Code> {
  const end = nowMs() + (options.timeout ?? STANDARD.run) * 1_000 - world.elapsedMs()
  const leftMs = (): number => Math.max(0, end - nowMs())
  const signal = AbortSignal.timeout(Math.floor(leftMs()))
  const grants = tables.flatMap(({ name, rights }) =>
    (['writer', 'reader'] as const).flatMap((who) =>
      (options[who] ?? []).flatMap((role) => grantOn(target.driver, { rights: rights[who], table: name, role }) ?? []),
    ),
  )
  const statements = [...tables.map(({ making }) => making[target.driver]), ...grants]
  const changes = statements.map((sql) => ({ sql, parameters: [] }))
  try {
    await changeDatabase(target, changes, { signal, timeoutMs: leftMs() })
    await withDatabase(target, { signal, timeoutMs: leftMs() }, async (connection) => {
      for (const { probe } of tables) await connection.query(probe, [], { timeoutMs: leftMs() })
    })
  } catch (error) {
    const words = error instanceof FaultError ? wordsOf(error) : undefined
    if (words === undefined && !(error instanceof LastaliveError)) throw error
    complain(world, `cannot make ${namesOf(tables)} in ${target.shown}: ${words ?? (error as LastaliveError).message}`)
    return 4
  }
  world.stdout.write(`${namesOf(tables)} is there, in ${target.shown}\n`)
  for (const grant of grants) world.stdout.write(`${grant}\n`)
  return 0
}

function wordsOf({ fault: { message, cure } }: FaultError): string {
  return cure === undefined ? message : `${message}; ${cure}`
}

function namesOf(tables: readonly OwnTable[]): string {
  return tables.map(({ name }) => name).join(', ')
}
