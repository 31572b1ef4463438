/** The beginning of a text that fits into `length` bytes of UTF-8. No character is cut in two. */
export function cutToBytes(text: string, length: number): string {
  const bytes = new TextEncoder().encode(text)
  return bytes.length <= length ? text : new TextDecoder().decode(bytes.subarray(0, length), { stream: true })
}
