import type { NotifierKind } from '../../core/notifier-kind.ts'
import type { Path, PlaceInFile, Problem } from '../../core/shape/tree.ts'
import type { LoadedKind } from '../../core/source-kind.ts'
import type { ParsedSchedule } from '../../core/time/parsed-schedule.ts'
import type { Taken } from '../rules/taken.ts'
import type { Secrets } from './secrets.ts'

/** A configuration as it was written, in a file or on a command line, on its way to the schema. */
export interface Written {
  readonly raw: unknown
  /** whose incidents these are: the file's real path, or what the one-line form has for it */
  readonly origin: string
  /** changes with the files that it was read from */
  readonly edition: string
  /** whether the database may have no `url`, and is named by the PG* variables */
  readonly mayLackUrl: boolean
  /** the ways of telling that there are */
  readonly notifierKinds: readonly NotifierKind[]
  /** the kinds of sources that its checks may be of */
  readonly sourceKinds: readonly LoadedKind[]
  readonly place: (path: Path) => PlaceInFile
  /** found before; nothing more is said about their paths */
  readonly problems: readonly Problem[]
  readonly remarks: readonly string[]
  readonly secrets: readonly string[]
  /** what files hold that are named in place of a secret */
  readonly secretFiles: Secrets
  /** by name of the check, the keys that come from a recipe */
  readonly fromRecipes?: ReadonlyMap<string, ReadonlySet<string>>
  /** what was taken out of it, since something is wrong with it */
  readonly taken?: Taken
  /** reads schedules; undefined where nothing has one, so that nothing for it need be loaded */
  readonly parseSchedule?: (expression: string) => ParsedSchedule
}
