/**
 * How many may wait for file systems at a time. Node has four threads for that; the others look up names and save what is
 * to be remembered.
 */
const AT_ONCE = 2

interface Waiting {
  readonly place: string
  begin(): void
}

const busy = new Set<string>()
const waiting: Waiting[] = []

/**
 * Does work that waits for a file system when its turn has come: two file systems at a time, and each for one only. So one
 * that hangs holds one thread, and no more.
 *
 * @param place the file system
 * @param signal when it fires, the work is not begun any more
 */
export async function inTurn<T>(place: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted()
  await new Promise<void>((resolve, reject) => {
    const mine: Waiting = { place, begin: resolve }
    waiting.push(mine)
    signal.addEventListener('abort', () => {
      const at = waiting.indexOf(mine)
      if (at >= 0) waiting.splice(at, 1)
      reject(signal.reason)
    })
    next()
  })
  try {
    signal.throwIfAborted()
    return await work()
  } finally {
    busy.delete(place)
    next()
  }
}

function next(): void {
  const at = busy.size < AT_ONCE ? waiting.findIndex(({ place }) => !busy.has(place)) : -1
  const [chosen] = at < 0 ? [] : waiting.splice(at, 1)
  if (chosen === undefined) return
  busy.add(chosen.place)
  chosen.begin()
}
