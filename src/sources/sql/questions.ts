import { joined } from '../../core/words/joined.ts'
import { keysQuestion, patternQuestion } from './key-table.ts'
import type { SqlCheck } from './look.ts'
import type { Question } from './question.ts'
import { writtenQuestion } from './written-query.ts'

/**
 * What a database is to be asked for some checks: one query for all keys of a table, and one for all checks with the
 * same query. The user's own queries come last, since nobody knows how long they take.
 */
export function questionsFor(checks: readonly SqlCheck[]): readonly Question[] {
  const tables = new Map<string, SqlCheck[]>()
  const queries = new Map<string, SqlCheck[]>()
  const patterns: Question[] = []
  for (const check of checks) {
    const { look } = check
    if (look.kind === 'query') add(queries, JSON.stringify([look.sql, look.parameters, look.rows, look.isOurs]), check)
    else if (look.rows === 'many') patterns.push(patternQuestion(check, look))
    else add(tables, joined(look.table, look.keyColumn, look.valueColumn), check)
  }
  const ofTables = [...tables.values()].map(keysQuestion)
  const ofQueries = [...queries.values()].map(writtenQuestion)
  return [...ofTables, ...patterns, ...ofQueries].filter((question) => question !== undefined)
}

function add(groups: Map<string, SqlCheck[]>, identity: string, check: SqlCheck): void {
  const group = groups.get(identity)
  if (group === undefined) groups.set(identity, [check])
  else group.push(check)
}
