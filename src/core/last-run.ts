import * as v from 'valibot'
import type { LastRun } from './ports.ts'
import { readJson } from './shape/json.ts'

/** A time as JSON has it. */
export const instant = v.pipe(
  v.string(),
  v.isoTimestamp(),
  v.transform((text) => new Date(text)),
)

const shape = v.object({
  at: instant,
  judged: v.number(),
  accepted: v.number(),
  errors: v.number(),
  timezone: v.exactOptional(v.string()),
  peers: v.exactOptional(v.number()),
  undelivered: v.exactOptional(v.number()),
  acceptedAt: v.exactOptional(instant),
  failingSince: v.exactOptional(instant),
})

/** Reads what a finished run has left; undefined for what is something else. */
export function parseLastRun(text: string): LastRun | undefined {
  return readJson(shape, text)
}
