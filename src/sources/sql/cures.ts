import { partsOfTable } from '../../core/find/table-name.ts'
import { append } from '../../core/lists.ts'
import type { Fault } from '../../core/types.ts'
import { nearest } from '../../core/words/text.ts'
import type { Connection } from '../../drivers/driver.ts'
import { nameOf } from '../value.ts'
import { LOOKING_MS, tablesIn, unlessFailed } from './names.ts'
import type { Question } from './question.ts'

const MOST_NAMES = 1_000
const NAMES_SHOWN = 5

/** How databases write the name that they do not know: quoted, or behind a colon, or alone. */
const UNKNOWN_NAME =
  /no such (?:table|column): (.+?)(?: - |$)|["'`\u00ab\u201e\u201c]([^"'`\u00bb\u201c\u201d]+)|^column (\S+) /

/** Finds cures for faults; the tables are asked for once, however many of them are missing. */
export interface Cures {
  /**
   * A fault about a name that the database does not know, with the names that it does know as its cure.
   *
   * @param question the one that failed
   */
  add(fault: Fault, question: Question): Promise<Fault>
}

/** Looks for cures in a database that answers. */
export function createCures(connection: Connection): Cures {
  let tables: Promise<readonly string[] | undefined> | undefined
  return {
    add: async (fault, question) => {
      if (fault.kind === 'denied') return await withIdleRole(fault, connection)
      if (fault.unknownName === undefined || fault.cure !== undefined) return fault
      if (fault.unknownName === 'table') tables ??= tablesOf(connection)
      const cure =
        fault.unknownName === 'table'
          ? tableCure(fault, question, await tables)
          : await columnCure(fault, connection, question)
      return cure === undefined ? fault : { ...fault, cure }
    },
  }
}

/** Rights that a role would give which is not in force: another right is not what is missing. */
async function withIdleRole(fault: Fault, { query, dialect }: Connection): Promise<Fault> {
  const { idleRole } = dialect
  if (idleRole === undefined) return fault
  const result = await unlessFailed(query(idleRole.sql, [], { timeoutMs: LOOKING_MS, maxRows: 1 }))
  const role = result?.rows[0]?.[0]?.text
  if (role === undefined || role === null) return fault
  const right = fault.cure === undefined ? '' : `; else ${fault.cure}`
  return { ...fault, cure: `its role ${nameOf(role)} is not in force: ${idleRole.cure}${right}` }
}

async function tablesOf({ query, dialect }: Connection): Promise<readonly string[] | undefined> {
  const result = await unlessFailed(query(dialect.tableNames, [], { timeoutMs: LOOKING_MS, maxRows: MOST_NAMES }))
  return result?.rows.map(([name]) => name?.text ?? '')
}

function tableCure(
  { message }: Fault,
  { checks: [check] }: Question,
  known: readonly string[] | undefined,
): string | undefined {
  if (known === undefined) return undefined
  if (known.length === 0) return 'this user can see no tables there: check the database, and what the user may read'
  const name = check?.look.kind === 'key' ? check.look.table : unknownName(message)
  return meant(name === undefined ? undefined : nearestTable(name, known)) ?? nearestOf('tables', known)
}

/** The same name in another schema is nearer than a similar one. */
function nearestTable(name: string, known: readonly string[]): string | undefined {
  const bare = lastPart(name).toLowerCase()
  const namesakes = known.filter((candidate) => lastPart(candidate).toLowerCase() === bare)
  const near = nearest(bare, known.map(lastPart))
  return namesakes[0] ?? nearest(name, known) ?? known.find((candidate) => lastPart(candidate) === near)
}

async function columnCure({ message }: Fault, connection: Connection, question: Question): Promise<string | undefined> {
  const [check] = question.checks
  const look = check?.look.kind === 'key' ? check.look : undefined
  const { sql } = question.statement(connection.dialect)
  const tables = look === undefined ? tablesIn(sql) : [look.table]
  const known: string[] = []
  for (const table of tables) append(known, await columnsOf(connection, table))
  if (known.length === 0) return undefined
  const missing = look === undefined ? unknownName(message) : missingColumn([look.keyColumn, look.valueColumn], known)
  return meant(missing === undefined ? undefined : nearest(lastPart(missing), known)) ?? nearestOf('columns', known)
}

function missingColumn(wanted: readonly string[], known: readonly string[]): string | undefined {
  const folded = known.map((name) => name.toLowerCase())
  return wanted.find((name) => !folded.includes(name.toLowerCase())) ?? wanted.find((name) => !known.includes(name))
}

async function columnsOf({ query, dialect }: Connection, table: string): Promise<readonly string[]> {
  const name = partsOfTable(table).map(dialect.quote).join('.')
  const result = await unlessFailed(query(`SELECT * FROM ${name} LIMIT 0`, [], { timeoutMs: LOOKING_MS }))
  return result?.columns ?? []
}

/** In the user's own SQL the name is only known from the database's words. */
function unknownName(message: string): string | undefined {
  const match = UNKNOWN_NAME.exec(message)
  return match?.[1] ?? match?.[2] ?? match?.[3]
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1)
}

function meant(name: string | undefined): string | undefined {
  return name === undefined ? undefined : `did you mean ${nameOf(name)}?`
}

function nearestOf(kind: 'tables' | 'columns', known: readonly string[]): string {
  const shown = known.slice(0, NAMES_SHOWN).map(nameOf)
  return `${kind} there are ${shown.join(', ')}${known.length > shown.length ? ' …' : ''}`
}
