import type { Command, RedisReply } from '../../drivers/redis/redis.ts'

/** A question in several steps: what it wants to ask next, all at once, and in the end what it has found. */
export type Inquiry<T> = Generator<readonly Command[], T, readonly RedisReply[]>

/** Asks one thing. */
export function* one(command: Command): Inquiry<RedisReply> {
  const [reply = null] = yield [command]
  return reply
}

/** Takes a question to its next step; undefined where it has found what it looked for. */
export function* together<T>(inquiries: readonly Inquiry<T>[]): Inquiry<readonly T[]> {
  const found = new Map<number, T>()
  let open = inquiries.map((inquiry, i) => ({ i, inquiry, step: inquiry.next() }))
  while (true) {
    const asking: { readonly i: number; readonly inquiry: Inquiry<T>; readonly commands: readonly Command[] }[] = []
    for (const { i, inquiry, step } of open) {
      if (step.done === true) found.set(i, step.value)
      else asking.push({ i, inquiry, commands: step.value })
    }
    if (asking.length === 0) return inquiries.map((_, i) => found.get(i) as T)
    const replies = yield asking.flatMap(({ commands }) => commands)
    let at = 0
    open = asking.map(({ i, inquiry, commands }) => {
      const own = replies.slice(at, at + commands.length)
      at += commands.length
      return { i, inquiry, step: inquiry.next(own) }
    })
  }
}
