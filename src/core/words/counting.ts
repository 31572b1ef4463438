import { badIn } from '../incident/recent.ts'
import { type Named, titleOf } from '../names.ts'
import type { Pending } from '../types.ts'
import { clean } from './text.ts'

/** How often it was bad, and how often it has to be: `mdx: 2 of the last 5 were bad (3 open it)`. */
export function countingLine(named: Named, { count, recent = '', failures }: Pending): string {
  const title = clean(titleOf(named))
  if (typeof failures === 'object') {
    return `${title}: ${badIn(recent)} of the last ${failures.of} were bad (${failures.count} open it)`
  }
  const needed = failures === undefined ? '' : ` (${failures} open it)`
  return `${title}: ${count === 1 ? 'the last one was' : `the last ${count} were`} bad${needed}`
}
