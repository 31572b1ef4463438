import type { Stats } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { errorCode } from '../../core/errors.ts'
import { readdir } from '../../io/files/fs.ts'
import { readRegular, whyUnread } from '../../io/files/regular.ts'
import { setUpFault } from '../faults.ts'

/** The options in the groups of an option file, with underscores for dashes. The last of two wins. */
export interface OptionFile {
  readonly options: ReadonlyMap<string, string>
  /** what to do about a file that was ignored */
  readonly hint?: string
}

const GROUPS = ['client', 'client-server', 'client-mariadb', 'mysql', 'mariadb-client']

const DEEPEST_INCLUDE = 10

interface Reading {
  readonly groups: readonly string[]
  readonly options: Map<string, string>
  readonly hints: string[]
}

/**
 * Reads an option file, such as `~/.my.cnf`, and the files that it includes, as MySQL's client does. A file that
 * everybody can write is ignored.
 *
 * @param file.path may be missing, unless it is required
 * @param file.group a group to read besides those of the client
 * @throws FaultError if a file that is included or required cannot be read
 * @see https://dev.mysql.com/doc/refman/8.4/en/option-files.html
 */
export async function readOptionFile(file: {
  readonly path: string
  readonly isRequired: boolean
  readonly group: string | undefined
}): Promise<OptionFile> {
  const groups = file.group === undefined ? GROUPS : [...GROUPS, file.group]
  const reading: Reading = { groups, options: new Map(), hints: [] }
  await readInto(reading, file.path, { isRequired: file.isRequired, depth: 0 })
  const [hint] = reading.hints
  return { options: reading.options, ...(hint !== undefined && { hint }) }
}

async function readInto(
  reading: Reading,
  path: string,
  { isRequired, depth }: { readonly isRequired: boolean; readonly depth: number },
): Promise<void> {
  if (depth > DEEPEST_INCLUDE)
    throw setUpFault(`${path} is included too deeply`, 'look for files that include each other')
  const text = await readSafely(path, isRequired, reading.hints)
  let isOurs: boolean | undefined
  for (const line of text.split(/\r?\n/)) {
    const include = /^\s*!include(dir)?\s+(.+?)\s*$/.exec(line)
    const group = /^\s*\[\s*([^\]]*?)\s*\]/.exec(line)
    if (group !== null) isOurs = reading.groups.includes(group[1] ?? '')
    else if (include !== null) await includeInto(reading, include, { path, depth })
    else if (/^\s*!/.test(line)) throw setUpFault(`${path} has a line with ! that is not known`, 'write !include FILE')
    else if (isOurs === undefined && /^\s*[^\s#;]/.test(line)) {
      throw setUpFault(`${path} has an option before any group`, 'write [client] above it')
    } else if (isOurs === true) readLine(line, reading.options)
  }
}

async function includeInto(
  reading: Reading,
  [, dir, written = '']: RegExpExecArray,
  { path, depth }: { readonly path: string; readonly depth: number },
): Promise<void> {
  const place = resolve(dirname(path), written)
  const files = dir === undefined ? [place] : await configurationsIn(place)
  for (const file of files) await readInto(reading, file, { isRequired: true, depth: depth + 1 })
}

async function configurationsIn(directory: string): Promise<readonly string[]> {
  try {
    const names = await readdir(directory)
    const files = names.filter((name) => name.endsWith('.cnf')).sort()
    return files.map((name) => join(directory, name))
  } catch (error) {
    throw setUpFault(`cannot read the directory ${directory} (${errorCode(error)})`, 'take its !includedir out')
  }
}

async function readSafely(path: string, isRequired: boolean, hints: string[]): Promise<string> {
  // Like MySQL: everybody could have written it.
  const refuse = ({ mode }: Stats): string | undefined =>
    (mode & 0o002) === 0 ? undefined : `chmod o-w ${path}: it is ignored while everybody can write it`
  const found = await readRegular(path, { refuse })
  if (found.kind === 'file') return found.bytes.toString('utf8')
  if (found.kind === 'refused') return leaveOut(found.why, hints)
  if (found.kind === 'other') throw setUpFault(`${path} is not a plain file`, 'make it one, or take it away')
  const why = whyUnread(found)
  if (isRequired || found.kind === 'large') {
    throw setUpFault(`cannot read the option file ${path} (${why})`, 'check its path and rights')
  }
  return found.kind === 'absent' ? '' : leaveOut(`make ${path} readable for this user (${why})`, hints)
}

function leaveOut(hint: string, hints: string[]): string {
  hints.push(hint)
  return ''
}

function readLine(line: string, options: Map<string, string>): void {
  const bare = withoutComment(line)
  const [, name = '', value] = /^\s*([^\s=]+)\s*(?:=\s*(.*?)\s*)?$/s.exec(bare) ?? []
  if (name === '') return
  // `loose_` marks options that other versions may not know.
  const key = name
    .toLowerCase()
    .replaceAll('-', '_')
    .replace(/^loose_/, '')
  options.set(key, unquote(value ?? ''))
}

/** A comment is a line that begins with `#` or `;`, or anything after a `#` outside quotes. */
function withoutComment(line: string): string {
  if (/^\s*[#;]/.test(line)) return ''
  return /^(?:[^'"#]|'(?:[^'\\]|\\.)*(?:'|$)|"(?:[^"\\]|\\.)*(?:"|$))*/.exec(line)?.[0] ?? line
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  s: ' ',
  '"': '"',
  "'": "'",
  '\\': '\\',
}

function unquote(value: string): string {
  const inner = /^(["'])(.*)\1$/s.exec(value)?.[2] ?? value
  return inner.replaceAll(/\\(.)/gs, (whole, letter: string) => ESCAPES[letter] ?? whole)
}
