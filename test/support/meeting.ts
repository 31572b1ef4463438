import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { mariadbBinaries, startMariadb } from './mariadb.ts'
import { postgresBinaries, startPostgres } from './postgres.ts'

/** A database in which watchers leave rows for each other. */
export interface Meeting {
  readonly kind: 'PostgreSQL' | 'MariaDB' | 'SQLite'
  /** as whoever makes tables */
  readonly owner: string
  /** as whoever writes rows, and nothing else */
  readonly writer: string
  /** as whoever reads them, and nothing else */
  readonly reader: string
  /** the roles of these two, as `lastalive schema` takes them */
  readonly roles: readonly string[]
  /** any SQL, as whoever owns it */
  query(sql: string): Promise<string>
  /** pastes a script into the database's own client */
  paste(script: string): void
  /** it is away, and back */
  away(): Promise<void>
  back(): Promise<void>
  remove(): Promise<void>
}

/** A PostgreSQL with a database mail. */
async function meetInPostgres(): Promise<Meeting> {
  const server = await startPostgres()
  for (const sql of ['CREATE DATABASE mail', 'CREATE ROLE writer LOGIN', 'CREATE ROLE reader LOGIN']) {
    await server.query(sql)
  }
  const as = (user: string): string => `postgres://${user}@127.0.0.1:${server.port}/mail`
  return {
    kind: 'PostgreSQL',
    owner: as('postgres'),
    writer: as('writer'),
    reader: as('reader'),
    roles: ['--writer', 'writer', '--reader', 'reader'],
    query: (sql) => server.query(sql, 'mail'),
    paste: (input) =>
      void execFileSync(
        join(postgresBinaries() ?? '', 'psql'),
        ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', as('postgres')],
        {
          input,
          stdio: ['pipe', 'ignore', 'pipe'],
        },
      ),
    away: () => server.stop(),
    back: () => server.start(),
    remove: () => server.remove(),
  }
}

/** A MariaDB with a database mail. */
async function meetInMariadb(): Promise<Meeting> {
  const server = await startMariadb(['--binlog-format=STATEMENT', '--log-bin=bin'])
  await server.query("CREATE DATABASE mail; CREATE USER owner@'%'; GRANT ALL ON mail.* TO owner@'%' WITH GRANT OPTION")
  await server.query("CREATE USER writer@'127.0.0.1'; CREATE USER reader@'127.0.0.1'")
  const as = (user: string): string => `mysql://${user}@127.0.0.1:${server.port}/mail`
  const client = mariadbBinaries()?.client ?? 'mariadb'
  return {
    kind: 'MariaDB',
    owner: as('owner'),
    writer: as('writer'),
    reader: as('reader'),
    roles: ['--writer', 'writer@127.0.0.1', '--reader', 'reader@127.0.0.1'],
    query: (sql) => server.query(sql, 'mail'),
    paste: (input) =>
      void execFileSync(client, ['--no-defaults', '-h127.0.0.1', `-P${server.port}`, '-uowner', 'mail'], {
        input,
        stdio: ['pipe', 'ignore', 'pipe'],
      }),
    away: () => server.stop(),
    back: () => server.start(),
    remove: () => server.remove(),
  }
}

/** An SQLite file. */
async function meetInSqlite(): Promise<Meeting> {
  const dir = mkdtempSync(join(tmpdir(), 'lastalive-meet-'))
  const path = join(dir, 'meet.db')
  const database = new Database(path)
  database.exec('CREATE TABLE other (a)')
  const url = `sqlite:${path}`
  return {
    kind: 'SQLite',
    owner: url,
    writer: url,
    reader: url,
    roles: [],
    query: async (sql) => {
      const statement = database.prepare(sql)
      if (statement.reader) return String(statement.pluck().get())
      statement.run()
      return ''
    },
    paste: (script) => void database.exec(script),
    away: async () => void database.exec('BEGIN EXCLUSIVE; CREATE TABLE held (a)'),
    back: async () => void database.exec('ROLLBACK'),
    remove: async () => {
      database.close()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

const ALL = [
  { kind: 'PostgreSQL', canMeet: postgresBinaries() !== undefined, meet: meetInPostgres },
  { kind: 'MariaDB', canMeet: mariadbBinaries() !== undefined, meet: meetInMariadb },
  { kind: 'SQLite', canMeet: true, meet: meetInSqlite },
] as const

/** The databases in which watchers may meet: how each is made, and whether that can be done here. Each takes a while. */
export const MEETINGS = process.env.LASTALIVE_TEST_ALL === '1' ? ALL : ALL.filter(({ kind }) => kind === 'PostgreSQL')
