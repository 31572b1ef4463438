import type * as v from 'valibot'
import type { Notifier } from './ports.ts'
import type { Path, Problem } from './shape/tree.ts'

/**
 * A kind of notifier: all that the configuration, its JSON Schema, its documentation and the set-up know of it. Each is a
 * folder with a `kind.ts`, and a line in the table of the set-up.
 *
 * @typeParam Entry what its shape makes of what stands under its key
 * @typeParam Settings what it needs to know in order to tell
 */
export interface NotifierKind<Entry = unknown, Settings = unknown> {
  /** the key of an entry that names it: `mail`, `webhook` … */
  readonly key: string
  /** what makes one message where the entry does not say */
  readonly group: 'run' | 'check'
  /** the keys that its entries may have, with what documentation says of them */
  readonly shape: () => v.GenericSchema<unknown, Entry>
  /** the keys whose values may be lists */
  readonly lists?: readonly string[]
  /** the keys under which further names stand */
  readonly mappings?: readonly string[]
  /** the keys under which anything may stand, lists and mappings as well */
  readonly free?: readonly string[]
  /** the keys that name a file with a secret, and what stands in it: `the password` */
  readonly secretFiles?: Readonly<Record<string, string>>
  /** whether the text at this path of what stands under the key is as good as a password */
  isSecret?(path: Path): boolean
  /** what is wrong between the parts of what stands under the key, each of which may be right */
  problems?(written: unknown, path: Path): readonly Problem[]
  /**
   * Who is told on its own account, as far as that can be read of what stands under the key, right or wrong. Without it
   * the notifier itself is the one recipient.
   */
  recipients?(written: unknown): readonly string[]
  /**
   * Fills in what an entry leaves out.
   *
   * @param secretAt what the file holds that is named under a key; undefined where none is
   */
  settings(entry: Entry, secretAt: (key: string) => string | undefined): Settings
  /** What tells, which is loaded where it is needed. */
  load(): Promise<NotifierMaker<Settings>>
}

/** What makes notifiers of one kind. */
export interface NotifierMaker<Settings> {
  /** @throws UsageError for a value that cannot be used, with its key */
  create(name: string, settings: Settings, home: Home): Promise<MadeNotifier>
}

/** Who tells. */
export interface Home {
  /** name of the watching instance */
  readonly instance: string
  readonly hostName: string
}

/** A notifier, and what must never be shown of it. */
export interface MadeNotifier {
  readonly notifier: Notifier
  readonly secrets: readonly string[]
}
