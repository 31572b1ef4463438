import { execFileSync, spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { postgresBinaries, type TestPostgres } from './postgres.ts'
import { type Worker, workerOf } from './workers.ts'

/** Where .ci/run unpacks the packages. */
const UNPACKED = fileURLToPath(new URL('../../node_modules/.queues', import.meta.url))

export const QUEUE_DAEMONS_MISSING = 'no pgqd and pgAgent: let .ci/run unpack them'

/** Whether both are there, with what they need in the database. */
export function areQueueDaemonsThere(): boolean {
  const programs = ['pgqd', 'pgagent'].map((name) => join(UNPACKED, 'usr/bin', name))
  return [...programs, scriptOf('pgq'), scriptOf('pgagent')].every((path) => path !== undefined && existsSync(path))
}

const SCRIPTS = { pgq: /\/contrib\/pgq_pl_only\.sql$/, pgagent: /\/extension\/pgagent--[\d.]+\.sql$/ } as const

function scriptOf(name: keyof typeof SCRIPTS): string | undefined {
  const share = join(UNPACKED, 'usr/share/postgresql')
  if (!existsSync(share)) return undefined
  const paths = readdirSync(share, { recursive: true, encoding: 'utf8' }).map((path) => join(share, path))
  return paths.find((path) => SCRIPTS[name].test(path))
}

/**
 * Makes a database with what the extension makes. The extension itself would have to lie among the server's own files;
 * what a server only does for extensions is left out, and PgQ is told which version it is.
 */
export async function makeQueueDatabase(server: TestPostgres, name: keyof typeof SCRIPTS): Promise<void> {
  await server.query(`CREATE DATABASE ${name}`)
  if (name === 'pgagent') await server.query('CREATE SCHEMA pgagent', name)
  const script = readFileSync(scriptOf(name) ?? '', 'utf8').replaceAll(/^.*pg_extension_config_dump.*$/gm, '')
  const words = ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-h', server.socketDir, '-p', String(server.port)]
  const stdio: ['pipe', 'ignore', 'pipe'] = ['pipe', 'ignore', 'pipe']
  execFileSync(join(postgresBinaries() ?? '', 'psql'), [...words, '-U', 'postgres', '-d', name], {
    input: script,
    stdio,
  })
  if (name === 'pgq') {
    await server.query("CREATE OR REPLACE FUNCTION pgq.version() RETURNS text LANGUAGE sql AS 'SELECT ''3.5'''", name)
  }
}

/** Starts the daemon on the database of its name. Both look each second. */
export function startQueueDaemon(server: TestPostgres, name: keyof typeof SCRIPTS): Worker {
  const place = `host=127.0.0.1 port=${server.port} user=postgres`
  const program = name === 'pgq' ? 'pgqd' : 'pgagent'
  const words =
    name === 'pgq' ? [writePgqd(server.dir, place)] : ['-f', '-t', '1', '-r', '10', `${place} dbname=${name}`]
  const lib = join(UNPACKED, 'usr/lib')
  const libraries = existsSync(lib) ? readdirSync(lib).map((directory) => join(lib, directory)) : []
  return workerOf(
    spawn(join(UNPACKED, 'usr/bin', program), words, {
      stdio: 'ignore',
      env: { ...process.env, LD_LIBRARY_PATH: libraries.join(':') },
    }),
  )
}

function writePgqd(dir: string, place: string): string {
  const settings = { logfile: join(dir, 'pgqd.log'), pidfile: join(dir, 'pgqd.pid'), base_connstr: place }
  const lines = Object.entries({ ...settings, database_list: 'pgq' }).map(([key, value]) => `${key} = ${value}\n`)
  const path = join(dir, 'pgqd.ini')
  writeFileSync(path, `[pgqd]\n${lines.join('')}`)
  return path
}
