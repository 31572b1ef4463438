import * as v from 'valibot'
import type { Said } from '../../core/remark.ts'
import { readOwn, replaceOwn } from '../../io/files/safe-file.ts'

const remarks = v.array(
  v.tuple([
    v.string(),
    v.pipe(
      v.string(),
      v.isoTimestamp(),
      v.transform((text) => new Date(text)),
    ),
  ]),
)

/** What was remarked when; nothing where that is not what we write: then it is said again. */
export async function loadRemarks(path: string): Promise<Said> {
  const found = await readOwn(path)
  // What is in the way is told when it is written.
  if (found.kind !== 'text') return new Map()
  try {
    const result = v.safeParse(remarks, JSON.parse(found.text))
    return new Map(result.success ? result.output : [])
  } catch (error) {
    if (error instanceof SyntaxError) return new Map()
    throw error
  }
}

/** @throws what kept it from being written */
export async function saveRemarks(path: string, said: Said): Promise<void> {
  await replaceOwn(path, `${JSON.stringify([...said].map(([key, at]) => [key, at.toISOString()]))}\n`)
}
