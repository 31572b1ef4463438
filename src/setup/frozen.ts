import type { Source } from '../core/ports.ts'

/** A source whose clock reads what ours was told to read. */
export function frozen(source: Source, at: Date | undefined): Source {
  if (at === undefined) return source
  return {
    ...source,
    read: async (checks, options) => {
      const { readings, ...answer } = await source.read(checks, options)
      const moved = [...readings].map(
        ([check, all]) =>
          [
            check,
            all.map((reading) => (reading.kind === 'beat' ? { ...reading, asOf: at, readAt: at } : reading)),
          ] as const,
      )
      const clocks = answer.fault === undefined ? { clocks: { asOf: at, readAt: at } } : {}
      return { ...answer, ...clocks, readings: new Map(moved) }
    },
  }
}
