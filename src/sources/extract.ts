import type { Check } from '../core/check.ts'
import { errorCode } from '../core/errors.ts'
import { type JsonPath, parseJsonPath, valueAt } from '../core/find/json-path.ts'
import { append } from '../core/lists.ts'
import type { RawValue } from '../core/types.ts'
import { quote } from '../core/words/text.ts'

/** What was found in a value where another hides in it. */
export type Extracted =
  | { readonly kind: 'value'; readonly value: RawValue }
  | { readonly kind: 'absent'; readonly why: string }
  | { readonly kind: 'invalid'; readonly why: string }

/**
 * How long a pattern may search in one value, or in as many as are taken at once, in milliseconds of the processor: one
 * that is badly made never ends.
 */
const SEARCH_MS = 100
/** So long it may take by the clock on the wall: at first, and where this process had less than that of the processor. */
const WAITED_MS = [SEARCH_MS, 8 * SEARCH_MS, 40 * SEARCH_MS]
/** A timer fires a little early, and what came before the search takes a little. */
const ALMOST = 0.8
const AT_ONCE = 200
/** So many values that take too long are the pattern's fault, and no others are searched. */
const MOST_LATE = 5

/** Takes out of a value what the check looks for at a JSON path, or the value itself. */
export function extractOne({ json }: Pick<Check, 'json'>, value: RawValue): Extracted {
  const whole: Extracted = { kind: 'value', value }
  return json === undefined ? whole : andThen(whole, (found) => atPath(found, json))
}

/**
 * Takes out of each value what the check looks for: at a JSON path, by a pattern with one group, by both in this order,
 * or the value itself. Others have their turn in between.
 *
 * @param signal when it fires, nothing more is searched
 */
export async function extractAll(
  check: Pick<Check, 'json' | 'pattern'>,
  values: readonly RawValue[],
  signal: AbortSignal,
): Promise<readonly Extracted[]> {
  const inJson = values.map((value) => extractOne(check, value))
  const { pattern } = check
  return pattern === undefined ? inJson : await byPattern(inJson, pattern, signal)
}

/** Nothing hides in NULL. */
function andThen(found: Extracted, look: (value: RawValue) => Extracted): Extracted {
  return found.kind === 'value' && found.value.text !== null ? look(found.value) : found
}

function atPath({ text, typeName }: RawValue, written: string): Extracted {
  const root = parse(text ?? '')
  if (root === undefined) return { kind: 'invalid', why: `${quote(text ?? '')} is not JSON` }
  const found = valueAt(root.value, parseJsonPath(written) ?? [])
  if (found === undefined || found === null) {
    return { kind: 'absent', why: `${found === null ? 'null at' : 'there is no'} ${quote(written).slice(1, -1)}` }
  }
  if (typeof found === 'number') {
    const digits = Number.isSafeInteger(found) ? String(found) : digitsAt(text ?? '', parseJsonPath(written) ?? [])
    return { kind: 'value', value: { text: digits, type: 'number', typeName } }
  }
  if (typeof found === 'string') return { kind: 'value', value: { text: found, type: 'text', typeName } }
  return { kind: 'invalid', why: `${written} is neither a text nor a number` }
}

/** A number as it was written: what JSON.parse makes of one that is long has other digits. */
function digitsAt(text: string, path: JsonPath): string {
  const digits = String(valueAt(JSON.parse(withNumbersQuoted(text)), path))
  // With an exponent or a fraction it is not meant to the last digit.
  return /^-?\d+$/.test(digits) ? digits : String(Number(digits))
}

/** What may stand in JSON that is right: texts are taken whole, so that a number in one is none. */
const JSON_TOKEN = /"|-?\d[\d.eE+-]*/g

function withNumbersQuoted(text: string): string {
  let [quoted, end] = ['', 0]
  for (let token = nextToken(text, end); token !== null; token = nextToken(text, end)) {
    const isText = token[0] === '"'
    const after = isText ? endOfText(text, token.index) : token.index + token[0].length
    quoted += text.slice(end, token.index) + (isText ? text.slice(token.index, after) : `"${token[0]}"`)
    end = after
  }
  return quoted + text.slice(end)
}

function nextToken(text: string, from: number): RegExpExecArray | null {
  JSON_TOKEN.lastIndex = from
  return JSON_TOKEN.exec(text)
}

/** Behind the quote that ends a text: one that has an odd number of backslashes before it does not. */
function endOfText(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '"') return at + 1
  }
  return text.length
}

function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

async function byPattern(
  found: readonly Extracted[],
  pattern: string,
  signal: AbortSignal,
): Promise<readonly Extracted[]> {
  const texts = found.map((one) => (one.kind === 'value' ? one.value.text : null))
  const matches = await searchAll(pattern, texts, signal)
  const rest = { unsearched: signal.aborted ? 'late' : 'given up' } as const
  return found.map((one, i) => andThen(one, (value) => extracted(value, matches[i] ?? rest, pattern)))
}

function extracted(value: RawValue, match: Match, pattern: string): Extracted {
  if ('unsearched' in match) return { kind: 'invalid', why: WHY_UNSEARCHED[match.unsearched](quote(pattern)) }
  if (match.group === null) return { kind: 'invalid', why: `the pattern does not match ${quote(value.text ?? '')}` }
  return { kind: 'value', value: { text: match.group, type: 'text', typeName: value.typeName } }
}

const WHY_UNSEARCHED = {
  slow: (pattern: string) => `the pattern ${pattern} took too long to search`,
  'given up': (pattern: string) => `not searched: the pattern ${pattern} takes too long`,
  busy: () => 'not searched: this machine is too busy',
  late: () => 'not searched: the time for reading was over',
} as const

/** What the group has found, null where the pattern does not match; or why that is not known. */
type Match = { readonly group: string | null } | { readonly unsearched: keyof typeof WHY_UNSEARCHED }

/** Many values at once, and one by one where they take too long together. Short where the pattern was given up. */
async function searchAll(
  pattern: string,
  texts: readonly (string | null)[],
  signal: AbortSignal,
): Promise<readonly Match[]> {
  const search = await createSearch(pattern)
  const matches: Match[] = []
  const isOver = (): boolean => signal.aborted || matches.filter((match) => 'unsearched' in match).length >= MOST_LATE
  for (let at = 0; at < texts.length && !isOver(); at += AT_ONCE) {
    const some = texts.slice(at, at + AT_ONCE)
    const groups = search(some)
    if (Array.isArray(groups))
      append(
        matches,
        groups.map((group) => ({ group })),
      )
    else await searchEach(search, some, { matches, isOver })
    await nextTurn()
  }
  return matches
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve))
}

async function searchEach(
  search: Search,
  texts: readonly (string | null)[],
  { matches, isOver }: { readonly matches: Match[]; readonly isOver: () => boolean },
): Promise<void> {
  for (const text of texts) {
    if (isOver()) return
    const found = search([text])
    matches.push(typeof found === 'string' ? { unsearched: found } : { group: found[0] ?? null })
    await nextTurn()
  }
}

/** What the group has found in each text; or why the search had to be ended. */
type Search = (texts: readonly (string | null)[]) => readonly (string | null)[] | 'slow' | 'busy'

/** In a context of its own, since only there a search can be ended. */
async function createSearch(pattern: string): Promise<Search> {
  const { createContext, runInContext } = await import('node:vm')
  const context = createContext({ pattern, texts: '' })
  const code =
    'var wanted = wanted || new RegExp(pattern); ' +
    'JSON.stringify(JSON.parse(texts).map((text) => text === null ? null : wanted.exec(text)?.[1] ?? null))'
  return (texts) => {
    context.texts = JSON.stringify(texts)
    for (const timeout of WAITED_MS) {
      const before = processorMs()
      try {
        // The code is ours, and says what it makes.
        return JSON.parse(runInContext(code, context, { timeout })) as string[]
      } catch (error) {
        if (errorCode(error) !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error
        // The timeout counts the time in which others had the processor as well, which is no fault of the pattern.
        if (processorMs() - before >= SEARCH_MS * ALMOST) return 'slow'
      }
    }
    return 'busy'
  }
}

/** What a process knows of the time of the processor that it took. */
interface Usages {
  readonly threadCpuUsage?: () => NodeJS.CpuUsage
  readonly cpuUsage: () => NodeJS.CpuUsage
}

/** How long the processor has worked for us. */
function processorMs(): number {
  // Node 20 knows only what all threads have taken.
  const { threadCpuUsage, cpuUsage }: Usages = process
  const { user, system } = (threadCpuUsage ?? cpuUsage).call(process)
  return (user + system) / 1_000
}
