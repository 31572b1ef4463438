import type * as v from 'valibot'
import type { Notifier } from './ports.ts'
import type { Path, Problem } from './shape/tree.ts'

/** A line of the table of kinds: what is known of one before it is loaded. */
export interface NotifierLine {
  /** the key that names it: `mail`, `webhook` … */
  readonly key: string
  /** those of its keys that are options of the one-line form */
  readonly options?: readonly NotifierOption[]
  load(): Promise<NotifierKind>
}

/**
 * A kind of notifier. The configuration, its JSON Schema, its documentation and the set-up are made from it. Each is a
 * folder with a `kind.ts`, and a line in the table of the set-up.
 *
 * @typeParam Entry what its shape makes of the value under its key
 * @typeParam Settings what it needs to tell
 */
export interface NotifierKind<Entry = unknown, Settings = unknown> {
  /** the key that names it: `mail`, `webhook` … */
  readonly key: string
  /** the default of `group` */
  readonly group: 'run' | 'check'
  /** the keys of its entries, with their documentation */
  readonly shape: () => v.GenericSchema<unknown, Entry>
  /** keys whose values may be lists */
  readonly lists?: readonly string[]
  /** keys whose values are mappings of names */
  readonly mappings?: readonly string[]
  /** keys whose values may be anything, lists and mappings as well */
  readonly free?: readonly string[]
  /** keys that name a file with a secret, and what it holds: `the password` */
  readonly secretFiles?: Readonly<Record<string, string>>
  /** whether the text at this path below the key is as good as a password */
  isSecret?(path: Path): boolean
  /** mistakes between parts of the entry, each of which may be valid */
  problems?(written: unknown, path: Path): readonly Problem[]
  /**
   * Its recipients, as far as they can be read, even if the entry is wrong. Without it the notifier itself is the only
   * recipient.
   */
  recipients?(written: unknown): readonly string[]
  /**
   * Fills in defaults.
   *
   * @param secretAt the contents of the file that a key names; undefined if there is none
   */
  settings(entry: Entry, secretAt: (key: string) => string | undefined): Settings
  /** loads the code that tells, when it is needed */
  load(): Promise<NotifierMaker<Settings>>
}

/** A key of the entry that is an option of the same name, for a line without a configuration file. */
export interface NotifierOption {
  readonly key: string
  /** what stands behind it, as `--help` shows it: `<address>` */
  readonly value: string
  /** what it does, as `--help` says it */
  readonly about: string
  /** it may be repeated, and becomes a list */
  readonly isList?: true
  /** what to write where other options of the kind are given and this one is not */
  readonly needed?: string
  /** it came after 0.2.0: a mistaken line without it keeps the name under which it is remembered */
  readonly isLater?: true
}

export interface NotifierMaker<Settings> {
  /** @throws UsageError with the key of a value that cannot be used */
  create(name: string, settings: Settings, home: Home): Promise<MadeNotifier>
}

export interface Home {
  /** who watches */
  readonly instance: string
  readonly hostName: string
}

export interface MadeNotifier {
  readonly notifier: Notifier
  readonly secrets: readonly string[]
}
