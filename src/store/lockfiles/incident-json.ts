import * as v from 'valibot'
import type { Silence } from '../../core/incident/muted.ts'
import { RECENT } from '../../core/incident/recent.ts'
import type { Counts } from '../../core/ports.ts'
import { readJson } from '../../core/shape/json.ts'
import type { Cause, Incident } from '../../core/types.ts'

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
/** Each cause that there is, by type: one that is missing here could be written and not be read. */
const CAUSES = Object.keys({
  age: true,
  overdue: true,
  schedule: true,
  amount: true,
  absent: true,
  vanished: true,
  future: true,
  skew: true,
  response: true,
  rows: true,
  judged: true,
  blocked: true,
  answered: true,
  stuck: true,
  configuration: true,
  unreachable: true,
  timeout: true,
  denied: true,
  invalid: true,
  failed: true,
} satisfies Record<Cause, true>) as readonly Cause[]
const cause = v.picklist(CAUSES)

/** Values by names of any kind: valibot's own record drops those that every object has, and with them what was told. */
function byName<T>(value: v.GenericSchema<unknown, T>) {
  return v.pipe(
    v.custom<object>((input) => typeof input === 'object' && input !== null && !Array.isArray(input)),
    v.transform((input) => Object.entries(input)),
    v.array(v.tuple([v.string(), value])),
    v.transform((entries): Readonly<Record<string, T>> => Object.fromEntries(entries)),
  )
}

const told = v.object({
  kind: v.picklist(['opened', 'worsened', 'reminder', 'flapping', 'settled', 'closed', 'missed']),
  severity,
  cause,
  episode: count,
  at: date,
  count,
  openingId: v.string(),
  ended: v.exactOptional(v.literal(true)),
  flapping: v.exactOptional(v.literal(true)),
  mistakes: v.exactOptional(v.array(v.string())),
})

const recent = v.pipe(v.string(), v.regex(RECENT))

const tried = v.object({
  at: date,
  since: date,
  count,
  kind: v.picklist(['refused', 'permanent', 'uncertain']),
  error: v.string(),
  othersTold: v.exactOptional(v.literal(true)),
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
  tail: v.exactOptional(v.array(v.string())),
  limit: v.exactOptional(v.number()),
  seenAt: date,
  episode: count,
  earlier: v.array(v.object({ episode: count, since: date, closedAt: date })),
  before: v.exactOptional(v.object({ times: count, since: date, seconds: v.number() })),
  since: date,
  lastBeat: v.exactOptional(date),
  openedAt: date,
  closedAt: v.exactOptional(date),
  closedBy: v.exactOptional(v.object({ cause: v.picklist([...CAUSES, 'unwatched']), summary: v.string() })),
  recoveries: count,
  recent: v.exactOptional(recent),
  audience: v.array(v.string()),
  told: byName(told),
  tried: byName(tried),
  acknowledged: v.exactOptional(
    v.object({ by: v.string(), at: date, until: v.exactOptional(date), note: v.exactOptional(v.string()) }),
  ),
  flapping: v.exactOptional(v.object({ since: date, openings: count })),
  ahead: v.exactOptional(v.number()),
  mistakes: v.exactOptional(v.array(v.object({ identity: v.string(), words: v.string(), of: v.string() }))),
  notRead: v.exactOptional(v.string()),
})

const counts = v.object({
  version: v.literal(1),
  pending: byName(
    v.object({
      count,
      firstBad: date,
      ahead: v.exactOptional(v.number()),
      recent: v.exactOptional(recent),
      failures: v.exactOptional(v.union([count, v.object({ count, of: count })])),
    }),
  ),
  openings: v.exactOptional(byName(v.array(date))),
})

const silences = v.object({
  version: v.literal(1),
  silences: v.array(
    v.object({
      names: v.array(v.string()),
      tags: v.array(v.string()),
      at: date,
      until: date,
      by: v.string(),
      note: v.exactOptional(v.string()),
    }),
  ),
})

/** An incident as its lockfile holds it: JSON that a person can read. */
export function writeIncident(value: Incident): string {
  return `${JSON.stringify({ version: 1, ...value }, undefined, 2)}\n`
}

/** @returns undefined where the text is not what we write: half of it, or another's */
export function readIncident(text: string): Incident | undefined {
  const found = readJson(incident, text)
  if (found === undefined) return undefined
  const { version: _, ...value } = found
  return value
}

/** What is counted from run to run. */
export function writeCounts({ pending, openings }: Counts): string {
  const flaps = openings.size === 0 ? {} : { openings: Object.fromEntries(openings) }
  return `${JSON.stringify({ version: 1, pending: Object.fromEntries(pending), ...flaps }, undefined, 2)}\n`
}

/** @returns undefined where the text is not what we write */
export function readCounts(text: string): Counts | undefined {
  const found = readJson(counts, text)
  if (found === undefined) return undefined
  const { pending, openings = {} } = found
  return { pending: new Map(Object.entries(pending)), openings: new Map(Object.entries(openings)) }
}

/** The silences, as a person can read them. */
export function writeSilences(value: readonly Silence[]): string {
  return `${JSON.stringify({ version: 1, silences: value }, undefined, 2)}\n`
}

/** @returns undefined where the text is not what we write */
export function readSilences(text: string): readonly Silence[] | undefined {
  return readJson(silences, text)?.silences
}
