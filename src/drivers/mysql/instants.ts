import type { Connection } from 'mysql2'
import type { RawValue } from '../../core/types.ts'
import type { QueryResult } from '../driver.ts'
import { command } from './query.ts'

/** By how many seconds clocks are put back, anywhere in the world. */
const STEPS = [1_800, 3_600, 7_200]

/** Texts in one query: a row may have 4,096 columns. */
const TEXTS_AT_ONCE = 500

/** The instant of a TIMESTAMP that came without an offset. */
interface Instant {
  /** how far the server's clock was ahead of UTC then, as in `+01:00` */
  readonly offset: string
  /** the clock shows this time twice, and the server chose one of the two */
  readonly isTwofold: boolean
}

/**
 * Adds offsets to the TIMESTAMPs of an answer, in a session whose zone has no fixed offset. Names of zones cannot be
 * trusted (SYSTEM, CET, a server without zone tables), so the server is asked which instant each one is. It cannot know
 * that for a time that its clock shows twice. Then the same is asked once more in a session with an offset.
 *
 * @param askAgain asks the same in a session with this offset
 */
export async function withOffsets(
  client: Connection,
  first: QueryResult,
  askAgain: (offset: string) => Promise<QueryResult>,
): Promise<QueryResult> {
  const texts = [...new Set(first.rows.flat().flatMap((value) => (lacksOffset(value) ? [value.text] : [])))]
  if (texts.length === 0) return first
  const instants = await instantsOf(client, texts)
  const isTwofold = [...instants.values()].some((instant) => instant.isTwofold)
  if (isTwofold) {
    // If that fails, the first answer counts.
    const second = await askAgain(await presentOffset(client)).catch(() => undefined)
    if (second !== undefined && isSame(first, second)) return second
  }
  return { ...first, rows: first.rows.map((row) => row.map((value) => withOffset(value, instants))) }
}

function lacksOffset(value: RawValue): value is RawValue & { readonly text: string } {
  return value.type === 'zoned' && value.text !== null && !value.text.startsWith('0000-00-00')
}

async function instantsOf(client: Connection, texts: readonly string[]): Promise<ReadonlyMap<string, Instant>> {
  const instants = new Map<string, Instant>()
  for (let at = 0; at < texts.length; at += TEXTS_AT_ONCE) {
    const some = texts.slice(at, at + TEXTS_AT_ONCE)
    const answer = await command(client, `SELECT ${some.map(question).join(', ')}`)
    for (const [i, text] of some.entries()) {
      const epoch = Number(answer[2 * i] ?? Number.NaN)
      if (Number.isFinite(epoch)) {
        const offset = Date.parse(`${text.slice(0, 19)}Z`) / 1_000 - Math.floor(epoch)
        instants.set(text, { offset: formatOffset(offset), isTwofold: Number(answer[2 * i + 1]) === 1 })
      }
    }
  }
  return instants
}

/** Asks for the instant, and whether another instant looks the same. The server's own text has no quotes in it. */
function question(text: string): string {
  const epoch = `unix_timestamp('${text}')`
  const others = STEPS.flatMap((step) => [`${epoch} + ${step}`, `${epoch} - ${step}`])
  return `${epoch}, ${others.map((other) => `from_unixtime(${other}) = '${text}'`).join(' OR ')}`
}

async function presentOffset(client: Connection): Promise<string> {
  const [seconds] = await command(client, 'SELECT timestampdiff(SECOND, utc_timestamp(), now())')
  return formatOffset(Number(seconds))
}

function formatOffset(seconds: number): string {
  const rest = Math.abs(seconds)
  const parts = [Math.floor(rest / 3_600), Math.floor(rest / 60) % 60, ...(rest % 60 === 0 ? [] : [rest % 60])]
  return `${seconds < 0 ? '-' : '+'}${parts.map((part) => String(part).padStart(2, '0')).join(':')}`
}

/** Whether the answers differ only in the offsets of TIMESTAMPs. If not, the query depends on the zone. */
function isSame(first: QueryResult, second: QueryResult): boolean {
  if (first.rows.length !== second.rows.length) return false
  return first.rows.every((row, i) =>
    row.every((value, j) => {
      const other = second.rows[i]?.[j]
      return lacksOffset(value) ? other?.type === 'zoned' && other.text !== null : value.text === other?.text
    }),
  )
}

function withOffset(value: RawValue, instants: ReadonlyMap<string, Instant>): RawValue {
  if (!lacksOffset(value)) return value
  const instant = instants.get(value.text)
  // The server's clock never shows it, so it is read as a time without a zone.
  if (instant === undefined) return { ...value, type: 'naive' }
  const text = `${value.text}${instant.offset}`
  return instant.isTwofold ? { ...value, text, isGuess: true } : { ...value, text }
}
