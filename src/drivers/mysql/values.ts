import type { FieldPacket } from 'mysql2'
import type { RawValue } from '../../core/types.ts'
import { plainText } from '../bytes.ts'

export type Column = Pick<
  FieldPacket,
  'name' | 'columnType' | 'columnLength' | 'characterSet' | 'extendedTypeName' | 'extendedFormat'
> & { readonly flags: number }

type Kind = Pick<RawValue, 'type' | 'typeName'>

/** The character set of bytes that are not text. */
const BINARY = 63
/** https://mariadb.com/kb/en/result-set-packets/#field-details-flag */
const UNSIGNED = 32
const ENUM = 256
const SET = 2048

/** Types by their numbers in the protocol, without text and bytes. */
const TYPES: ReadonlyMap<number, Kind> = new Map([
  [0, { type: 'number', typeName: 'decimal' }],
  [1, { type: 'number', typeName: 'tinyint' }],
  [2, { type: 'number', typeName: 'smallint' }],
  [3, { type: 'number', typeName: 'int' }],
  [4, { type: 'number', typeName: 'float' }],
  [5, { type: 'number', typeName: 'double' }],
  [6, { type: 'text', typeName: 'null' }],
  [7, { type: 'zoned', typeName: 'timestamp' }],
  [8, { type: 'number', typeName: 'bigint' }],
  [9, { type: 'number', typeName: 'mediumint' }],
  [10, { type: 'naive', typeName: 'date' }],
  [11, { type: 'other', typeName: 'time' }],
  [12, { type: 'naive', typeName: 'datetime' }],
  [13, { type: 'other', typeName: 'year' }],
  [14, { type: 'naive', typeName: 'date' }],
  [16, { type: 'other', typeName: 'bit' }],
  [242, { type: 'other', typeName: 'vector' }],
  [245, { type: 'text', typeName: 'json' }],
  [246, { type: 'number', typeName: 'decimal' }],
  [255, { type: 'other', typeName: 'geometry' }],
])

const FLOAT = 4

/** The sizes of text and blob, each with the largest value in bytes. Text counts four bytes a character. */
const SIZES = [
  ['tiny', 255],
  ['', 65_535],
  ['medium', 16_777_215],
] as const

function kindOf(column: Column): Kind {
  const { columnType = 0, flags, extendedFormat, extendedTypeName } = column
  if (extendedFormat === 'json') return { type: 'text', typeName: 'json' }
  if (extendedTypeName !== undefined) return { type: 'other', typeName: extendedTypeName }
  const known = TYPES.get(columnType)
  if (known === undefined) return { type: 'text', typeName: textName(column) }
  const isUnsigned = known.type === 'number' && (flags & UNSIGNED) !== 0
  return isUnsigned ? { ...known, typeName: `${known.typeName} unsigned` } : known
}

function textName({ columnType, columnLength = 0, characterSet, flags }: Column): string {
  const isBinary = characterSet === BINARY
  if ((flags & ENUM) !== 0) return 'enum'
  if ((flags & SET) !== 0) return 'set'
  if (columnType === 254) return isBinary ? 'binary' : 'char'
  if (columnType === 253 || columnType === 15) return isBinary ? 'varbinary' : 'varchar'
  const size = SIZES.find(([, longest]) => columnLength <= longest * (isBinary ? 1 : 4))?.[0] ?? 'long'
  return `${size}${isBinary ? 'blob' : 'text'}`
}

/**
 * Makes values of the rows of an answer.
 *
 * @param offset of the session, as in `+00:00`: the server does not add it to a TIMESTAMP; empty if it is not fixed
 */
export function rowReader(
  columns: readonly Column[],
  offset: string,
): (row: readonly unknown[]) => readonly RawValue[] {
  const kinds = columns.map(kindOf)
  return (row) => kinds.map((kind, i) => rawValue(row[i], kind, { isFloat: columns[i]?.columnType === FLOAT, offset }))
}

function rawValue(
  value: unknown,
  kind: Kind,
  { isFloat, offset }: { readonly isFloat: boolean; readonly offset: string },
): RawValue {
  if (value === null || value === undefined) return { ...kind, text: null }
  if (value instanceof Uint8Array) {
    const text = kind.type === 'text' ? plainText(value) : undefined
    return text === undefined ? { type: 'other', typeName: kind.typeName, text: '' } : { ...kind, text }
  }
  if (typeof value === 'number') return { ...kind, text: isFloat ? shortest(value) : String(value) }
  if (typeof value !== 'string') return { ...kind, text: '' }
  // A zero timestamp, which means "never", has no zone.
  const isInstant = kind.type === 'zoned' && !value.startsWith('0000-00-00')
  return { ...kind, text: isInstant ? `${value}${offset}` : value }
}

/** The shortest text of a FLOAT: the protocol gives 0.1 as 0.10000000149011612. */
function shortest(value: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) return String(short)
  }
  return String(value)
}
