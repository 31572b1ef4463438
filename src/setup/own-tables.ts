import type { OwnTable } from '../drivers/own-table.ts'

/** A subject of `lastalive schema`: tables that we keep in a database of the user's. */
export interface OwnTables {
  /** the word that names it */
  readonly subject: string
  readonly about: string
  readonly load: () => Promise<readonly OwnTable[]>
}

/** The tables that there may be of ours. All that `lastalive schema` knows of one comes from here. */
export const OWN_TABLES: readonly OwnTables[] = [
  {
    subject: 'watchers',
    about: 'lastalive_watcher, where watchers leave what their peers read',
    load: async () => [(await import('../sources/peer/table.ts')).WATCHER_TABLE],
  },
]
