import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { postgresBinaries, startPostgres, type TestPostgres } from './postgres.ts'

/** Where .ci/run unpacks the package. */
const UNPACKED = fileURLToPath(new URL('../../node_modules/.pg-cron', import.meta.url))

export const PG_CRON_MISSING = 'no pg_cron: let .ci/run unpack it'

/** The library and the scripts of pg_cron for the server that is there, or undefined. */
function pgCronFiles(): { readonly library: string; readonly scripts: string } | undefined {
  const version = basename(dirname(postgresBinaries() ?? ''))
  const places = ['/', UNPACKED].map((root) => ({
    library: join(root, 'usr/lib/postgresql', version, 'lib/pg_cron.so'),
    scripts: join(root, 'usr/share/postgresql', version, 'extension'),
  }))
  return places.find(({ library }) => existsSync(library))
}

/** Whether it is installed or unpacked. */
export function isPgCronThere(): boolean {
  return pgCronFiles() !== undefined
}

/** Starts a server whose database `postgres` has pg_cron. Of the package nothing lies among the server's own files. */
export async function startPgCron(): Promise<TestPostgres> {
  const files = pgCronFiles()
  if (files === undefined) throw new Error(PG_CRON_MISSING)
  const server = await startPostgres([
    'shared_preload_libraries=pg_cron',
    `dynamic_library_path=$libdir:${dirname(files.library)}`,
    'cron.use_background_workers=on',
  ])
  const names = readdirSync(files.scripts).filter((name) => /^pg_cron--.*\.sql$/.test(name))
  // The first has one version in its name, and the others lead on from there.
  const inTurn = names.sort((a, b) => a.split('--').length - b.split('--').length || (a < b ? -1 : 1))
  const made = inTurn.map((name) => readFileSync(join(files.scripts, name), 'utf8')).join('\n')
  const script = made.replaceAll('MODULE_PATHNAME', 'pg_cron').replaceAll(/^.*pg_extension_config_dump.*$/gm, '')
  const registered = `SET allow_system_table_mods = on;
    INSERT INTO pg_extension(oid, extname, extowner, extnamespace, extrelocatable, extversion)
      SELECT 99999, 'pg_cron', 10, oid, false, '1' FROM pg_namespace WHERE nspname = 'cron';`
  const words = ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-h', server.socketDir, '-p', String(server.port)]
  execFileSync(join(postgresBinaries() ?? '', 'psql'), [...words, '-U', 'postgres', '-d', 'postgres'], {
    input: `${script}\n${registered}`,
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  return server
}
