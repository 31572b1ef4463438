import { createTail, type Tail } from '../../jobs/tail.ts'

/** What a command prints, as far as it is looked at. */
export interface Watch {
  /** @param from 1 for stdout, 2 for stderr */
  add(from: 1 | 2, chunk: Buffer): void
  /** whether a text has come, on one of the two; only those are known that were asked for */
  has(text: string): boolean
  tail(): Tail
}

/** Looks for texts in all that is printed, also where one comes in pieces, and keeps the end of it. */
export function createWatch(
  { failOn = [], expect = [] }: { readonly failOn?: readonly string[]; readonly expect?: readonly string[] },
  kept: number,
): Watch {
  const texts = [...new Set([...failOn, ...expect])].map((text) => ({ text, bytes: Buffer.from(text) }))
  const longest = Math.max(1, ...texts.map(({ bytes }) => bytes.length))
  const found = new Set<string>()
  const rests = { 1: Buffer.alloc(0), 2: Buffer.alloc(0) }
  const { add, tail } = createTail(kept)
  return {
    add: (from, chunk) => {
      add(chunk)
      if (found.size === texts.length) return
      const seen = Buffer.concat([rests[from], chunk])
      for (const { text, bytes } of texts) if (seen.includes(bytes)) found.add(text)
      rests[from] = Buffer.from(seen.subarray(Math.max(0, seen.length - longest + 1)))
    },
    has: (text) => found.has(text),
    tail,
  }
}
