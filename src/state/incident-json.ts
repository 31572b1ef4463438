import * as v from 'valibot'
import type { Incident, Pending } from '../core/types.ts'

/** As `toISOString` writes it: years beyond four digits have a sign and six. */
const INSTANT = /^(?:\d{4}|[+-]\d{6})-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
const date = v.pipe(
  v.string(),
  v.regex(INSTANT),
  v.transform((text) => new Date(text)),
  v.date(),
)
const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const severity = v.picklist(['unknown', 'warning', 'critical'])
const CAUSES = [
  'age',
  'overdue',
  'schedule',
  'amount',
  'absent',
  'vanished',
  'future',
  'skew',
  'rows',
  'blocked',
  'answered',
  'unreachable',
  'timeout',
  'denied',
  'invalid',
  'failed',
] as const
const cause = v.picklist(CAUSES)

const told = v.object({
  kind: v.picklist(['opened', 'worsened', 'reminder', 'closed', 'missed']),
  severity,
  cause,
  episode: count,
  at: date,
  count,
  openingId: v.string(),
})

const tried = v.object({
  at: date,
  since: date,
  count,
  kind: v.picklist(['refused', 'permanent', 'uncertain']),
  error: v.string(),
})

const incident = v.object({
  version: v.literal(1),
  id: v.string(),
  origin: v.string(),
  check: v.string(),
  item: v.exactOptional(v.string()),
  severity,
  cause,
  summary: v.string(),
  cure: v.exactOptional(v.string()),
  limit: v.exactOptional(v.number()),
  seenAt: date,
  episode: count,
  earlier: v.array(v.object({ episode: count, since: date, closedAt: date })),
  since: date,
  lastBeat: v.exactOptional(date),
  openedAt: date,
  closedAt: v.exactOptional(date),
  closedBy: v.exactOptional(v.object({ cause: v.picklist([...CAUSES, 'unwatched']), summary: v.string() })),
  recoveries: count,
  audience: v.array(v.string()),
  told: v.record(v.string(), told),
  tried: v.record(v.string(), tried),
})

const pendings = v.object({ version: v.literal(1), pending: v.record(v.string(), v.object({ count, firstBad: date })) })

/** An incident as its lockfile holds it: JSON that a person can read. */
export function writeIncident(value: Incident): string {
  return `${JSON.stringify({ version: 1, ...value }, undefined, 2)}\n`
}

/** @returns undefined where the text is not what we write: half of it, or another's */
export function readIncident(text: string): Incident | undefined {
  const result = v.safeParse(incident, parseJson(text))
  if (!result.success) return undefined
  const { version: _, ...value } = result.output
  return value
}

/** The counts of bad runs, by check. */
export function writePending(value: ReadonlyMap<string, Pending>): string {
  return `${JSON.stringify({ version: 1, pending: Object.fromEntries(value) }, undefined, 2)}\n`
}

/** @returns undefined where the text is not what we write */
export function readPending(text: string): ReadonlyMap<string, Pending> | undefined {
  const result = v.safeParse(pendings, parseJson(text))
  return result.success ? new Map(Object.entries(result.output.pending)) : undefined
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
