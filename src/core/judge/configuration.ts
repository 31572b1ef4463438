import { CONFIGURATION } from '../names.ts'
import type { Verdict } from '../types.ts'
import type { Mistake } from './mistakes.ts'
import { tidy } from './verdict.ts'

const MOST = 200

/**
 * The verdict on the configuration. A mistake makes it unknown: nobody knows what the wrong entry would have watched.
 *
 * @param mistakes in the order of the files
 * @param leftOut names of the checks that are not read because of them
 */
export function judgeConfiguration(mistakes: readonly Mistake[], leftOut: readonly string[] = []): Verdict {
  const row = { check: CONFIGURATION, kind: 'run' as const, cause: 'configuration' as const, metrics: [] }
  const [first, ...more] = mistakes
  if (first === undefined) return { ...row, severity: 'ok', summary: 'is valid' }
  const count = more.length === 0 ? '' : `${mistakes.length} mistakes, the first in `
  const kept = mistakes.slice(0, MOST)
  const cure = 'correct it, then check it with lastalive validate'
  return { ...row, severity: 'unknown', summary: tidy(`${count}${first.words}`), cure, mistakes: kept, leftOut }
}

/**
 * The verdict on a check whose entry is wrong.
 *
 * @param why the mistake, in one line
 */
export function judgeLeftOut(check: string, why: string): Verdict {
  const row = { check, kind: 'check' as const, metrics: [] }
  return { ...row, severity: 'unknown', cause: 'configuration', summary: tidy(`not read: ${why}`) }
}
