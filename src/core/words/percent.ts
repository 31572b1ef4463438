/** What a text stands for in which characters may be percent-encoded; undefined where a % encodes nothing. */
export function percentDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    // What was thrown may hold the text, and that a password.
    return undefined
  }
}
