import { runInNewContext } from 'node:vm'
import type { Check } from '../core/check.ts'
import { errorCode } from '../core/errors.ts'
import { parseJsonPath, valueAt } from '../core/json-path.ts'
import { quote } from '../core/text.ts'
import type { RawValue } from '../core/types.ts'

/** What was found in a value where another hides in it. */
export type Extracted =
  | { readonly kind: 'value'; readonly value: RawValue }
  | { readonly kind: 'absent'; readonly why: string }
  | { readonly kind: 'invalid'; readonly why: string }

/** How long a pattern may search, and how much longer for each value: one that is badly made searches for ever. */
const SEARCH_MS = 250
const SEARCH_MS_EACH = 1

/**
 * Takes out of each value what the check looks for: at a JSON path, by a pattern with one group, by both in this order,
 * or the value itself.
 */
export function extractAll(check: Pick<Check, 'json' | 'pattern'>, values: readonly RawValue[]): readonly Extracted[] {
  const whole = values.map((value): Extracted => ({ kind: 'value', value }))
  const { json, pattern } = check
  const inJson = json === undefined ? whole : whole.map((found) => andThen(found, (value) => atPath(value, json)))
  return pattern === undefined ? inJson : byPattern(inJson, pattern)
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
  if (typeof found === 'number') return { kind: 'value', value: { text: String(found), type: 'number', typeName } }
  if (typeof found === 'string') return { kind: 'value', value: { text: found, type: 'text', typeName } }
  return { kind: 'invalid', why: `${written} is neither a text nor a number` }
}

function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function byPattern(found: readonly Extracted[], pattern: string): readonly Extracted[] {
  const texts = found.map((one) => (one.kind === 'value' ? one.value.text : null))
  const groups = search(pattern, texts)
  return found.map((one, i) =>
    andThen(one, (value) => {
      const group = groups?.[i]
      if (groups === undefined) return { kind: 'invalid', why: 'the pattern took too long to search' }
      if (group === undefined || group === null) {
        return { kind: 'invalid', why: `the pattern does not match ${quote(value.text ?? '')}` }
      }
      return { kind: 'value', value: { text: group, type: 'text', typeName: value.typeName } }
    }),
  )
}

/** In a context of its own, since only there a search can be ended. Undefined where it had to be. */
function search(pattern: string, texts: readonly (string | null)[]): readonly (string | null)[] | undefined {
  const code =
    'const wanted = new RegExp(pattern); ' +
    'JSON.stringify(JSON.parse(texts).map((text) => text === null ? null : wanted.exec(text)?.[1] ?? null))'
  try {
    const timeout = SEARCH_MS + texts.length * SEARCH_MS_EACH
    // The code is ours, and says what it makes.
    return JSON.parse(runInNewContext(code, { pattern, texts: JSON.stringify(texts) }, { timeout })) as string[]
  } catch (error) {
    if (errorCode(error) === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return undefined
    throw error
  }
}
