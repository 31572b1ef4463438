import type { SqlDriver } from './target.ts'

/** A table that we keep in a database of the user's. Only `lastalive schema` makes it. */
export interface OwnTable {
  /** `lastalive_watcher`; nothing else is written to but tables named so */
  readonly name: string
  /** what stands in it, in a few words */
  readonly about: string
  /** the statement that makes it where it is not there, by driver */
  readonly making: Readonly<Record<SqlDriver, string>>
  /** a query that brings no row, and fails where the table is another than this one */
  readonly probe: string
  /** what each who works with it must be allowed, by what they do, as in `GRANT SELECT` */
  readonly rights: { readonly writer: readonly string[]; readonly reader: readonly string[] }
}
