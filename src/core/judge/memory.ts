import { errorMessage } from '../errors.ts'
import { clean, shorten } from '../words/text.ts'

/** What checks have left for their next reading, by name: values as JSON has them. */
export type Memory = ReadonlyMap<string, unknown>

const KILOBYTE = 1_024
/** The most that one check may leave, as JSON, in bytes. */
const LARGEST_BYTES = 64 * KILOBYTE
/** The most that all checks of a configuration may leave, with their names. */
const LARGEST_IN_ALL_BYTES = 16 * KILOBYTE * KILOBYTE

/** A file of no more than this can hold what all checks may leave. */
export const LARGEST_MEMORY_BYTES = LARGEST_IN_ALL_BYTES + KILOBYTE

/** What of a memory is kept. */
export interface KeptMemory {
  /** as JSON, by name of the check */
  readonly texts: ReadonlyMap<string, string>
  /** why that of others is not kept, a line each */
  readonly refused: readonly string[]
}

/** Writes as JSON what checks leave; what is no JSON, or too large, is refused. Whoever comes first has the room. */
export function writeMemory(memory: Memory): KeptMemory {
  const texts = new Map<string, string>()
  const refused: string[] = []
  let total = 0
  for (const [check, value] of memory) {
    const text = jsonOf(value)
    const size = text instanceof Error ? 0 : sizeOf(text)
    const all = total + size + sizeOf(JSON.stringify(check)) + 2
    const why = text instanceof Error ? errorMessage(text) : whyTooLarge(size, all)
    if (why !== undefined) refused.push(`what ${shorten(clean(check), 60)} is to remember is not kept: ${why}`)
    else if (!(text instanceof Error)) {
      texts.set(check, text)
      total = all
    }
  }
  return { texts, refused }
}

/**
 * What is to be kept after a run.
 *
 * @param before what is kept
 * @param left what checks have left in this run; undefined is forgotten
 * @param options.isWatched whether a check is in the configuration
 * @param options.isSaved whether its incidents could be saved: else all of it stays as it was, to be read anew
 * @returns undefined if nothing has changed
 */
export function nextMemory(
  before: Memory,
  left: Memory,
  {
    isWatched,
    isSaved,
  }: { readonly isWatched: (check: string) => boolean; readonly isSaved: (check: string) => boolean },
): Memory | undefined {
  const next = new Map(before)
  for (const check of before.keys()) if (!isWatched(check)) next.delete(check)
  let isNew = next.size < before.size
  for (const [check, value] of left) {
    if (!isWatched(check) || !isSaved(check) || isSame(value, next.get(check))) continue
    isNew = true
    if (value === undefined) next.delete(check)
    else next.set(check, value)
  }
  return isNew ? next : undefined
}

function isSame(one: unknown, other: unknown): boolean {
  const [a, b] = [jsonOf(one), jsonOf(other)]
  return one === other || (typeof a === 'string' && a === b)
}

/** Whatever a value does when it is written is an answer. */
function jsonOf(value: unknown): string | Error {
  try {
    return JSON.stringify(value) ?? new Error('it is no JSON')
  } catch (error) {
    return new Error(`it is no JSON: ${errorMessage(error)}`)
  }
}

function whyTooLarge(size: number, all: number): string | undefined {
  if (size > LARGEST_BYTES) return `it has ${size} bytes, and ${LARGEST_BYTES} is the most`
  return all > LARGEST_IN_ALL_BYTES ? `${LARGEST_IN_ALL_BYTES} bytes is the most for all checks together` : undefined
}

function sizeOf(text: string): number {
  return new TextEncoder().encode(text).length
}
