import { clean, shorten } from './text.ts'

/** A check, or one of the rows that it watches. */
export interface Named {
  /** name of the check, `database:NAME`, `clock:NAME`, `response:NAME` or `run:lock` */
  readonly check: string
  /** the row's name, as the database has it: any text at all */
  readonly item?: string
}

/** The row of a run of ours that does not end. */
export const STUCK_RUN = 'run:lock'

/** How much of an item's name a person reads, in characters. */
const ITEM_LENGTH = 60

/** Two have the same identity only if they are the same: no name of a check has a slash in it. */
export function idOf({ check, item }: Named): string {
  return item === undefined ? check : `${check}/${item}`
}

/** A check's, an item's or a database's name as a person reads it: `mdx`, `workers/host-7`, `database mail`. */
export function titleOf({ check, item }: Named): string {
  const [kind, name] = check.split(':', 2)
  if (kind === 'database') return `database ${name}`
  if (kind === 'clock') return `clock of database ${name}`
  if (kind === 'response') return `response of database ${name}`
  if (kind === 'run') return 'run of lastalive'
  return item === undefined ? check : `${check}/${shorten(clean(item), ITEM_LENGTH)}`
}
