/** The kinds of databases, as people call them. */
export type DatabaseKind = 'postgres' | 'mysql' | 'sqlite' | 'redis'

/** How to watch the heartbeat that a well-known application already keeps. */
export interface Recipe {
  /** what a check says to `use`: lower case, digits and dashes */
  readonly name: string
  /** the application, and what of it is watched, in a few words */
  readonly title: string
  /** the keys of a check as they stand in a configuration file, all but `database`; each may be overridden there */
  readonly check: Readonly<Record<string, unknown>>
  /** what the application keeps its data in, of what can be read here */
  readonly databases: readonly DatabaseKind[]
  /** what gives the role `watch` the rights that it needs, where those are not plain: statements of SQL, or a command of Redis */
  readonly grants?: string
  /** the application's own source: repository, file and version that were read */
  readonly source: { readonly repository: string; readonly files: readonly string[]; readonly version: string }
  /** what to know before relying on it, in one or two sentences */
  readonly trap: string
}
