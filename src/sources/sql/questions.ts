import { joined } from '../../core/words/joined.ts'
import type { SqlDriver } from '../../drivers/target.ts'
import { keysQuestion, patternQuestion } from './key-table.ts'
import type { SqlCheck } from './look.ts'
import type { Question } from './question.ts'
import { writtenQuestion } from './written-query.ts'

/** What a database is to be asked for some checks. What only jobs need is loaded where there is one. */
export async function allQuestionsFor(checks: readonly SqlCheck[], driver: SqlDriver): Promise<readonly Question[]> {
  const jobs = checks.filter(({ look }) => look.kind === 'job')
  const others = questionsFor(checks)
  return jobs.length === 0 ? others : [...(await import('./job/question.ts')).jobQuestions(jobs, driver), ...others]
}

/**
 * What a database is to be asked for checks of keys and queries: one query for all keys of a table, and one for all checks with the
 * same query. The user's own queries come last, since nobody knows how long they take.
 */
export function questionsFor(checks: readonly SqlCheck[]): readonly Question[] {
  const tables = new Map<string, SqlCheck[]>()
  const queries = new Map<string, SqlCheck[]>()
  const patterns: Question[] = []
  for (const check of checks) {
    const { look } = check
    if (look.kind === 'job') continue
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
