/** Makes one key of several texts. Each is preceded by its length, so that different lists never give the same key. */
export function joined(...parts: readonly string[]): string {
  let whole = ''
  for (const part of parts) whole += `${part.length}:${part}`
  return whole
}
