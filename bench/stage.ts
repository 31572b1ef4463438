import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { build } from 'rolldown'
import { mariadbBinaries, startMariadb, type TestMariadb } from '../test/support/mariadb.ts'
import { startPostgres, type TestPostgres } from '../test/support/postgres.ts'
import { createWriter, FILL, FLEET } from './fleet.ts'
import type { Place } from './peers.ts'
import type { Runtime } from './runtime.ts'

/** What everything is asked for. */
export const KEY = 'worker-1'

/** Servers with beats in them, and what is asked of them. */
export interface Stage {
  readonly root: string
  readonly dir: string
  readonly postgres: TestPostgres
  readonly mariadb: TestMariadb | undefined
  readonly sqlite: string
  /** the floor, bundled */
  readonly floor: string
  readonly place: Place
  /** of PostgreSQL, by TCP as the others ask it */
  readonly url: string
  readonly write: ReturnType<typeof createWriter>
  /** lets all of them beat at this moment */
  beat(): Promise<void>
  /** the built command on a runtime, with a home of its own for compiled code */
  command(node: Runtime, ...args: readonly string[]): readonly string[]
  remove(): Promise<void>
}

/** Starts the servers in temporary directories. */
export async function makeStage(root: string): Promise<Stage> {
  const dir = mkdtempSync(join(tmpdir(), 'lastalive-bench-'))
  const postgres = await startPostgres(['max_connections=300'])
  await postgres.query(FILL)
  const mariadb = mariadbBinaries() === undefined ? undefined : await startMariadb()
  await mariadb?.query(
    `CREATE DATABASE bench; CREATE TABLE bench.runtime_info(rt_key varchar(100) PRIMARY KEY, rt_value text);
     INSERT INTO bench.runtime_info VALUES ('worker-1', unix_timestamp());
     CREATE USER watch@'127.0.0.1' IDENTIFIED BY 'secret'; GRANT SELECT ON bench.* TO watch@'127.0.0.1'`,
  )
  const sqlite = join(dir, 'app.db')
  const file = new Database(sqlite)
  file.exec(`CREATE TABLE runtime_info(rt_key text PRIMARY KEY, rt_value text); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL
    SELECT i + 1 FROM n WHERE i < ${FLEET}) INSERT INTO runtime_info SELECT 'worker-' || i, strftime('%s', 'now') FROM n`)
  const floor = join(dir, 'floor.cjs')
  await build({
    input: join(root, 'bench/floor.js'),
    platform: 'node',
    external: ['pg-native'],
    logLevel: 'warn',
    output: { file: floor, format: 'cjs', minify: true, comments: false, charset: 'ascii' },
  })
  const place = { host: '127.0.0.1', port: postgres.port, user: 'postgres', dbname: 'postgres' }
  return {
    root,
    dir,
    postgres,
    mariadb,
    sqlite,
    floor,
    place,
    url: `postgres://postgres@127.0.0.1:${postgres.port}/postgres`,
    write: createWriter(join(dir, 'configurations')),
    beat: async () => {
      const now = "UPDATE runtime_info SET rt_value = floor(extract(epoch FROM now()))::text WHERE rt_key = 'worker-1'"
      await postgres.query(now)
      file.exec("UPDATE runtime_info SET rt_value = strftime('%s', 'now') WHERE rt_key = 'worker-1'")
      await mariadb?.query('UPDATE bench.runtime_info SET rt_value = unix_timestamp()')
    },
    command: (node, ...args) => [node.path, join(root, 'bin/lastalive.js'), ...args],
    remove: async () => {
      file.close()
      await mariadb?.remove()
      await postgres.remove()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
