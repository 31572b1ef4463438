import type { OwnTable } from '../drivers/own-table.ts'
import type { SqlDriver } from '../drivers/target.ts'
import type { Migration } from './own-tables.ts'

/** Which version the tables of a subject have, a row for each. */
export const VERSION_TABLE: OwnTable = {
  name: 'lastalive_schema',
  about: 'the version of the tables of lastalive',
  making: {
    postgres: 'CREATE TABLE IF NOT EXISTS lastalive_schema (subject varchar(40) PRIMARY KEY, version integer NOT NULL)',
    mysql:
      'CREATE TABLE IF NOT EXISTS lastalive_schema (subject varchar(40) CHARACTER SET ascii NOT NULL PRIMARY KEY, version int NOT NULL)',
    sqlite: 'CREATE TABLE IF NOT EXISTS lastalive_schema (subject text NOT NULL PRIMARY KEY, version integer NOT NULL)',
  },
  probe: 'SELECT subject, version FROM lastalive_schema WHERE 1 = 0',
  rights: { writer: ['SELECT'], reader: ['SELECT'] },
}

/** Asks for the version of the tables of a subject: no row where there are none yet. */
export function versionQuery(subject: string): string {
  return `SELECT version FROM lastalive_schema WHERE subject = '${subject}'`
}

/** What writes it. */
export function versionStatement(driver: SqlDriver, subject: string, version: number): string {
  const insert = `INSERT INTO lastalive_schema (subject, version) VALUES ('${subject}', ${version})`
  return driver === 'mysql'
    ? `${insert} ON DUPLICATE KEY UPDATE version = VALUES(version)`
    : `${insert} ON CONFLICT (subject) DO UPDATE SET version = excluded.version`
}

/**
 * The statements that bring tables up to the present version.
 *
 * @param found the version that they have; undefined where they are made anew, at the first version
 * @returns undefined where a later version of the command has made them
 */
export function stepsFrom(
  found: number | undefined,
  migrations: readonly Migration[],
  driver: SqlDriver,
): readonly string[] | undefined {
  const present = migrations.length + 1
  if (found !== undefined && found > present) return undefined
  return migrations.slice((found ?? 1) - 1).flatMap((migration) => migration[driver])
}
