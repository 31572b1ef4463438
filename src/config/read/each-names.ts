import { dirname, resolve } from 'node:path'
import { child, isMapping, namesIn } from '../../core/shape/tree.ts'
import { show } from '../../core/shape/values.ts'
import { readTrustedFile } from './files.ts'

/** For how many a `foreach` may stand. */
const MOST_NAMES = 10_000

/** One of the names of a `foreach`. */
export interface EachName {
  readonly name: string
  /** where it stands below `foreach`: its index in the list, or nothing for a file */
  readonly below: readonly number[]
  /** the line of a file, as `hosts.txt:17`; else empty */
  readonly line: string
}

/** The names of a `foreach`, or what is wrong with it as a whole. */
export type EachNames =
  | { readonly kind: 'names'; readonly names: readonly EachName[]; readonly edition: string }
  | { readonly kind: 'wrong'; readonly below: readonly (string | number)[]; readonly text: string }

/**
 * Reads what a `foreach` stands for: a list, or a file with a name on each line, in which `#` begins a remark. A file is
 * trusted as the configuration is, so nobody else may write it.
 *
 * @param from the configuration file: the name of a file is relative to it
 */
export async function readEachNames(foreach: unknown, from: string): Promise<EachNames> {
  if (Array.isArray(foreach)) return namesOfList(foreach)
  const file = child(foreach, 'file')
  const other = namesIn(foreach).find((key) => key !== 'file')
  if (!isMapping(foreach)) return wrong([], 'is neither a list nor a file; write [a, b] or { file: hosts.txt }')
  if (other !== undefined) return wrong([other], 'there is no such key; write { file: hosts.txt }')
  if (typeof file !== 'string' || file.trim() === '') return wrong([], 'names no file; write { file: hosts.txt }')
  return await namesOfFile(resolve(dirname(from), file))
}

function namesOfList(list: readonly unknown[]): EachNames {
  if (list.length > MOST_NAMES) return wrong([], `has more than ${MOST_NAMES} names; write fewer`)
  const names: EachName[] = []
  for (const [i, item] of list.entries()) {
    if (typeof item !== 'string') return wrong([i], notName(item))
    names.push({ name: item.trim(), below: [i], line: '' })
  }
  return names.length === 0 ? wrong([], 'is empty; write [a, b]') : { kind: 'names', names, edition: '' }
}

function notName(item: unknown): string {
  return typeof item === 'number' || typeof item === 'boolean'
    ? `${show(item)} is not text; put it in quotes`
    : 'is not a name; write text'
}

async function namesOfFile(path: string): Promise<EachNames> {
  const read = await readTrustedFile(path)
  if (read.kind === 'absent') return wrong(['file'], `there is no file ${path}; write the path of one`)
  if (read.kind === 'refused') return wrong(['file'], `${path} ${read.why}`)
  const names: EachName[] = []
  for (const [i, line] of read.text.split('\n').entries()) {
    const name = line.replace(/#.*/, '').trim()
    if (name === '') continue
    if (names.length === MOST_NAMES) return wrong(['file'], `${path} has more than ${MOST_NAMES} names; write fewer`)
    names.push({ name, below: [], line: `${path}:${i + 1}` })
  }
  if (names.length === 0) return wrong(['file'], `${path} has no names; write one on each line`)
  return { kind: 'names', names, edition: read.edition }
}

function wrong(below: readonly (string | number)[], text: string): EachNames {
  return { kind: 'wrong', below, text }
}
