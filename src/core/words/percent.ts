/** A text with its percent-encoding decoded; undefined if a % encodes nothing. */
export function percentDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    // The error is dropped, since it may quote the text, and that may be a password.
    return undefined
  }
}
