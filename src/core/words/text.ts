import { percentDecoded } from './percent.ts'

/** Control characters, line separators, halves of characters, characters without width, and marks that reverse text. */
const UNSAFE =
  /[\p{Cc}\ud800-\udfff\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu

const SHORT = 60

/**
 * Makes text from a database, a server or a command safe for a mail header, a terminal and a page: one line, in which
 * invisible characters are escapes (`
 * `, `\x1b`, `\u202e`).
 */
export function clean(text: string): string {
  return text.replaceAll(UNSAFE, escapeCharacter)
}

function escapeCharacter(character: string): string {
  if (character === '\n') return '\\n'
  if (character === '\r') return '\\r'
  if (character === '\t') return '\\t'
  const code = character.codePointAt(0) ?? 0
  if (code > 0xffff) return `\\u{${code.toString(16)}}`
  return code > 0xff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\x${code.toString(16).padStart(2, '0')}`
}

/** Cuts text to at most `length` characters, of which the last is then an ellipsis. */
export function shorten(text: string, length: number = SHORT): string {
  // There are never more characters than code units. So a value of a megabyte is not spread out whole.
  if (text.length <= length) return text
  const characters = Array.from(text.slice(0, length * 2 + 2))
  return characters.length <= length ? characters.join('') : `${characters.slice(0, length - 1).join('')}…`
}

export function fewOf(names: readonly string[], most: number): string {
  const left = names.length - most
  return left > 0 ? `${names.slice(0, most).join(', ')} and ${left} more` : names.join(', ')
}

/** A value from outside for a person: quoted, clean and short. */
export function quote(value: string): string {
  return `"${shorten(clean(shorten(value, SHORT * 2)))}"`
}

/** Shorter ones are parts of other words. Stars in their place would reveal them. */
export const SHORTEST_SECRET = 6

/** Hides each secret of at least six characters, plain or percent-encoded in any way. */
export function redact(text: string, secrets: readonly string[]): string {
  const plain = secrets.flatMap((secret) => [secret, percentDecoded(secret) ?? secret])
  const long = [...new Set(plain)].filter((secret) => secret.length >= SHORTEST_SECRET)
  // The longest first: one secret may be the beginning of another.
  long.sort((a, b) => b.length - a.length)
  return long.reduce((rest, secret) => {
    const shown = rest.replaceAll(secret, '***')
    return /[%+]/.test(shown) ? shown.replaceAll(encodedInAnyWay(secret), '***') : shown
  }, text)
}

/** Each character may be encoded or not, with small or capital digits. */
function encodedInAnyWay(secret: string): RegExp {
  const characters = Array.from(secret, (character) => {
    const bytes = Array.from(new TextEncoder().encode(character), (byte) => `%${byte.toString(16).padStart(2, '0')}`)
    const hex = bytes.join('').replaceAll(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`)
    const itself = character.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
    return `(?:${itself}|${hex}${character === ' ' ? '|\\+' : ''})`
  })
  return new RegExp(characters.join(''), 'g')
}

/** The known name that a misspelt one most likely means; undefined if none is near. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.floor(name.length / 3))
  let best: { name: string; distance: number } | undefined
  for (const candidate of known) {
    // At least so many letters would have to be added, so a long name need not be compared letter by letter.
    if (Math.abs(candidate.length - name.length) > limit) continue
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase())
    if (distance <= limit && (best === undefined || distance < best.distance)) best = { name: candidate, distance }
  }
  return best?.name ?? onlyOne(known.filter((candidate) => isPartOf(name.toLowerCase(), candidate.toLowerCase())))
}

function isPartOf(part: string, name: string): boolean {
  return part.length >= 3 && (name.startsWith(part) || name.split(/[^a-z0-9]/).includes(part))
}

function onlyOne<T>(found: readonly T[]): T | undefined {
  return found.length === 1 ? found[0] : undefined
}

/** The number of insertions, deletions, replacements and swaps of neighbours between two words. */
function editDistance(a: string, b: string): number {
  let before: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = at(previous, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(before, j - 2) + 1 : Number.POSITIVE_INFINITY
      row[j] = Math.min(at(previous, j) + 1, at(row, j - 1) + 1, replaced, swapped)
    }
    before = previous
    previous = row
  }
  return at(previous, b.length)
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY
}

export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : shellQuoted(text)
}

export function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
