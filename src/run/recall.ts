import { mistakeInReadings } from '../core/answer.ts'
import type { Check } from '../core/check.ts'
import { judgeMovement, type Remembered } from '../core/judge/movement.ts'
import type { Memory } from '../core/memory.ts'
import type { Answer } from '../core/ports.ts'
import { child } from '../core/shape/tree.ts'

/** What earlier runs have left, and who hears of what this one leaves. */
export interface Recalling {
  /** absent if nothing is remembered */
  readonly memory?: Memory
  /** there was no earlier run */
  readonly isFirstRun?: boolean
  /** hears of what a check leaves for the next run; undefined is forgotten */
  readonly onMemory?: (check: string, value: unknown) => void
}

/** What the sources of these checks have left; a check that is judged by its movement has more to remember than that. */
export function memoryFor(checks: readonly Check[], memory: Memory): Memory {
  if (memory.size === 0) return memory
  return new Map(
    checks.flatMap(({ name, by }) => {
      if (!memory.has(name)) return []
      const left = memory.get(name)
      return [[name, by === undefined ? left : child(left, 'source')]]
    }),
  )
}

/** Hands on what an answer leaves, and judges by their movement the values for which that is wanted. */
export function recall(
  checks: readonly Check[],
  answer: Answer,
  { memory, isFirstRun = false, onMemory, now }: Recalling & { readonly now: Date },
): Answer {
  const left = answer.memory ?? NOTHING
  const moving = answer.fault === undefined ? checks.filter(({ by }) => by !== undefined) : []
  for (const { name, by } of left.size === 0 ? [] : checks) {
    if (by === undefined && left.has(name)) onMemory?.(name, left.get(name))
  }
  if (moving.length === 0) return answer
  const remembered: Remembered = memory === undefined ? 'nothing' : isFirstRun ? 'new' : 'known'
  const readings = new Map(answer.readings)
  for (const { name, by } of moving) {
    const said = readings.get(name)
    if (by === undefined || said === undefined || mistakeInReadings(said) !== undefined) continue
    const before = memory?.get(name)
    const source = left.has(name) ? left.get(name) : child(before, 'source')
    const moved = judgeMovement(by, { readings: said, memory: child(before, 'by'), remembered, now })
    readings.set(name, moved.readings)
    onMemory?.(name, { by: moved.memory, ...(source !== undefined && { source }) })
  }
  return { ...answer, readings }
}

const NOTHING: Memory = new Map()
