import * as v from 'valibot'
import type { Said } from '../../core/incident/remark.ts'
import { instant } from '../../core/last-run.ts'
import { readJson } from '../../core/shape/json.ts'
import { readOwn, replaceOwn } from '../../io/files/safe-file.ts'

const remarks = v.array(v.tuple([v.string(), instant]))

/** What was remarked when; nothing where that is not what we write: then it is said again. */
export async function loadRemarks(path: string): Promise<Said> {
  const found = await readOwn(path)
  // What is in the way is told when it is written.
  return new Map(found.kind === 'text' ? readJson(remarks, found.text) : [])
}

/** @throws what kept it from being written */
export async function saveRemarks(path: string, said: Said): Promise<void> {
  await replaceOwn(path, `${JSON.stringify([...said])}\n`)
}
