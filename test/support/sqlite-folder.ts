import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { type DatabaseTarget, parseDatabaseUrl } from '../../src/drivers/url.ts'
import { type Fixture, openDatabase } from './sqlite.ts'

/** What the conformance suite expects, as an SQLite file has it. */
export const BEATS = `CREATE TABLE beats (k text PRIMARY KEY, v);
  INSERT INTO beats VALUES ('ghosts', NULL), ('it''s', 1), ('"x"', '2')`

/** A query that never ends. */
export const ENDLESS = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) AS v FROM n'

/** A directory for the databases of one suite, gone when it is over. */
export interface SqliteFolder {
  readonly dir: string
  /** a database there, as the driver takes it; it need not exist */
  target(name: string): Promise<DatabaseTarget>
  /** makes a database, and hands it out open for writing */
  make(name: string, sql: string): Fixture
}

/** Makes such a directory. */
export function makeSqliteFolder(): SqliteFolder {
  const dir = mkdtempSync(join(tmpdir(), 'lastalive-sqlite-'))
  afterAll(() => rmSync(dir, { recursive: true }))
  return {
    dir,
    target: (name) => parseDatabaseUrl(`sqlite:${join(dir, name)}`, { env: {}, home: dir, userName: 'watch' }),
    make: (name, sql) => {
      const database = openDatabase(join(dir, name))
      database.exec(sql)
      return database
    },
  }
}
