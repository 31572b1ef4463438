/** As much of a text as so many bytes of UTF-8 hold; no character is cut in two. */
export function cutToBytes(text: string, length: number): string {
  const bytes = new TextEncoder().encode(text)
  return bytes.length <= length ? text : new TextDecoder().decode(bytes.subarray(0, length), { stream: true })
}
