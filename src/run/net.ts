import { errorMessage } from '../core/errors.ts'
import { tidy } from '../core/judge/verdict.ts'
import type { StateProblem } from '../core/types.ts'

/** What a defect of ours, or whatever comes of what a store has kept, is called where it is said. */
export function unforeseen(error: unknown): StateProblem {
  return { path: '', message: tidy(`unforeseen: ${errorMessage(error)}`) }
}

/** Takes a step of which no defect keeps anybody from being told the rest: it is one of the problems. */
export async function inNet<T>(problems: StateProblem[], step: () => Promise<T>): Promise<T | undefined> {
  try {
    return await step()
  } catch (error) {
    problems.push(unforeseen(error))
    return undefined
  }
}
