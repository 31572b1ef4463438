import { FaultError } from '../core/errors.ts'
import { partsOfTable } from '../core/table-name.ts'
import { nearest } from '../core/text.ts'
import type { Fault } from '../core/types.ts'
import type { Connection, QueryResult } from '../drivers/driver.ts'
import type { Question } from './question.ts'
import { nameOf } from './value.ts'

/** How long looking for a name may take: it only makes the words better. */
const LOOKING_MS = 500
const MOST_NAMES = 1_000
const MOST_TABLES = 3
const NAMES_SHOWN = 5

/** A table, as the user's own SQL names it. */
const NAMED_TABLE = /\b(?:from|join)\s+((?:[\w$]+|"[^"]+"|`[^`]+`)(?:\.(?:[\w$]+|"[^"]+"|`[^`]+`))?)/gi

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
  const name = check?.place.kind === 'key' ? check.place.table : unknownName(message)
  return meant(name === undefined ? undefined : nearestTable(name, known)) ?? listOf('tables', known)
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
  const place = check?.place.kind === 'key' ? check.place : undefined
  const { sql } = question.statement(connection.dialect)
  const tables = place === undefined ? tablesIn(sql) : [place.table]
  const known: string[] = []
  for (const table of tables) known.push(...(await columnsOf(connection, table)))
  if (known.length === 0) return undefined
  const missing =
    place === undefined ? unknownName(message) : missingColumn([place.keyColumn, place.valueColumn], known)
  return meant(missing === undefined ? undefined : nearest(lastPart(missing), known)) ?? listOf('columns', known)
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

/** @returns the names of tables in the user's own SQL, without quotes */
function tablesIn(sql: string): readonly string[] {
  const names = [...sql.matchAll(NAMED_TABLE)].map(([, name = '']) => name.replaceAll(/["`]/g, ''))
  return [...new Set(names)].slice(0, MOST_TABLES)
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

function listOf(kind: 'tables' | 'columns', known: readonly string[]): string {
  const shown = known.slice(0, NAMES_SHOWN).map(nameOf)
  return `${kind} there are ${shown.join(', ')}${known.length > shown.length ? ' …' : ''}`
}

/** The fault is told without its cure, where that cannot be found. */
async function unlessFailed(asked: Promise<QueryResult>): Promise<QueryResult | undefined> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof FaultError) return undefined
    throw error
  }
}
