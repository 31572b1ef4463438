/** Files that are written at once: the disk syncs them together. */
const AT_ONCE = 16

export async function inParallel<T>(things: readonly T[], use: (thing: T) => Promise<void>): Promise<void> {
  const left = things.values()
  const work = async (): Promise<void> => {
    for (const thing of left) await use(thing)
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, things.length) }, work))
}
