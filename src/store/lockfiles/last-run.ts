import * as v from 'valibot'
import { StateError } from '../../core/errors.ts'
import type { LastRun } from '../../core/ports.ts'
import { readOwn } from '../../io/files/safe-file.ts'

const lastRun = v.object({
  at: v.pipe(
    v.string(),
    v.isoTimestamp(),
    v.transform((text) => new Date(text)),
  ),
  judged: v.number(),
  accepted: v.number(),
  errors: v.number(),
  timezone: v.exactOptional(v.string()),
})

/**
 * What the last finished run left behind.
 *
 * @returns undefined where there has been none
 * @throws StateError where its file is not ours to read
 */
export async function readLastRun(path: string): Promise<LastRun | undefined> {
  const found = await readOwn(path)
  if (found.kind === 'refused') throw new StateError(`cannot read ${path}: ${found.why}`, { path })
  if (found.kind === 'nothing') return undefined
  try {
    const result = v.safeParse(lastRun, JSON.parse(found.text))
    return result.success ? result.output : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
