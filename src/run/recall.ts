import type { Check } from '../core/check.ts'
import { mistakeInReadings } from '../core/judge/answer.ts'
import type { Memory } from '../core/judge/memory.ts'
import { judgeMovement } from '../core/judge/movement.ts'
import type { Answer } from '../core/ports.ts'
import { child } from '../core/shape/tree.ts'
import type { Reading } from '../core/types.ts'

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
  recalling: Recalling & { readonly now: Date },
): Answer {
  const left = answer.memory ?? NOTHING
  const { onMemory } = recalling
  for (const { name, by } of left.size === 0 ? [] : checks) {
    if (by === undefined && left.has(name)) onMemory?.(name, left.get(name))
  }
  const moving = answer.fault === undefined ? checks.filter(({ by }) => by !== undefined) : []
  if (moving.length === 0) return answer
  const readings = new Map(answer.readings)
  for (const check of moving) {
    const said = readings.get(check.name)
    if (said === undefined || mistakeInReadings(said) !== undefined) continue
    readings.set(check.name, moved(check, { said, left }, recalling))
  }
  return { ...answer, readings }
}

function moved(
  { name, by }: Check,
  { said, left }: { readonly said: readonly Reading[]; readonly left: Memory },
  { memory, isFirstRun = false, onMemory, now }: Recalling & { readonly now: Date },
): readonly Reading[] {
  if (by === undefined) return said
  const known = isFirstRun ? 'new' : 'known'
  const before = memory?.get(name)
  const source = left.has(name) ? left.get(name) : child(before, 'source')
  const options = {
    memory: child(before, 'by'),
    remembered: memory === undefined ? ('nothing' as const) : known,
    now,
  } as const
  const judged = judgeMovement(by, { readings: said, ...options })
  onMemory?.(name, { by: judged.memory, ...(source !== undefined && { source }) })
  return judged.readings
}

const NOTHING: Memory = new Map()
