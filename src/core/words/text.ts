import { percentDecoded } from './percent.ts'

/** Control characters, line separators, halves of characters, what has no width, and the marks that turn the direction of text. */
const UNSAFE =
  /[\p{Cc}\ud800-\udfff\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu

/** How long a value from outside may be in something that a person reads, in characters. */
const SHORT = 60

/**
 * Makes text from a database, a server or a command safe for a mail header, a terminal and a page: one line, with
 * what is not seen written as an escape (`\n`, `\x1b`, `\u202e`).
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

/** Cuts text to at most `length` characters, the last of which is then an ellipsis. Never cuts a character in two. */
export function shorten(text: string, length: number = SHORT): string {
  // Code units are an upper bound of characters, so that a value of a megabyte is not spread out whole.
  if (text.length <= length) return text
  const characters = Array.from(text.slice(0, length * 2 + 2))
  return characters.length <= length ? characters.join('') : `${characters.slice(0, length - 1).join('')}…`
}

/** The first of some names, and how many more there are. */
export function fewOf(names: readonly string[], most: number): string {
  const left = names.length - most
  return left > 0 ? `${names.slice(0, most).join(', ')} and ${left} more` : names.join(', ')
}

/** A value from outside as a person reads it: quoted, clean and short. */
export function quote(value: string): string {
  return `"${shorten(clean(shorten(value, SHORT * 2)))}"`
}

/** Shorter ones are parts of other words: stars in their place would spell them out instead of hiding them. */
export const SHORTEST_SECRET = 6

/** Replaces each secret of at least six characters, as it is and percent-encoded in whatever way, wherever it stands. */
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

/** Each character may be encoded or not, whether it has to be or not, and its digits may be capitals or not. */
function encodedInAnyWay(secret: string): RegExp {
  const characters = Array.from(secret, (character) => {
    const bytes = Array.from(new TextEncoder().encode(character), (byte) => `%${byte.toString(16).padStart(2, '0')}`)
    const hex = bytes.join('').replaceAll(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`)
    const itself = character.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
    return `(?:${itself}|${hex}${character === ' ' ? '|\\+' : ''})`
  })
  return new RegExp(characters.join(''), 'g')
}

/** The name among `known` that a misspelt one most likely means, or undefined where none is near. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.floor(name.length / 3))
  let best: { name: string; distance: number } | undefined
  for (const candidate of known) {
    // At least so many letters would have to be added: a long name is not compared letter by letter for nothing.
    if (Math.abs(candidate.length - name.length) > limit) continue
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase())
    if (distance <= limit && (best === undefined || distance < best.distance)) best = { name: candidate, distance }
  }
  return best?.name ?? onlyOne(known.filter((candidate) => isPartOf(name.toLowerCase(), candidate.toLowerCase())))
}

/** `crit` is the beginning of a name, `berlin` one of its words. */
function isPartOf(part: string, name: string): boolean {
  return part.length >= 3 && (name.startsWith(part) || name.split(/[^a-z0-9]/).includes(part))
}

function onlyOne<T>(found: readonly T[]): T | undefined {
  return found.length === 1 ? found[0] : undefined
}

/** Insertions, deletions, replacements and swaps of neighbours that turn one word into the other. */
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

/** A text as a shell takes it for one word: as it is, or in quotes. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : shellQuoted(text)
}

/** A text in quotes, for a shell: whatever is in it stays one word. */
export function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
