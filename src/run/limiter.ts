/** What may go on at a time. */
export interface Limiter {
  /** begins the work as soon as there is room for it */
  take<T>(work: () => Promise<T>): Promise<T>
}

/**
 * Lets only so many things go on at a time, in their order. One that takes longer than its turn gives its room to the
 * next and goes on, so that those that hang hold up none of the others, however many they are.
 *
 * @param options.turnMs how long a turn is, in milliseconds
 */
export function createLimiter(atOnce: number, { turnMs }: { readonly turnMs: number }): Limiter {
  const waiting: (() => void)[] = []
  let room = atOnce
  const leave = (): void => {
    const next = waiting.shift()
    if (next === undefined) room += 1
    else next()
  }
  const enter = async (): Promise<void> => {
    if (room > 0) room -= 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
  }
  return {
    take: async (work) => {
      await enter()
      let isIn = true
      const leaveOnce = (): void => {
        if (isIn) leave()
        isIn = false
      }
      const timer = setTimeout(leaveOnce, turnMs)
      try {
        return await work()
      } finally {
        clearTimeout(timer)
        leaveOnce()
      }
    },
  }
}
