import { clean } from '../words/text.ts'
import { isDate, lacksZone } from './date.ts'
import { isZone } from './zone.ts'

/** A date that another program wrote, as ISO 8601 has it, or why it cannot be told which one is meant. */
export type PlainDate =
  /** `zone`: IANA name, where it has one and no offset */
  { readonly text: string; readonly zone?: string } | { readonly ambiguous: string; readonly cure: string }

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/** The only zones that have names in mails. https://www.rfc-editor.org/rfc/rfc5322#section-4.3 */
const MAIL_ZONES: Readonly<Record<string, string>> = {
  ut: 'Z',
  edt: '-04:00',
  est: '-05:00',
  cdt: '-05:00',
  cst: '-06:00',
  mdt: '-06:00',
  mst: '-07:00',
  pdt: '-07:00',
  pst: '-08:00',
}

const TIME = String.raw`(\d\d:\d\d(?::\d\d)?(?:\.\d+)?)`
const OFFSET = String.raw`[+-]\d\d:?\d\d`

/** Go's time.Time.String(), whose name of the zone adds nothing, and whose m= is of no clock. */
const GO = new RegExp(String.raw`^(\d{4}-\d\d-\d\d) ${TIME} (${OFFSET}) \S+(?: m=[+-]\d+(?:\.\d+)?)?$`)
/** RFC 1123, RFC 5322, HTTP: `Sun, 29 Nov 2026 10:00:00 +0100 (CET)`. */
const MAIL = new RegExp(
  String.raw`^(?:[a-z]{3,9},? +)?(\d\d?)[ -]([a-z]{3})[a-z]*[ -](\d{4}) +${TIME}(?: +(${OFFSET}|[a-z]{1,5}))?(?: +\([^)]*\))?$`,
  'i',
)
/** JavaScript's Date.toString(). */
const JAVASCRIPT = new RegExp(
  String.raw`^[a-z]{3} ([a-z]{3}) (\d\d) (\d{4}) ${TIME} GMT(${OFFSET})(?: \([^)]*\))?$`,
  'i',
)
/** C's asctime(), Java's Date.toString(), date(1): `Sun Nov 29 10:00:00 UTC 2026`; in Britain the day comes first. */
const C = new RegExp(
  String.raw`^[a-z]{3} (?:([a-z]{3}) +(\d\d?)|(\d\d?) ([a-z]{3})) ${TIME} (?:(${OFFSET}|[a-z]{1,5}) )?(\d{4})$`,
  'i',
)
/** What date(1) has in America. */
const TWELVE_HOURS = /(?<=[T ])(0?[1-9]|1[0-2])(:\d\d(?::\d\d)?(?:\.\d+)?) ?([AP])M(?= |$)/i
const NAMED = /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d\S*) ([a-z]{3,5}|[a-z_]+(?:\/[\w+-]+)+)$/i
/** Java's ZonedDateTime and RFC 9557: `2026-11-29T10:00+01:00[Europe/Berlin]`. */
const BRACKETS = /^([^[]+?)((?:\[[^\]]*\])+)$/
/** What Python writes that appends a Z to isoformat(). */
const TWICE = /[+-]00:?00Z$/i
const SLASHES = /^(\d{4})\/(\d\d)\/(\d\d)(?=$|[T ])/
const DAY_OR_MONTH_FIRST = /^\d\d?([/.-])\d\d?\1(?:\d\d){1,2}(?:$|[T ,])/
const COMPACT = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)((?:\.\d{1,9})?(?:Z|[+-]\d{4})?)$/

const UNCLEAR_ORDER = 'does not say which is the day and which the month'

/** What a date means that is no ISO 8601; undefined for what is no date at all. */
export function plainDate(text: string): PlainDate | undefined {
  if (DAY_OR_MONTH_FIRST.test(text)) return { ambiguous: UNCLEAR_ORDER, cure: 'select it as YYYY-MM-DD' }
  if (TWICE.test(text)) return { text: text.replace(TWICE, 'Z') }
  if (SLASHES.test(text)) return { text: text.replace(SLASHES, '$1-$2-$3') }
  const inDay = inTwentyFourHours(text)
  if (inDay !== undefined) return isDate(inDay) ? { text: inDay } : plainDate(inDay)
  return ofGo(text) ?? ofJava(text) ?? ofMail(text) ?? ofJavaScript(text) ?? ofC(text) ?? ofNamed(text)
}

function inTwentyFourHours(text: string): string | undefined {
  const [all, hour, rest, half] = TWELVE_HOURS.exec(text) ?? []
  if (all === undefined) return undefined
  const inDay = (Number(hour) % 12) + (half?.toLowerCase() === 'p' ? 12 : 0)
  return text.replace(all, `${String(inDay).padStart(2, '0')}${rest}`)
}

/** `20261129100000`, as MySQL's now() + 0, LDAP and others write it; undefined for digits that are no date of our times. */
export function compactDate(text: string): string | undefined {
  const [, year = '', month = '', day = '', hour = '', minute = '', second = '', rest] = COMPACT.exec(text) ?? []
  const isLikely = year >= '1900' && year < '2200' && month >= '01' && month <= '12' && day >= '01' && day <= '31'
  return isLikely && hour <= '24' && minute <= '59' && second <= '60'
    ? `${year}-${month}-${day} ${hour}:${minute}:${second}${rest}`
    : undefined
}

function ofGo(text: string): PlainDate | undefined {
  const [, date, time, offset] = GO.exec(text) ?? []
  return date === undefined ? undefined : { text: `${date} ${time}${offset}` }
}

function ofJava(text: string): PlainDate | undefined {
  const [, bare, brackets = ''] = BRACKETS.exec(text) ?? []
  if (bare === undefined) return undefined
  const zone = /\[!?([^\]=]*)\]/.exec(brackets)?.[1]
  return zone === undefined || !lacksZone(bare) ? { text: bare } : inZone(bare, zone)
}

/** PostgreSQL's to_char() with TZ, and whoever writes a zone behind a blank. */
function ofNamed(text: string): PlainDate | undefined {
  const [, bare, zone] = NAMED.exec(text) ?? []
  if (bare === undefined || zone === undefined || !lacksZone(bare)) return undefined
  return zone.includes('/') ? inZone(bare, zone) : withZone(bare, zone, {})
}

function inZone(text: string, zone: string): PlainDate {
  if (isZone(zone)) return { text, zone }
  return { ambiguous: `names a zone (${clean(zone)}) that is not known`, cure: 'select it with its offset' }
}

function ofMail(text: string): PlainDate | undefined {
  const [, day = '', month, year, time, zone] = MAIL.exec(text) ?? []
  const date = dateOf({ year, month, day })
  return date === undefined ? undefined : withZone(`${date} ${time}`, zone, MAIL_ZONES)
}

function ofJavaScript(text: string): PlainDate | undefined {
  const [, month, day = '', year, time, offset] = JAVASCRIPT.exec(text) ?? []
  const date = dateOf({ year, month, day })
  return date === undefined ? undefined : { text: `${date} ${time}${offset}` }
}

function ofC(text: string): PlainDate | undefined {
  const [, month, day, dayFirst, monthSecond, time, zone, year] = C.exec(text) ?? []
  const date = dateOf({ year, month: month ?? monthSecond, day: day ?? dayFirst ?? '' })
  return date === undefined ? undefined : withZone(`${date} ${time}`, zone, {})
}

function dateOf({
  year,
  month = '',
  day,
}: {
  readonly year: string | undefined
  readonly month: string | undefined
  readonly day: string
}): string | undefined {
  const index = MONTHS.indexOf(month.toLowerCase())
  if (year === undefined || index === -1) return undefined
  return `${year}-${String(index + 1).padStart(2, '0')}-${day.padStart(2, '0')}`
}

/** A name such as CST is that of several zones. */
function withZone(text: string, zone: string | undefined, known: Readonly<Record<string, string>>): PlainDate {
  if (zone === undefined) return { text }
  if (/^[+-]/.test(zone) || /^(?:Z|UTC|GMT)$/i.test(zone)) return { text: `${text}${zone}` }
  const offset = Object.hasOwn(known, zone.toLowerCase()) ? known[zone.toLowerCase()] : undefined
  if (offset !== undefined) return { text: `${text}${offset}` }
  return { ambiguous: `names a zone (${zone}) that may be several`, cure: 'select it with its offset' }
}
