import type * as v from 'valibot'
import type { Check, Scalar } from './check.ts'
import type { Measure } from './judge/measure.ts'
import type { Source } from './ports.ts'
import type { Path, Problem } from './shape/tree.ts'
import type { Seconds } from './types.ts'

/**
 * What is known of each kind of source at every start. The rest is loaded when a check has its key.
 */
export interface SourceLine {
  /** the key of a check that names it: `http`, `file` … */
  readonly key: string
  /** what stands behind the key, as `--help` shows it: `<url>` */
  readonly value: string
  /** what the option of the same name does, as `--help` says it */
  readonly about: string
  /** of a kind of database: the URLs that are its own */
  readonly speaks?: RegExp
  /** @param words the keys of all checks, by which it may leave out what none of them can mean; undefined for all of it */
  readonly load: (words?: ReadonlySet<string>) => Promise<SourceKind>
}

/**
 * A kind of source: all that the configuration, its JSON Schema, its documentation and the set-up know of it. Each is a
 * folder with a `kind.ts`, and a line in the table of the set-up.
 *
 * @typeParam Look what its source needs to know of a check
 */
export interface SourceKind<Look = unknown> {
  /** the key of a check that names it: `database`, `http`, `file` … */
  readonly key: string
  /** what its documentation is headed with, behind "a check of" */
  readonly title: string
  /** the keys that its checks may have besides those of all checks, its own among them */
  readonly keys: () => v.ObjectEntries
  /** what to write where a key that must be there is missing */
  readonly needed?: Readonly<Record<string, string>>
  /** those of its keys whose values may be lists */
  readonly lists?: readonly string[]
  /** those under which further names stand */
  readonly mappings?: readonly string[]
  /** those under which anything may stand, lists and mappings as well */
  readonly free?: readonly string[]
  /** those that name a file with a secret, and what stands in it: `the password` */
  readonly secretFiles?: Readonly<Record<string, string>>
  /** whether the text at this path of a check is as good as a password */
  isSecret?(path: Path): boolean
  /** what is wrong between the keys of a check, each of which may be right */
  problems?(entry: unknown, path: Path): readonly Problem[]
  /** what is most likely not meant between its checks: of which check, under which key */
  remarks?(checks: readonly Check<Look>[]): readonly SourceRemark[]
  /** what is measured; undefined where it judges by itself. Without it `measure` and `expires` say so */
  measure?(entry: unknown): Measure | undefined
  /** whether it looks at another watcher: one that has no other checks watches nothing by itself */
  readonly isOfPeers?: true
  /** the database of the configuration that it is read through, though it is no database itself */
  database?(entry: unknown): string | undefined
  /** whether it reads many items */
  isMany?(entry: unknown): boolean
  /** whether it has a schedule and a grace, though it judges by itself */
  isScheduled?(entry: unknown): boolean
  /** whether it needs no limit, since what it reads brings some or is judged by itself */
  isLimited?(entry: unknown): boolean
  /** what its source needs to know: the entry, with what it leaves out */
  look(entry: Readonly<Record<string, unknown>>, context: LookContext): Look
  /** where that is, for people: `last_alive in runtime_info of database mail` */
  where(look: Look, source: string): string
  /** of a kind of database: what reads all checks of one, which its URL describes */
  connect?(name: string, target: unknown, options: { readonly timeout: Seconds }): Source
  /** what of a check is asked as the user wrote it, to be looked at before */
  statement?(look: Look): WrittenStatement | undefined
  /** what reads a check of this kind by itself; a database is read for all of its checks */
  load?(): Promise<SourceMaker<Look>>
}

/** A kind that is loaded, with the URLs that are its own. */
export interface LoadedKind extends SourceKind {
  readonly speaks?: RegExp
}

/** What a user wrote to be asked as it is, such as SQL. */
export interface WrittenStatement {
  readonly sql: string
  readonly parameters: readonly Scalar[]
  /** the key of the check under which it stands */
  readonly key: string
}

/** What is allowed between checks of a kind, and most likely not meant. */
export interface SourceRemark {
  readonly check: string
  readonly key: string
  readonly text: string
}

/** What is known of a check besides its entry. */
export interface LookContext {
  /** the keys that a recipe has filled in */
  readonly fromRecipe: ReadonlySet<string>
  /** IANA zone of its schedule, and of what people read */
  readonly timezone: string
  /** what the file holds that is named under a key; undefined where none is */
  secretAt(key: string): string | undefined
}

/** What makes sources of one kind. */
export interface SourceMaker<Look = unknown> {
  /** @throws UsageError for a value that cannot be used, with its key */
  create(name: string, look: Look, home: SourceHome): Promise<MadeSource>
}

/** Where a source is read from. */
export interface SourceHome {
  readonly env: Readonly<Record<string, string | undefined>>
  /** the home directory of whoever runs the command */
  readonly home: string
  /** how long a source may take in one run, in seconds */
  readonly readingTime: Seconds
  /** the database that it is read through, as drivers open it */
  readonly target?: unknown
}

/** A source, and what must never be shown of it. */
export interface MadeSource {
  readonly source: Source
  readonly secrets: readonly string[]
}
