import * as v from 'valibot'
import type { FoundLastRun } from '../../core/ports.ts'
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

/** What the last finished run left behind; nothing, and a problem, where its file is not ours to read. */
export async function readLastRun(path: string): Promise<FoundLastRun> {
  const found = await readOwn(path)
  if (found.kind === 'refused') return { problems: [{ path, message: `cannot read ${path}: ${found.why}` }] }
  if (found.kind === 'nothing') return { problems: [] }
  try {
    const result = v.safeParse(lastRun, JSON.parse(found.text))
    return result.success ? { lastRun: result.output, problems: [] } : { problems: [] }
  } catch (error) {
    if (error instanceof SyntaxError) return { problems: [] }
    throw error
  }
}
