import { FaultError, LastaliveError, UsageError } from '../../core/errors.ts'
import { adviceOn } from '../../core/words/advice.ts'
import { quote } from '../../core/words/text.ts'
import { changeDatabase } from '../../drivers/change.ts'
import type { QueryResult } from '../../drivers/driver.ts'
import { grantOn } from '../../drivers/grant.ts'
import { withDatabase } from '../../drivers/open.ts'
import type { OwnTable } from '../../drivers/own-table.ts'
import type { SqlDriver, SqlTarget } from '../../drivers/target.ts'
import { parseDatabaseUrl, withServiceFiles } from '../../drivers/url.ts'
import { nowMs } from '../../io/now.ts'
import { type Migration, OWN_TABLES, type OwnTables } from '../../setup/own-tables.ts'
import { stepsFrom, VERSION_TABLE, versionQuery, versionStatement } from '../../setup/schema-version.ts'
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
  const { tables: own, migrations } = await known.load()
  const made: Made = { ...known, tables: migrations === undefined ? own : [VERSION_TABLE, ...own], migrations }
  const target = options.url === undefined && options.apply !== true ? undefined : await targetOf(options, world)
  if (target !== undefined && options.apply === true) return await apply(made, target, { options, world })
  const drivers = target === undefined ? (Object.keys(SERVERS) as SqlDriver[]) : [target.driver]
  const texts = drivers.map((driver) => `-- ${SERVERS[driver]}\n${sqlOf(made, driver, options)}`)
  world.stdout.write(texts.join('\n'))
  return 0
}

/** The tables of a subject, with the one that has their version where they have one. */
interface Made extends Pick<OwnTables, 'subject' | 'who'> {
  readonly tables: readonly OwnTable[]
  readonly migrations: readonly Migration[] | undefined
}

async function targetOf({ url }: SchemaOptions, world: World): Promise<SqlTarget> {
  const target = await parseDatabaseUrl(url, await withServiceFiles(environmentOf(world), [url]))
  if (target.driver !== 'redis') return target
  throw new UsageError('--url is a Redis server, which has no tables; write postgres://…, mysql://… or sqlite:PATH')
}

/** All of it as a script, with remarks for whoever is not named. */
function sqlOf({ subject, who, tables, migrations }: Made, driver: SqlDriver, options: SchemaOptions): string {
  const versions =
    migrations === undefined
      ? []
      : [...(stepsFrom(undefined, migrations, driver) ?? []), versionStatement(driver, subject, migrations.length + 1)]
  const lines = [
    ...tables.map((table) => `${table.making[driver]};`),
    ...versions.map((statement) => `${statement};`),
    ...(driver === 'sqlite'
      ? ROLES.map((role) => fileRemark(role, who[role]))
      : tables.flatMap((table) =>
          ROLES.flatMap((role) => grantLines(table, driver, { role, who: who[role], names: options[role] })),
        )),
  ]
  return lines.map((line) => `${line}\n`).join('')
}

const ROLES = ['writer', 'reader'] as const
type Role = (typeof ROLES)[number]

function fileRemark(role: Role, who: string): string {
  const write = role === 'writer' ? ', and write it and in its directory' : ''
  return `-- ${who} must be able to read the file${write}`
}

function grantLines(
  { name: table, rights: all }: OwnTable,
  driver: SqlDriver,
  {
    role,
    who,
    names = [],
  }: { readonly role: Role; readonly who: string; readonly names: readonly string[] | undefined },
): readonly string[] {
  const rights = all[role]
  if (names.length === 0) return [`-- GRANT ${rights.join(', ')} ON ${table} TO …; -- ${who}`]
  return names.map((name) => `${grantOn(driver, { rights, table, role: name })}; -- ${who}`)
}

async function apply(
  made: Made,
  target: SqlTarget,
  { options, world }: { readonly options: SchemaOptions; readonly world: World },
): Promise<Code> {
  const end = nowMs() + (options.timeout ?? STANDARD.run) * 1_000 - world.elapsedMs()
  const leftMs = (): number => Math.max(0, end - nowMs())
  const signal = AbortSignal.timeout(Math.floor(leftMs()))
  const { tables } = made
  const grants = tables.flatMap(({ name: table, rights }) =>
    ROLES.flatMap((role) =>
      (options[role] ?? []).flatMap(
        (name) => grantOn(target.driver, { rights: rights[role], table, role: name }) ?? [],
      ),
    ),
  )
  const own = namesOf(tables.filter((table) => table !== VERSION_TABLE))
  const change = (statements: readonly string[]): Promise<readonly QueryResult[]> => {
    const changes = statements.map((sql) => ({ sql, parameters: [] }))
    return changeDatabase(target, changes, { signal, timeoutMs: leftMs() })
  }
  try {
    await change([...(await versionSteps(made, target.driver, change)), ...grants])
    await withDatabase(target, { signal, timeoutMs: leftMs() }, async (connection) => {
      for (const { probe } of tables) await connection.query(probe, [], { timeoutMs: leftMs() })
    })
  } catch (error) {
    const words = error instanceof FaultError ? wordsOf(error) : undefined
    if (words === undefined && !(error instanceof LastaliveError)) throw error
    complain(world, `cannot make ${own} in ${target.shown}: ${words ?? (error as LastaliveError).message}`)
    return 4
  }
  world.stdout.write(`${own} ${tables.length > 1 ? 'are' : 'is'} there, in ${target.shown}\n`)
  for (const grant of grants) world.stdout.write(`${grant}\n`)
  return 0
}

/** What makes the tables, or what they lack of the present version. */
async function versionSteps(
  { subject, tables, migrations }: Made,
  driver: SqlDriver,
  change: (statements: readonly string[]) => Promise<readonly QueryResult[]>,
): Promise<readonly string[]> {
  const making = tables.map((table) => table.making[driver])
  if (migrations === undefined) return making
  const [, versions] = await change([VERSION_TABLE.making[driver], versionQuery(subject)])
  const text = versions?.rows[0]?.[0]?.text
  const found = typeof text === 'string' ? Number(text) : undefined
  const steps = stepsFrom(found, migrations, driver)
  if (steps === undefined) throw new UsageError(`a later version of lastalive has made them; use that one`)
  return [...making, ...steps, versionStatement(driver, subject, migrations.length + 1)]
}

function wordsOf({ fault: { message, cure } }: FaultError): string {
  return cure === undefined ? message : `${message}; ${cure}`
}

function namesOf(tables: readonly OwnTable[]): string {
  return tables.map(({ name }) => name).join(', ')
}
