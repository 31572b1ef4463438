import * as v from 'valibot'
import { show } from './values.ts'

/** An absolute path, and arguments. */
export type Program = readonly [path: string, ...args: string[]]

/** A program and its arguments, which may repeat. */
export function program({ about, example, blanks }: { about: string; example: string; blanks: 'refused' | 'allowed' }) {
  return v.pipe(
    v.union(
      [v.string(), v.array(v.string('is not text; write it in quotes'))],
      `is neither text nor a list of texts; write ${example}`,
    ),
    v.description(about),
    v.rawTransform(({ dataset, addIssue, NEVER }): Program => {
      const { value } = dataset
      const [path = '', ...args] = typeof value === 'string' ? [value] : value
      const isShell = typeof value === 'string' && blanks === 'refused' && /\s/.test(value)
      const wrong = isShell ? 'is one text, which no shell takes apart' : programProblem([path, ...args])
      if (wrong === undefined) return [path, ...args]
      addIssue({ message: `${wrong}; write ${example}` })
      return NEVER
    }),
  )
}

function programProblem(words: Program): string | undefined {
  if (words[0].trim() === '') return 'is empty'
  if (!words[0].startsWith('/')) return `${show(words[0])} is not an absolute path`
  return words.some((word) => word.includes('\0')) ? 'holds a NUL' : undefined
}
