import { child } from '../shape/tree.ts'

/** A timestamp's age, how long a deadline is over, or a number. */
export type Measure = 'age' | 'overdue' | 'amount'

/** What most kinds of sources measure, as far as the entry is valid. */
export function measureOf(entry: unknown): Measure {
  if (child(entry, 'measure') === 'number') return 'amount'
  return ['true', true].includes(child(entry, 'expires') as string) ? 'overdue' : 'age'
}
