import type { QueryResult as PgResult } from 'pg'
import type { RawValue } from '../../core/types.ts'
import { valueOfBytes } from '../bytes.ts'
import type { QueryResult } from '../driver.ts'

type Kind = Pick<RawValue, 'type' | 'typeName'>

/** Types from this number on are made by users. They are unknown here, and arrive as text. */
const FIRST_USERS_TYPE = 16_384

/** The server's own types, by their numbers in pg_type. */
const TYPES: ReadonlyMap<number, Kind> = new Map([
  [1184, { type: 'zoned', typeName: 'timestamp with time zone' }],
  [1114, { type: 'naive', typeName: 'timestamp' }],
  [1082, { type: 'naive', typeName: 'date' }],
  [20, { type: 'number', typeName: 'bigint' }],
  [21, { type: 'number', typeName: 'smallint' }],
  [23, { type: 'number', typeName: 'integer' }],
  [26, { type: 'number', typeName: 'oid' }],
  [700, { type: 'number', typeName: 'real' }],
  [701, { type: 'number', typeName: 'double precision' }],
  [1700, { type: 'number', typeName: 'numeric' }],
  [18, { type: 'text', typeName: '"char"' }],
  [19, { type: 'text', typeName: 'name' }],
  [25, { type: 'text', typeName: 'text' }],
  [114, { type: 'text', typeName: 'json' }],
  [705, { type: 'text', typeName: 'unknown' }],
  [1042, { type: 'text', typeName: 'character' }],
  [1043, { type: 'text', typeName: 'character varying' }],
  [3802, { type: 'text', typeName: 'jsonb' }],
  [16, { type: 'other', typeName: 'boolean' }],
  [17, { type: 'other', typeName: 'bytea' }],
  [790, { type: 'other', typeName: 'money' }],
  [1083, { type: 'other', typeName: 'time' }],
  [1186, { type: 'other', typeName: 'interval' }],
  [1266, { type: 'other', typeName: 'time with time zone' }],
  [2950, { type: 'other', typeName: 'uuid' }],
])

/** Names of more own types that hold no instant, for messages. */
const MORE_TYPES: ReadonlyMap<number, string> = new Map([
  [28, 'xid'],
  [142, 'xml'],
  [199, 'json[]'],
  [650, 'cidr'],
  [869, 'inet'],
  [1005, 'smallint[]'],
  [1007, 'integer[]'],
  [1009, 'text[]'],
  [1015, 'character varying[]'],
  [1016, 'bigint[]'],
  [1022, 'double precision[]'],
  [1115, 'timestamp[]'],
  [1182, 'date[]'],
  [1185, 'timestamp with time zone[]'],
  [1231, 'numeric[]'],
  [1560, 'bit'],
  [1562, 'bit varying'],
  [2249, 'record'],
  [2278, 'void'],
  [3220, 'pg_lsn'],
  [3807, 'jsonb[]'],
  [3904, 'int4range'],
  [3906, 'numrange'],
  [3908, 'tsrange'],
  [3910, 'tstzrange'],
  [3912, 'daterange'],
  [3926, 'int8range'],
])

/** Reads a result: each value as the server wrote it, with what its type can hold. */
export function readResult(result: PgResult<unknown[]>): QueryResult {
  const kinds = result.fields.map((field) => kindOf(field.dataTypeID))
  const readers = kinds.map(valueReader)
  return {
    columns: result.fields.map((field) => field.name),
    rows: result.rows.map((row) => readers.map((read, i) => read(textOf(row[i])))),
  }
}

/** A value that is the same in each row, such as the server's clock, is made once. */
function valueReader(kind: Kind): (text: string | null) => RawValue {
  let above: { readonly text: string | null; readonly value: RawValue } | undefined
  return (text) => {
    if (above?.text !== text) above = { text, value: readValue(kind, text) }
    return above.value
  }
}

function kindOf(type: number): Kind {
  if (type >= FIRST_USERS_TYPE) return { type: 'text', typeName: 'user-defined' }
  return TYPES.get(type) ?? { type: 'other', typeName: MORE_TYPES.get(type) ?? `number ${type}` }
}

/** The padding of a CHAR does not count. */
function readValue(kind: Kind, text: string | null): RawValue {
  if (kind.typeName === 'character') return { text: text?.replace(/ +$/, '') ?? null, ...kind }
  if (kind.typeName !== 'bytea' || text === null) return { text, ...kind }
  return valueOfBytes(bytesOf(text), kind.typeName)
}

/** Bytes are written as `\x6869`, or by older settings as `hi\000` with doubled backslashes. */
function bytesOf(text: string): Buffer {
  if (text.startsWith('\\x')) return Buffer.from(text.slice(2), 'hex')
  const bytes = text.replaceAll(/\\(\d{3}|\\)/g, (_, escaped: string) =>
    escaped === '\\' ? '\\' : String.fromCharCode(Number.parseInt(escaped, 8)),
  )
  return Buffer.from(bytes, 'latin1')
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
