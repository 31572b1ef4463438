import type { Check } from '../../core/check.ts'
import type { Source } from '../../core/ports.ts'
import { parseTimestamp } from '../../core/time/timestamp.ts'
import type { RawValue, Reading } from '../../core/types.ts'
import { clean, quote, shorten } from '../../core/words/text.ts'
import type { HttpAnswer } from '../../io/net/http.ts'
import { firstLineOf } from '../../io/net/http-words.ts'
import { formatWait } from '../../io/net/time-limit.ts'
import { extractAll } from '../extract.ts'
import { type Clocks, invalidReading, readingOf, THE_VALUE } from '../value.ts'
import { MOST, textOf } from './body.ts'
import type { HttpSettings } from './look.ts'
import { formatStatuses, isAmong } from './status.ts'

/** An answer that came, and what was asked for. */
interface Came {
  readonly settings: HttpSettings
  readonly answer: HttpAnswer
  /** where it came from in the end, in words that go on; empty where that is where it was asked for */
  readonly through: string
  /** why a redirect was not followed */
  readonly why: string | undefined
  readonly options: Pick<Parameters<Source['read']>[1], 'signal' | 'clock'>
}

/** How much of what a server says is shown, in characters. */
const SAID_LENGTH = 120
/** A clock that is further off than this is not believed: the answer may be a copy that somebody keeps, in seconds. */
const LARGEST_SKEW = 300

/** What an answer says of a check. */
export async function readingOfAnswer(check: Check, came: Came): Promise<Reading> {
  const { settings, answer, through } = came
  const status = `answered ${`${answer.status} ${shorten(answer.reason)}`.trim()}${through}`
  if (!isAmong(answer.status, settings.statuses)) return unwanted(status, came)
  const broken = brokenReading(status, came)
  if (broken !== undefined) return broken
  const { contains, value } = settings
  const isOfHeader = typeof value === 'object'
  if (contains === undefined && (value === undefined || isOfHeader)) {
    return isOfHeader ? await readingOfValue(check, headerOf(answer, value.header), came) : judged('ok', status)
  }
  const body = await textOf(answer)
  if ('invalid' in body) return invalidReading(`${status}, ${shorten(body.invalid)}`)
  const lacking = contains === undefined ? undefined : lackingReading(status, { ...body, contains })
  if (lacking !== undefined) return lacking
  if (value === undefined) return judged('ok', `${status}, with ${quote(contains ?? '')}`)
  if (isOfHeader) return await readingOfValue(check, headerOf(answer, value.header), came)
  return body.isWhole ? await readingOfValue(check, body.text, came) : invalidReading(`${status}, larger than ${MOST}`)
}

function unwanted(status: string, { answer, settings, why }: Came): Reading {
  if (why !== undefined) return judged('critical', `${status}: redirects ${why}`)
  return judged('critical', `${status}, not ${formatStatuses(settings.statuses)}${saidIn(answer.text)}`)
}

function lackingReading(
  status: string,
  { text, isWhole, contains }: { readonly text: string; readonly isWhole: boolean; readonly contains: string },
): Reading | undefined {
  if (text.includes(contains)) return undefined
  const words = `${status}, without ${quote(contains)}`
  return isWhole ? judged('critical', `${words}${saidIn(text)}`) : invalidReading(`${words} in the first ${MOST}`)
}

/** The first line of what a server says, in words that go on. */
function saidIn(text: string): string {
  const said = shorten(clean(firstLineOf({ text: text.slice(0, 1_000) })), SAID_LENGTH)
  return said === '' ? '' : `: ${said}`
}

function brokenReading(status: string, { answer, settings }: Came): Reading | undefined {
  if (answer.rest === 'broken') {
    const message = `${status}, but the connection was closed before all of it had come`
    return { kind: 'fault', fault: { kind: 'unreachable', scope: 'check', message } }
  }
  if (answer.rest !== 'late') return undefined
  const message = `${status}, but not all of it came within ${formatWait(settings.timeout * 1_000)}`
  return { kind: 'fault', fault: { kind: 'timeout', scope: 'check', message } }
}

/** @param written undefined where there is no such header */
async function readingOfValue(
  check: Check,
  written: string | undefined,
  { settings: { value }, answer, options }: Came,
): Promise<Reading> {
  const label = typeof value === 'object' ? `the header ${value.header}` : THE_VALUE
  if (written === undefined) return { kind: 'absent', why: `${label} is not there` }
  const raw: RawValue = { text: written, type: 'text', typeName: 'text' }
  const [found = { kind: 'value' as const, value: raw }] = await extractAll(check, [raw], options.signal)
  const clocks = clocksOf(check, answer, options.clock.now())
  if (typeof clocks === 'string') return invalidReading(clocks, 'mend that clock, or write clock: local')
  return readingOf(check, found, { label: () => label, clocks })
}

function headerOf({ headers }: HttpAnswer, name: string): string | undefined {
  const value = headers[name.toLowerCase()]
  return Array.isArray(value) ? value.join(', ') : value
}

/**
 * The server's clock, which its `Date` shows, and ours. A copy that a cache has kept shows an old one.
 *
 * @returns why it is not believed
 * @see https://www.rfc-editor.org/rfc/rfc9110#field.date
 */
function clocksOf({ measure, clock }: Check, { headers }: HttpAnswer, readAt: Date): Clocks | string {
  const { date, age = '0' } = headers
  if (date === undefined || measure === 'amount' || clock === 'local') return { asOf: readAt, readAt }
  const parsed = parseTimestamp({ text: date, type: 'text', typeName: 'text' }, { unit: 'auto', storedIn: 'UTC' })
  if (parsed.kind !== 'instant') return { asOf: readAt, readAt }
  const asOf = new Date(parsed.at.getTime() + (/^\d{1,9}$/.test(age) ? Number(age) * 1_000 : 0))
  const skew = (asOf.getTime() - readAt.getTime()) / 1_000
  if (Math.abs(skew) <= LARGEST_SKEW) return { asOf, readAt }
  return `the answer is of ${shorten(clean(date))}, far from this host's clock: an old copy, or a wrong clock`
}

function judged(severity: 'ok' | 'critical', summary: string): Reading {
  return { kind: 'judged', severity, summary, metrics: [] }
}
