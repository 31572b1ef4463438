import { type Named, titleOf } from '../../core/names.ts'

export function inNaturalOrder<T extends Named>(named: readonly T[]): readonly T[] {
  const { compare } = new Intl.Collator('en', { numeric: true })
  return named
    .map((one) => ({ one, title: titleOf(one) }))
    .toSorted((a, b) => compare(a.title, b.title))
    .map(({ one }) => one)
}
