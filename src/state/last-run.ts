import * as v from 'valibot'
import type { LastRun } from '../core/ports.ts'
import { readOwn } from './safe-file.ts'

const lastRun = v.object({
  at: v.pipe(
    v.string(),
    v.isoTimestamp(),
    v.transform((text) => new Date(text)),
  ),
  judged: v.number(),
  accepted: v.number(),
  errors: v.number(),
})

/**
 * What the last finished run left behind.
 *
 * @returns undefined where there has been none, or its file cannot be read
 */
export async function readLastRun(path: string): Promise<LastRun | undefined> {
  const found = await readOwn(path)
  if (found.kind !== 'text') return undefined
  try {
    const result = v.safeParse(lastRun, JSON.parse(found.text))
    return result.success ? result.output : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
