import { FaultError } from '../../core/errors.ts'
import type { QueryResult } from '../../drivers/driver.ts'

/** How long looking for something may take that only makes the words better. */
export const LOOKING_MS = 500
const MOST_TABLES = 3

/** A table, as the user's own SQL names it. */
const NAMED_TABLE = /\b(?:from|join)\s+((?:[\w$]+|"[^"]+"|`[^`]+`)(?:\.(?:[\w$]+|"[^"]+"|`[^`]+`))?)/gi

/** The names of the first tables in the user's own SQL, without quotes. */
export function tablesIn(sql: string): readonly string[] {
  const names = [...sql.matchAll(NAMED_TABLE)].map(([, name = '']) => name.replaceAll(/["`]/g, ''))
  return [...new Set(names)].slice(0, MOST_TABLES)
}

/** What a query brings; undefined where it fails: then there is nothing to add. */
export async function unlessFailed(asked: Promise<QueryResult>): Promise<QueryResult | undefined> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof FaultError) return undefined
    throw error
  }
}
