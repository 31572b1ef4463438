import type { OwnTable } from '../drivers/own-table.ts'
import type { SqlDriver } from '../drivers/target.ts'

/** A subject of `lastalive schema`: tables that we keep in a database of the user's. */
export interface OwnTables {
  /** the word that names it */
  readonly subject: string
  readonly about: string
  /** who has to write to them, and who to read them, as remarks say it */
  readonly who: { readonly writer: string; readonly reader: string }
  readonly load: () => Promise<{
    readonly tables: readonly OwnTable[]
    /** what has changed since the first version, in order; absent where the tables have no version */
    readonly migrations?: readonly Migration[]
  }>
}

/** The statements that make the next version of some tables. Earlier versions of the command go on with it. */
export type Migration = Readonly<Record<SqlDriver, readonly string[]>>

/** The tables that there may be of ours. All that `lastalive schema` knows of one comes from here. */
export const OWN_TABLES: readonly OwnTables[] = [
  {
    subject: 'watchers',
    about: 'lastalive_watcher, where watchers leave what their peers read',
    who: { writer: 'whoever writes (run --beat-to)', reader: 'whoever watches (peer)' },
    load: async () => ({ tables: [(await import('../sources/peer/table.ts')).WATCHER_TABLE] }),
  },
  {
    subject: 'jobs',
    about: 'lastalive_job and lastalive_job_run, where jobs leave their beats',
    who: { writer: 'whoever writes (beat, exec, run)', reader: 'whoever watches (job)' },
    load: async () => {
      const { JOB_TABLE, RUN_TABLE } = await import('../sources/sql/job/table.ts')
      return { tables: [JOB_TABLE, RUN_TABLE], migrations: [] }
    },
  },
]
