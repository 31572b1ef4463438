import type { Check } from '../core/check.ts'
import { type JsonPath, parseJsonPath, valueAt } from '../core/find/json-path.ts'
import { parseJson } from '../core/shape/json.ts'
import type { RawValue } from '../core/types.ts'
import { quote } from '../core/words/text.ts'
import type { Match } from './search.ts'

/** What was found in a value where another hides in it. */
export type Extracted =
  | { readonly kind: 'value'; readonly value: RawValue }
  | { readonly kind: 'absent'; readonly why: string }
  | { readonly kind: 'invalid'; readonly why: string }

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
  const root = parseJson(text ?? '')
  if (root === undefined) return { kind: 'invalid', why: `${quote(text ?? '')} is not JSON` }
  const found = valueAt(root, parseJsonPath(written) ?? [])
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

async function byPattern(
  found: readonly Extracted[],
  pattern: string,
  signal: AbortSignal,
): Promise<readonly Extracted[]> {
  // Most checks have none.
  const { searchAll } = await import('./search.ts')
  const texts = found.map((one) => (one.kind === 'value' ? one.value.text : null))
  const matches = await searchAll(pattern, texts, signal)
  return found.map((one, i) => andThen(one, (value) => extracted(value, matches[i])))
}

function extracted(value: RawValue, match: Match | undefined): Extracted {
  if (match === undefined) throw new Error('a value has come to nothing')
  if ('why' in match) return { kind: 'invalid', why: match.why }
  if (match.group === null) return { kind: 'invalid', why: `the pattern does not match ${quote(value.text ?? '')}` }
  return { kind: 'value', value: { text: match.group, type: 'text', typeName: value.typeName } }
}
