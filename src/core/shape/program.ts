import * as v from 'valibot'
import { show } from './values.ts'

/** An absolute path, and arguments. */
export type Program = readonly [path: string, ...args: string[]]

/** A program and its arguments, which may repeat. */
export function program({
  about,
  example,
  blanks,
}: {
  about: string
  example: string
  blanks: 'refused' | 'allowed' | 'split'
}) {
  return v.pipe(
    v.union(
      [v.string(), v.array(v.string('is not text; write it in quotes'))],
      `is neither text nor a list of texts; write ${example}`,
    ),
    v.description(about),
    v.rawTransform(({ dataset, addIssue, NEVER }): Program => {
      const { value } = dataset
      const isSplit = typeof value === 'string' && blanks === 'split'
      const [path = '', ...args] = isSplit ? value.trim().split(/\s+/) : typeof value === 'string' ? [value] : value
      const isShell = typeof value === 'string' && blanks === 'refused' && /\s/.test(value)
      const wrong = isShell
        ? 'is one text, which no shell takes apart'
        : isSplit && OF_SHELLS.test(value)
          ? 'holds signs of a shell, and none reads it'
          : programProblem([path, ...args])
      if (wrong === undefined) return [path, ...args]
      addIssue({ message: `${wrong}; write ${example}` })
      return NEVER
    }),
  )
}

/** Signs that a shell would take for more than they are. */
const OF_SHELLS = /["'\\`$|;&<>]/

function programProblem(words: Program): string | undefined {
  if (words[0].trim() === '') return 'is empty'
  if (!words[0].startsWith('/')) return `${show(words[0])} is not an absolute path`
  return words.some((word) => word.includes('\0')) ? 'holds a NUL' : undefined
}
