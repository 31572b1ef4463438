/**
 * The texts between the stars of a key: `last_*` gives `last_` and an empty text. A literal star has a backslash before
 * it, and so has a backslash before a star.
 *
 * @returns one text if there is no star
 */
export function partsOfKey(key: string): readonly string[] {
  if (!key.includes('*')) return [key]
  const parts = ['']
  for (const [token] of key.matchAll(/\\[*\\]|[^*\\]+|[*\\]/g)) {
    if (token === '*') parts.push('')
    else parts.push(`${parts.pop()}${/^\\[*\\]$/.test(token) ? token.slice(1) : token}`)
  }
  return parts
}

/** Whether a key has the parts in their order, with anything in between. */
export function matchesParts(key: string, parts: readonly string[]): boolean {
  const [first = '', ...rest] = parts
  const last = rest.pop()
  if (last === undefined) return key === first
  if (!key.startsWith(first) || key.length < first.length + last.length || !key.endsWith(last)) return false
  const end = key.length - last.length
  let at = first.length
  for (const part of rest) {
    const found = key.indexOf(part, at)
    if (found < 0 || found + part.length > end) return false
    at = found + part.length
  }
  return true
}
