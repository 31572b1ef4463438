import { constants } from 'node:fs'
import * as v from 'valibot'
import { errorCode, StateError } from '../../core/errors.ts'
import type { Journal, JournalEntry } from '../../core/ports.ts'
import { readJson } from '../../core/shape/json.ts'
import { close, fdatasync, fstat, read, rename, stat } from '../../io/files/fs.ts'
import { openKept, readOwn, writeAtOnce } from '../../io/files/safe-file.ts'

/** When the journal has grown beyond this, it is put aside as `.1` and a new one begun. */
const LARGEST_BYTES = 1024 * 1024
/** The most that is written at once: ten thousand checks that open in one run. */
const LARGEST_WRITE_BYTES = 4 * 1024 * 1024
/** The largest file that can come of it, and a little more. */
const LARGEST_READ_BYTES = 6 * 1024 * 1024
/** A row's name may be any text at all; nobody misses a line that is longer than this. */
const LONGEST_LINE_BYTES = 256 * 1024

/**
 * Appends entries, one JSON line each, with a single write; very many with several. There are never more than two files,
 * the older one with `.1` behind its name.
 *
 * @param options.isAlone false where somebody else may write at the same time: of those one alone may put the journal
 *   aside, or it would put aside what the other has just begun, and drop the part before it
 * @throws StateError, or an error of the file system
 */
export async function appendToJournal(
  path: string,
  entries: readonly JournalEntry[],
  { isAlone = true }: { readonly isAlone?: boolean } = {},
): Promise<void> {
  const lines = entries.map((entry) => `${JSON.stringify(entry)}\n`)
  const kept = lines.filter((line) => Buffer.byteLength(line) <= LONGEST_LINE_BYTES)
  for (const chunk of chunksOf(kept)) await append(path, chunk, { isAlone })
}

function chunksOf(lines: readonly string[]): readonly string[] {
  const chunks: string[] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const line of lines) {
    const size = Buffer.byteLength(line)
    if (bytes + size > LARGEST_WRITE_BYTES) {
      chunks.push('')
      bytes = 0
    }
    chunks.push(`${chunks.pop()}${line}`)
    bytes += size
  }
  return chunks
}

async function append(path: string, lines: string, options: { readonly isAlone: boolean }): Promise<void> {
  const file = await openForMore(path, options)
  try {
    const { size } = await fstat(file)
    // A line that a crash cut off stays alone in its line.
    await writeAtOnce(file, size > 0 && (await lastByte(file, size)) !== '\n' ? `\n${lines}` : lines)
    await fdatasync(file)
  } finally {
    await close(file)
  }
}

async function openForMore(path: string, { isAlone }: { readonly isAlone: boolean }): Promise<number> {
  const file = await openKept(path, constants.O_RDWR | constants.O_APPEND)
  const { size, ino } = await fstat(file)
  if (size <= LARGEST_BYTES || !isAlone) return file
  await close(file)
  // Where another run has put it aside just now, what is there is the new one.
  if ((await inodeAt(path)) === ino) await rename(path, `${path}.1`)
  return openKept(path, constants.O_RDWR | constants.O_APPEND)
}

async function inodeAt(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).ino
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

async function lastByte(file: number, size: number): Promise<string> {
  const { buffer } = await read(file, Buffer.alloc(1), 0, 1, size - 1)
  return buffer.toString('latin1')
}

const date = v.pipe(
  v.string(),
  v.transform((text) => new Date(text)),
  v.date(),
)

const entry = v.object({
  at: date,
  event: v.picklist(['opened', 'worsened', 'closed', 'acknowledged', 'cleared', 'given up']),
  // The first versions wrote neither this nor since when it was bad, and from when its length counts.
  origin: v.optional(v.string(), ''),
  check: v.string(),
  item: v.exactOptional(v.string()),
  id: v.string(),
  episode: v.number(),
  severity: v.picklist(['unknown', 'warning', 'critical']),
  summary: v.string(),
  since: v.exactOptional(date),
  start: v.exactOptional(date),
  ahead: v.exactOptional(v.number()),
})

/**
 * Reads the journal, the part that was put aside as well.
 *
 * @throws StateError where it is not ours to read
 */
export async function readJournal(path: string): Promise<Omit<Journal, 'problems'>> {
  // In this order: what is put aside in between is read twice, and not missed.
  const [newer, older] = [await textAt(path), await textAt(`${path}.1`)]
  const texts = newer === older ? [newer] : [older, newer]
  const lines = texts.flatMap((text) => text.split('\n')).filter((line) => line !== '')
  const entries = lines.flatMap((line) => readLine(line) ?? [])
  return { entries, skipped: lines.length - entries.length }
}

async function textAt(path: string): Promise<string> {
  const found = await readOwn(path, { largestBytes: LARGEST_READ_BYTES })
  if (found.kind === 'refused') throw new StateError(`cannot read ${path}: ${found.why}`, { path })
  return found.kind === 'nothing' ? '' : found.text
}

function readLine(line: string): JournalEntry | undefined {
  const found = readJson(entry, line)
  if (found === undefined) return undefined
  const { since = found.at, start = since } = found
  return { ...found, since, start }
}
