import type { Check } from '../../core/check.ts'
import type { Limits } from '../../core/judge/range.ts'
import { parseLimit } from '../../core/judge/range.ts'
import type { RawValue, Reading } from '../../core/types.ts'
import { clean, quote, shorten } from '../../core/words/text.ts'
import { type Extracted, extractAll, extractOne } from '../extract.ts'
import { type Clocks, ITS_VALUE, invalidReading, readingOf } from '../value.ts'

/** One row of a check that watches many. */
export interface NamedRow {
  readonly name: RawValue
  readonly value: RawValue
  readonly warning?: RawValue | undefined
  readonly critical?: RawValue | undefined
  /** what it means that there is no time */
  readonly why?: RawValue | undefined
}

/**
 * What the rows of a check say: one reading of the check itself, and one of each row by its name.
 *
 * @param rows one more than are allowed, where there are more than that
 */
export async function readRows(
  check: Check,
  rows: readonly NamedRow[],
  { clocks, signal }: { readonly clocks: Clocks; readonly signal: AbortSignal },
): Promise<readonly Reading[]> {
  const most = check.many?.maxRows ?? Number.POSITIVE_INFINITY
  if (rows.length > most) {
    return [tooManyRows(most)]
  }
  const named = rows.filter(({ name }) => hasName(name))
  const nameless = rows.length - named.length
  const own: Reading =
    nameless === 0
      ? { kind: 'rows', count: rows.length }
      : invalidReading(
          `${nameless === 1 ? 'a row has' : `${nameless} rows have`} no name`,
          'leave out rows without one',
        )
  return [own, ...(await readNamed(check, named, { clocks, signal }))]
}

/** Whatever they are: what was cut off may be what matters. */
export function tooManyRows(most: number): Reading {
  return invalidReading(`there are more than ${most} rows`, 'write a narrower query, or a higher max_rows')
}

function hasName({ text }: RawValue): boolean {
  return text !== null && text !== ''
}

async function readNamed(
  check: Check,
  rows: readonly NamedRow[],
  { clocks, signal }: { readonly clocks: Clocks; readonly signal: AbortSignal },
): Promise<readonly Reading[]> {
  const values = check.pattern === undefined ? [] : rows.map(({ value }) => value)
  const searched = await extractAll(check, values, signal)
  const readings = new Map<string, Reading>()
  /** how many rows have a name that more than one has */
  const counts = new Map<string, number>()
  for (const [i, row] of rows.entries()) {
    const item = row.name.text ?? ''
    if (readings.has(item)) counts.set(item, (counts.get(item) ?? 1) + 1)
    const extracted = check.pattern === undefined ? extractOne(check, row.value) : searched[i]
    if (extracted !== undefined) readings.set(item, readingOfRow(check, row, { item, extracted, clocks }))
  }
  for (const [item, count] of counts) {
    readings.set(item, { item, ...invalidReading(`${count} rows have this name; one was expected`) })
  }
  return [...readings.values()]
}

function readingOfRow(
  check: Check,
  row: NamedRow,
  { item, extracted, clocks }: { readonly item: string; readonly extracted: Extracted; readonly clocks: Clocks },
): Reading {
  const reading = withLimits(check, row, (limits) =>
    readingOf(check, extracted, { label: itsValue, clocks, row: { item, ...limits } }),
  )
  const why = row.why?.text ?? ''
  const told = reading.kind === 'absent' && why !== '' ? { ...reading, why: shorten(clean(why)) } : reading
  return told.item === undefined ? { item, ...told } : told
}

function itsValue(): string {
  return ITS_VALUE
}

/** A reading with the limits that its row brings. */
export function withLimits(
  check: Check,
  row: Pick<NamedRow, 'warning' | 'critical'>,
  read: (own: Pick<Reading, 'limits'>) => Reading,
): Reading {
  if (row.warning === undefined && row.critical === undefined) return read({})
  const limits: { -readonly [Severity in keyof Limits]: Limits[Severity] } = {}
  for (const severity of ['warning', 'critical'] as const) {
    const written = row[severity]
    if (written === undefined || written.text === null) continue
    const limit = parseLimit(written.text, check.measure)
    if (limit === undefined)
      return invalidReading(`its column ${severity} holds ${quote(written.text)}, which is no limit`)
    limits[severity] = limit
  }
  return read(Object.keys(limits).length === 0 ? {} : { limits })
}
