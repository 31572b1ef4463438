/**
 * Makes one text of several, for the key of a map: two lists make the same text only if they are the same, whatever
 * stands in them. Each part is preceded by its length.
 */
export function joined(...parts: readonly string[]): string {
  let whole = ''
  for (const part of parts) whole += `${part.length}:${part}`
  return whole
}
