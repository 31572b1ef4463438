import { constants } from 'node:fs'
import { rename } from 'node:fs/promises'
import type { JournalEntry } from '../core/ports.ts'
import { openKept } from './safe-file.ts'

/** When the journal has grown beyond this, it is put aside as `.1` and a new one begun. */
const LARGEST_BYTES = 1024 * 1024

/**
 * Appends entries, one JSON line each, with a single write.
 *
 * @throws StateError, or an error of the file system
 */
export async function appendToJournal(path: string, entries: readonly JournalEntry[]): Promise<void> {
  if (entries.length === 0) return
  const file = await openKept(path, constants.O_RDWR | constants.O_APPEND)
  let size: number
  try {
    size = (await file.stat()).size
    const lines = entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')
    // A line that a crash cut off stays alone in its line.
    await file.appendFile(size > 0 && (await lastByte(file, size)) !== '\n' ? `\n${lines}` : lines)
    await file.datasync()
  } finally {
    await file.close()
  }
  if (size > LARGEST_BYTES) await rename(path, `${path}.1`)
}

async function lastByte(file: Awaited<ReturnType<typeof openKept>>, size: number): Promise<string> {
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1)
  return buffer.toString('latin1')
}
