import { FaultError } from '../core/errors.ts'
import { nearest } from '../core/text.ts'
import type { Fault } from '../core/types.ts'
import type { Connection } from '../drivers/driver.ts'
import type { Question } from './question.ts'
import { nameOf } from './value.ts'

/** How long looking for a name may take: it only makes the words better. */
const LOOKING_MS = 500
const MOST_NAMES = 1_000
const NAMES_SHOWN = 5

/**
 * A fault about a name that the database does not know, with the names that it does know as its cure.
 *
 * @param question the one that failed
 */
export async function withCure(fault: Fault, connection: Connection, question: Question): Promise<Fault> {
  if (fault.unknownName === undefined || fault.cure !== undefined) return fault
  const [check] = question.checks
  const place = check?.place.kind === 'key' ? check.place : undefined
  const isTable = fault.unknownName === 'table'
  const wanted = place === undefined ? [] : isTable ? [place.table] : [place.keyColumn, place.valueColumn]
  const known = isTable ? await tablesOf(connection) : await columnsOf(connection, place?.table)
  const cure = cureOf(fault, { wanted, known })
  return cure === undefined ? fault : { ...fault, cure }
}

function cureOf(
  { unknownName, message }: Fault,
  { wanted, known }: { readonly wanted: readonly string[]; readonly known: readonly string[] },
): string | undefined {
  const kind = `${unknownName ?? ''}s`
  if (known.length === 0)
    return unknownName === 'table' ? 'this user can see no tables there; see where they are' : undefined
  // In the user's own SQL the name is only known from the server's words.
  const written = wanted.length > 0 ? wanted : (message.match(/[\w.$]+/g) ?? [])
  const missing = written.filter((name) => !known.includes(name))
  const meant = missing.map((name) => nearest(name, known)).find((name) => name !== undefined)
  if (meant !== undefined) return `did you mean ${nameOf(meant)}?`
  const shown = known.slice(0, NAMES_SHOWN).map(nameOf)
  return `${kind} there are ${shown.join(', ')}${known.length > shown.length ? ' …' : ''}`
}

async function tablesOf({ query, dialect }: Connection): Promise<readonly string[]> {
  return await namesIn(
    () => query(dialect.tableNames, [], { timeoutMs: LOOKING_MS, maxRows: MOST_NAMES }),
    ({ rows }) => rows.map(([name]) => name?.text ?? ''),
  )
}

async function columnsOf({ query, dialect }: Connection, table: string | undefined): Promise<readonly string[]> {
  if (table === undefined) return []
  const name = table.split('.').map(dialect.quote).join('.')
  return await namesIn(
    () => query(`SELECT * FROM ${name} LIMIT 0`, [], { timeoutMs: LOOKING_MS }),
    ({ columns }) => columns,
  )
}

async function namesIn(
  ask: () => ReturnType<Connection['query']>,
  read: (result: Awaited<ReturnType<Connection['query']>>) => readonly string[],
): Promise<readonly string[]> {
  try {
    return read(await ask())
  } catch (error) {
    // The fault is told without its cure.
    if (error instanceof FaultError) return []
    throw error
  }
}
