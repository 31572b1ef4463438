import type { Dir, Stats } from 'node:fs'
import { errorCode, FaultError } from '../../core/errors.ts'
import { globOf, hasSigns, matchesGlob } from '../../core/find/glob.ts'
import { closeFolder, openFolder, readEntry } from '../../io/files/folder.ts'
import { lstat, stat } from '../../io/files/fs.ts'
import { fileFault } from './faults.ts'

/** A regular file. */
export interface ListedFile {
  /** as its bytes are: a name need not be UTF-8 */
  readonly bytes: Buffer
  readonly path: string
  readonly size: number
  readonly modifiedAt: Date
}

/** What there is at a path. */
export type FoundFiles =
  | { readonly kind: 'files'; readonly newest: ListedFile | undefined; readonly count: number }
  | { readonly kind: 'absent'; readonly why: string }

/** How files are looked for. */
export interface FindOptions {
  /** when it fires, nothing more is looked at */
  readonly signal: AbortSignal
  /** what was written later is not the newest, unless there is nothing else */
  readonly latest: Date
}

/** So many entries of folders are looked at. */
export const MOST_ENTRIES = 100_000
/** How many entries are asked for at once. */
const BUFFERED = 1_000

/**
 * Looks for the regular files at a path, and at links to such.
 *
 * @throws FaultError of scope `check`
 */
export async function findFiles(path: string, options: FindOptions): Promise<FoundFiles> {
  const glob = globOf(path)
  if (glob === undefined) return await findOne(path)
  const folder = toBytes(glob.folder)
  const looked = { entries: 0, path }
  let names: readonly string[] = [folder === '/' ? '' : folder]
  for (const [i, part] of glob.parts.entries()) {
    if (!hasSigns(part)) {
      names = names.map((name) => `${name}/${toBytes(part)}`)
      continue
    }
    const found: string[] = []
    for (const name of names) {
      const listed = await list(name, part, { ...options, looked })
      if (listed === undefined && i === 0) return { kind: 'absent', why: `there is no folder ${glob.folder}` }
      for (const one of listed ?? []) found.push(`${name}/${one}`)
    }
    names = found
  }
  return await newestOf(names, { ...options, path })
}

async function findOne(path: string): Promise<FoundFiles> {
  try {
    const found = await stat(path)
    if (found.isFile()) return { kind: 'files', newest: fileOf(toBytes(path), found), count: 1 }
    throw new FaultError({ kind: 'invalid', scope: 'check', ...notRegular(path, found) })
  } catch (error) {
    if (error instanceof FaultError) throw error
    if (!isMissing(error)) throw fileFault(error, path)
    const why = (await isLink(path)) ? `${path} is a link to what is not there` : `there is no ${path}`
    return { kind: 'absent', why }
  }
}

function notRegular(path: string, found: Stats): { readonly message: string; readonly cure?: string } {
  if (found.isDirectory()) return { message: `${path} is a folder`, cure: `for the files in it, write ${path}/*` }
  const what = found.isFIFO() ? 'a FIFO' : found.isSocket() ? 'a socket' : 'a device'
  return { message: `${path} is ${what}, not a regular file` }
}

async function isLink(path: string | Buffer): Promise<boolean> {
  try {
    return (await lstat(path)).isSymbolicLink()
  } catch (error) {
    if (isMissing(error)) return false
    throw fileFault(error, path.toString())
  }
}

interface Looked {
  entries: number
  readonly path: string
}

/** The names in a folder that are like a part of the path, as bytes; undefined where there is no such folder. */
async function list(
  name: string,
  part: string,
  { signal, looked }: FindOptions & { readonly looked: Looked },
): Promise<readonly string[] | undefined> {
  const path = Buffer.from(name === '' ? '/' : name, 'latin1')
  let folder: Dir | undefined
  try {
    folder = await openFolder(path, { encoding: 'latin1', bufferSize: BUFFERED })
    const names: string[] = []
    for (let entry = await readEntry(folder); entry !== null; entry = await readEntry(folder)) {
      signal.throwIfAborted()
      looked.entries += 1
      if (looked.entries > MOST_ENTRIES) throw tooMany(looked.path)
      if (matchesGlob(toText(entry.name), part)) names.push(entry.name)
    }
    return names
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error instanceof FaultError || signal.aborted ? error : fileFault(error, path.toString())
  } finally {
    if (folder !== undefined) await closeFolder(folder)
  }
}

function tooMany(path: string): FaultError {
  const message = `there are more than ${MOST_ENTRIES} entries in the folders of ${path}`
  return new FaultError({ kind: 'invalid', scope: 'check', message, cure: 'write a path that leads to fewer' })
}

async function newestOf(
  names: readonly string[],
  { signal, latest, path }: FindOptions & { readonly path: string },
): Promise<FoundFiles> {
  let [count, hasDangling] = [0, false]
  let newest: ListedFile | undefined
  for (const name of names) {
    signal.throwIfAborted()
    const bytes = Buffer.from(name, 'latin1')
    try {
      const found = await stat(bytes)
      if (!found.isFile()) continue
      count += 1
      newest = newerOf(newest, fileOf(name, found), latest)
    } catch (error) {
      if (!isMissing(error)) throw fileFault(error, toText(name))
      // It was removed since its name was read, or it is a link to what is not there.
      hasDangling ||= await isLink(bytes)
    }
  }
  if (newest === undefined && hasDangling) return { kind: 'absent', why: `${path} finds a link to what is not there` }
  return { kind: 'files', newest, count }
}

/** A file from the future would hide all others, for as long as it lies there. */
function newerOf(one: ListedFile | undefined, other: ListedFile, latest: Date): ListedFile {
  if (one === undefined) return other
  const isLate = (file: ListedFile): boolean => file.modifiedAt > latest
  if (isLate(one) !== isLate(other)) return isLate(one) ? other : one
  return other.modifiedAt > one.modifiedAt ? other : one
}

function fileOf(name: string, { size, mtime }: Stats): ListedFile {
  return { bytes: Buffer.from(name, 'latin1'), path: toText(name), size, modifiedAt: mtime }
}

function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(errorCode(error))
}

/** A text with a character for each byte. */
function toBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

function toText(name: string): string {
  return Buffer.from(name, 'latin1').toString('utf8')
}
