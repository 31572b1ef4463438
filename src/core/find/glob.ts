/** A path with signs in it that stand for others: the folder before them, and its parts from there on. */
export interface Glob {
  readonly folder: string
  readonly parts: readonly string[]
}

const SIGNS = /[*?[]/

/** Whether a part of a path may stand for several names. */
export function hasSigns(part: string): boolean {
  return SIGNS.test(part)
}

/** Divides a path before the first part with a sign in it; undefined where there is none. */
export function globOf(path: string): Glob | undefined {
  const parts = path.split('/')
  const first = parts.findIndex(hasSigns)
  if (first < 0) return undefined
  const folder = parts.slice(0, first).join('/')
  return { folder: folder === '' ? '/' : folder, parts: parts.slice(first).filter((part) => part !== '') }
}

/**
 * Whether a name is like one part of a path, as a shell has it: `*` is anything, `?` one character, `[a-z]` one of these,
 * `[!a-z]` one of no others. A point at the beginning has to be written.
 *
 * However many stars there are, it takes no more steps than the name has characters times the pattern has signs.
 */
export function matchesGlob(name: string, part: string): boolean {
  if (name.startsWith('.') && !part.startsWith('.')) return false
  const [characters, signs] = [Array.from(name), signsOf(part)]
  let [at, sign] = [0, 0]
  let star: { readonly sign: number; at: number } | undefined
  while (at < characters.length) {
    const wanted = signs[sign]
    if (wanted === ANYTHING) {
      star = { sign, at }
      sign += 1
    } else if (wanted?.(characters[at] ?? '') === true) {
      at += 1
      sign += 1
    } else if (star === undefined) {
      return false
    } else {
      // The last star takes one more; those before it need not.
      star.at += 1
      at = star.at
      sign = star.sign + 1
    }
  }
  return signs.slice(sign).every((one) => one === ANYTHING)
}

type Sign = (character: string) => boolean

const ANYTHING: Sign = () => true
const ONE: Sign = () => true

/** A set that nobody closes is a bracket as it is. */
const TOKENS = /\[([!^]?)(\]?[^\]]*)\]|[\s\S]/gu

function signsOf(part: string): readonly Sign[] {
  return [...part.matchAll(TOKENS)].map(([token, not, set]): Sign => {
    if (token === '*') return ANYTHING
    if (token === '?') return ONE
    if (set === undefined) return (character) => character === token
    const isIn = setOf(set)
    return not === '' ? isIn : (character) => !isIn(character)
  })
}

function setOf(written: string): Sign {
  const ranges = [...written.matchAll(/([\s\S])-([\s\S])|([\s\S])/gu)].map(
    ([, from, to, only]) => [codeOf(from ?? only), codeOf(to ?? only)] as const,
  )
  return (character) => ranges.some(([from, to]) => from <= codeOf(character) && codeOf(character) <= to)
}

function codeOf(character: string | undefined): number {
  return character?.codePointAt(0) ?? -1
}
