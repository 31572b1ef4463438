import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Job } from './timing.ts'

/** Where a database is for programs that know no URLs. */
export interface Place {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly dbname: string
}

const AGE = 'round(extract(epoch FROM now()) - rt_value::numeric)'

/** What others do of the same, as far as it is installed, or unpacked below node_modules; nothing is installed for it. */
export function peersFor(root: string, place: Place, key: string): Readonly<Record<string, Job>> {
  const { host, port, user, dbname } = place
  const from = `FROM runtime_info WHERE rt_key = '${key}'`
  const perl = existsSync('/usr/bin/perl') ? '/usr/bin/perl' : undefined
  const dsn = `dbi:Pg:host=${host};port=${port};dbname=${dbname}`
  const all: Readonly<Record<string, Job | undefined>> = {
    check_pgsql: found(root, '/usr/lib/nagios/plugins/check_pgsql', [
      ...['-H', host, '-P', String(port), '-d', dbname, '-l', user],
      ...['-q', `SELECT ${AGE} ${from}`, '-W', '300', '-C', '600'],
    ]),
    check_postgres: found(root, '/usr/bin/check_postgres', [
      ...['--action=custom_query', `--host=${host}`, `--port=${port}`, `--dbname=${dbname}`, `--dbuser=${user}`],
      ...[`--query=SELECT ${AGE} AS result ${from}`, '--warning=300', '--critical=600'],
    ]),
    'a Perl script with DBI':
      perl !== undefined && spawnSync(perl, ['-MDBD::Pg', '-e', '1']).status === 0
        ? { words: [perl, join(root, 'bench/dbi.pl'), dsn, user, key] }
        : undefined,
  }
  return Object.fromEntries(Object.entries(all).flatMap(([name, job]) => (job === undefined ? [] : [[name, job]])))
}

/** The same on an SQLite file. */
export function sqlitePeersFor(directory: string, file: string, key: string): Readonly<Record<string, Job>> {
  const program = '/usr/lib/nagios/plugins/check_dbi'
  if (!existsSync(program)) return {}
  const options = ['-o', `sqlite3_dbdir=${directory}`, '-o', `dbname=${file}`]
  const query = `SELECT strftime('%s', 'now') - rt_value FROM runtime_info WHERE rt_key = '${key}'`
  return { check_dbi: { words: [program, '-d', 'sqlite3', ...options, '-q', query, '-w', '300', '-c', '600'] } }
}

function found(root: string, path: string, args: readonly string[]): Job | undefined {
  if (existsSync(path)) return { words: [path, ...args] }
  const unpacked = join(root, 'node_modules/.peers')
  if (!existsSync(join(unpacked, path))) return undefined
  return {
    words: [join(unpacked, path), ...args],
    env: { LD_LIBRARY_PATH: join(unpacked, 'usr/lib/x86_64-linux-gnu') },
  }
}
