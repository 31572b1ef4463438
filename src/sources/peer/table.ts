import type { Change } from '../../drivers/driver.ts'
import type { OwnTable } from '../../drivers/own-table.ts'
import type { SqlDriver } from '../../drivers/target.ts'

/** What its name may be at most, so that it can be the key of a table in each server. */
export const LONGEST_NAME = 190

/** What watchers leave for each other: a row for each, by its name. Its time is that of the database. */
export const WATCHER_TABLE: OwnTable = {
  name: 'lastalive_watcher',
  about: 'what each watcher leaves for its peers, a row for each',
  making: {
    postgres: `CREATE TABLE IF NOT EXISTS lastalive_watcher (
  name varchar(${LONGEST_NAME}) PRIMARY KEY,
  beat_at timestamptz NOT NULL,
  last_run text NOT NULL
)`,
    // Names that differ in a capital letter or in a blank are two.
    mysql: `CREATE TABLE IF NOT EXISTS lastalive_watcher (
  name varchar(${LONGEST_NAME}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL PRIMARY KEY,
  beat_at datetime(6) NOT NULL COMMENT 'UTC',
  last_run text CHARACTER SET utf8mb4 NOT NULL
)`,
    sqlite: `CREATE TABLE IF NOT EXISTS lastalive_watcher (
  name text NOT NULL PRIMARY KEY,
  beat_at text NOT NULL, -- UTC
  last_run text NOT NULL
)`,
  },
  probe: 'SELECT name, beat_at, last_run FROM lastalive_watcher WHERE 1 = 0',
  rights: { writer: ['SELECT', 'INSERT', 'UPDATE'], reader: ['SELECT'] },
}

const NOW: Readonly<Record<SqlDriver, string>> = {
  postgres: 'pg_catalog.clock_timestamp()',
  mysql: 'utc_timestamp(6)',
  sqlite: "strftime('%Y-%m-%d %H:%M:%f', 'now')",
}

/** How long ago the row was written, in seconds on the clock of the database that wrote it. */
const AGE: Readonly<Record<SqlDriver, string>> = {
  postgres: 'extract(epoch from pg_catalog.clock_timestamp() - beat_at)',
  mysql: 'timestampdiff(microsecond, beat_at, utc_timestamp(6)) / 1000000',
  sqlite: "(julianday('now') - julianday(beat_at)) * 86400.0",
}

const PLACES: Readonly<Record<SqlDriver, readonly [string, string]>> = {
  postgres: ['$1', '$2'],
  mysql: ['?', '?'],
  sqlite: ['?', '?'],
}

/** Asks what a watcher has left: the age of its row, and what its last run was, as JSON. */
export function readingOf(driver: SqlDriver): string {
  return `SELECT ${AGE[driver]}, last_run FROM lastalive_watcher WHERE name = ${PLACES[driver][0]}`
}

/**
 * Writes the row of a watcher.
 *
 * @param lastRun as JSON
 */
export function beatOf(
  driver: SqlDriver,
  { name, lastRun }: { readonly name: string; readonly lastRun: string },
): Change {
  const [first, second] = PLACES[driver]
  const insert = `INSERT INTO lastalive_watcher (name, beat_at, last_run) VALUES (${first}, ${NOW[driver]}, ${second})`
  const update =
    driver === 'mysql'
      ? 'ON DUPLICATE KEY UPDATE beat_at = VALUES(beat_at), last_run = VALUES(last_run)'
      : 'ON CONFLICT (name) DO UPDATE SET beat_at = excluded.beat_at, last_run = excluded.last_run'
  return { sql: `${insert} ${update}`, parameters: [name, lastRun] }
}
