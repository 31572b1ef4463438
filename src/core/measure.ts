import { child } from './shape/tree.ts'

/** What is measured: a timestamp's age, how long a deadline is over, or a number. */
export type Measure = 'age' | 'overdue' | 'amount'

/** What is measured by most kinds of sources, as far as an entry says it rightly. */
export function measureOf(entry: unknown): Measure {
  if (child(entry, 'measure') === 'number') return 'amount'
  return ['true', true].includes(child(entry, 'expires') as string) ? 'overdue' : 'age'
}
