import { NO_TIME } from '../../core/judge/doubt.ts'
import { largest } from '../../core/lists.ts'
import { isNumeral } from '../../core/time/timestamp.ts'
import type { RawValue, Reading } from '../../core/types.ts'
import type { QueryResult } from '../../drivers/driver.ts'
import { extractAll } from '../extract.ts'
import { type Clocks, invalidReading, readingOf, THE_VALUE } from '../value.ts'
import type { SqlCheck } from './look.ts'
import type { Question } from './question.ts'
import { type NamedRow, readRows, withLimits } from './rows.ts'

/** What columns are called that are found by their names. */
const NAMES = {
  name: ['name'],
  value: ['at', 'value'],
  warning: ['warning'],
  critical: ['critical'],
  why: ['why'],
} as const

type Role = keyof typeof NAMES

/**
 * A query of the user's, for all checks that ask the same.
 *
 * @param checks whose look is a query, the same for all of them
 */
export function writtenQuestion(checks: readonly SqlCheck[]): Question | undefined {
  const [first] = checks
  if (first === undefined || first.look.kind !== 'query') return undefined
  const { sql, parameters, rows, isOurs } = first.look
  const most = largest(
    checks.map(({ many }) => many?.maxRows ?? 1),
    1,
  )
  return {
    checks,
    options: { writtenBy: 'user', session: isOurs ? 'utc' : 'server', maxRows: most },
    statement: () => ({ sql, parameters }),
    read: async (result, { sent, signal }) => {
      const read = rows === 'many' ? readMany : readOne
      const readings = new Map<string, readonly Reading[]>()
      for (const check of checks) {
        const found = await read(check, result, { clocks: sent, signal })
        readings.set(check.name, check.measure === 'amount' ? found : found.map(doubted))
      }
      return { clocks: sent, readings }
    },
  }
}

/** A count of nothing was hardly meant for a time; of a key zero mostly means never. */
function doubted(reading: Reading): Reading {
  const { raw } = reading
  const isZero = reading.kind === 'absent' && raw !== undefined && isNumeral(raw) && Number(raw.text) === 0
  return isZero ? { ...reading, cure: NO_TIME } : reading
}

interface When {
  readonly clocks: Clocks
  readonly signal: AbortSignal
}

async function readMany(check: SqlCheck, result: QueryResult, when: When): Promise<readonly Reading[]> {
  const columns = findColumns(result.columns, ['name', 'value', 'warning', 'critical', 'why'])
  const { name, value, warning, critical, why } = columns ?? {}
  if (name === undefined || value === undefined) {
    return [invalidReading(`the query brings ${columnsOf(result)}`, 'write SELECT name, at[, warning][, critical]')]
  }
  const rows: NamedRow[] = []
  for (const row of result.rows) {
    const [rowName, rowValue] = [row[name], row[value]]
    if (rowName === undefined || rowValue === undefined) continue
    const rest = { warning: at(row, warning), critical: at(row, critical), why: at(row, why) }
    rows.push({ name: rowName, value: rowValue, ...rest })
  }
  return await readRows(check, rows, when)
}

function at(row: readonly RawValue[], index: number | undefined): RawValue | undefined {
  return index === undefined ? undefined : row[index]
}

async function readOne(check: SqlCheck, result: QueryResult, { clocks, signal }: When): Promise<readonly Reading[]> {
  const { value, warning, critical } = findColumns(result.columns, ['value', 'warning', 'critical']) ?? {}
  if (value === undefined) {
    return [invalidReading(`the query brings ${columnsOf(result)}`, 'select one, or name the one that counts AS value')]
  }
  if (result.rows.length > 1) {
    return [invalidReading('the query brings more than one row', 'write rows in place of query, or LIMIT 1')]
  }
  const [row] = result.rows
  const found = row?.[value]
  if (row === undefined || found === undefined) return [{ kind: 'absent', why: 'the query brings no row' }]
  const own = { warning: at(row, warning), critical: at(row, critical) }
  const extracted = await extractAll(check, [found], signal)
  return extracted.map((one) =>
    withLimits(check, own, (row) => readingOf(check, one, { label: () => THE_VALUE, clocks, row })),
  )
}

/**
 * Which column plays which role: by its name, or else by its position among those without one. Undefined where that
 * leaves some over: nothing that was selected may be taken for what it is not.
 */
function findColumns(columns: readonly string[], roles: readonly Role[]): Partial<Record<Role, number>> | undefined {
  const names = columns.map((column) => column.toLowerCase())
  const found: Partial<Record<Role, number>> = {}
  for (const role of roles.filter((role) => role !== 'why' || columns.length > 2)) {
    const [index, second] = names.flatMap((name, i) => (isName(name, role) ? [i] : []))
    // Which of two is meant, nobody can know.
    if (second !== undefined) return undefined
    if (index !== undefined) found[role] = index
  }
  // Of one value alone the position says nothing.
  const isOneValue = !roles.includes('name')
  if (isOneValue && found.value !== undefined) return found
  const left = columns.map((_, i) => i).filter((i) => !Object.values(found).includes(i))
  const hasLimits = found.warning !== undefined || found.critical !== undefined
  const open = roles.filter((role) => found[role] === undefined && isOpen(role, !hasLimits && !isOneValue))
  if (left.length > open.length) return undefined
  for (const [i, index] of left.entries()) {
    const role = open[i]
    if (role !== undefined) found[role] = index
  }
  return found
}

function isName(name: string, role: Role): boolean {
  const known: readonly string[] = NAMES[role]
  return known.includes(name)
}

/** Whether a column without its name may play the role. Why there is no time has to be called that. */
function isOpen(role: Role, isLimitOpen: boolean): boolean {
  return role === 'warning' || role === 'critical' ? isLimitOpen : role !== 'why'
}

function columnsOf({ columns }: QueryResult): string {
  return columns.length === 1 ? 'one column' : `${columns.length} columns`
}
