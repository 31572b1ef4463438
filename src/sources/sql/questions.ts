import type { Check } from '../../core/check.ts'
import { joined } from '../../core/words/joined.ts'
import { keysQuestion, patternQuestion } from './key-table.ts'
import type { Question } from './question.ts'
import { writtenQuestion } from './written-query.ts'

/**
 * What a database is to be asked for some checks: one query for all keys of a table, and one for all checks with the
 * same query. The user's own queries come last, since nobody knows how long they take.
 */
export function questionsFor(checks: readonly Check[]): readonly Question[] {
  const tables = new Map<string, Check[]>()
  const queries = new Map<string, Check[]>()
  const patterns: Question[] = []
  for (const check of checks) {
    const { place } = check
    if (place.kind === 'query')
      add(queries, JSON.stringify([place.sql, place.parameters, place.rows, place.isOurs]), check)
    else if (place.rows === 'many') patterns.push(patternQuestion(check, place))
    else add(tables, joined(place.table, place.keyColumn, place.valueColumn), check)
  }
  const ofTables = [...tables.values()].map(keysQuestion)
  const ofQueries = [...queries.values()].map(writtenQuestion)
  return [...ofTables, ...patterns, ...ofQueries].filter((question) => question !== undefined)
}

function add(groups: Map<string, Check[]>, identity: string, check: Check): void {
  const group = groups.get(identity)
  if (group === undefined) groups.set(identity, [check])
  else group.push(check)
}
