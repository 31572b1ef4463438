import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { errorCode } from '../../src/core/errors.ts'
import { COMMAND, gather } from '../support/command.ts'
import { signalAll } from '../support/processes.ts'
import { launcherOf } from '../support/unpacked.ts'
import type { Kind } from './scenarios.ts'

/** What suites say where they have to be skipped. */
export const PEERS_MISSING =
  'no check_pgsql, check_dbi or check_postgres: let .ci/run unpack them, or apt-get install monitoring-plugins-standard check-postgres libdbd-sqlite3'

/** Where a plugin is to look. */
export interface Target {
  /** of PostgreSQL, on 127.0.0.1 */
  readonly port: number
  readonly user: string
  readonly password: string | undefined
  readonly dbname: string
  /** of SQLite: a directory and the name of a file in it */
  readonly directory: string
  readonly file: string
}

/** One of those that are compared. */
export interface Plugin {
  readonly name: string
  readonly kind: Kind
  /** its command line for a target, as a person would write it */
  words(target: Target): readonly string[]
  /** its command line for its own version */
  readonly version: readonly string[]
  readonly isOurs?: boolean
}

/** What each of them has for all it does, in seconds. */
export const TIME_SECONDS = 5

/** When one that has not ended by then is killed, in seconds. */
export const PATIENCE_SECONDS = 15

const PROGRAMS = {
  check_pgsql: '/usr/lib/nagios/plugins/check_pgsql',
  check_dbi: '/usr/lib/nagios/plugins/check_dbi',
  check_postgres: '/usr/bin/check_postgres',
  check_mysql_query: '/usr/lib/nagios/plugins/check_mysql_query',
}

const launcher = launcherOf('.peers', Object.values(PROGRAMS))

/** Whether the peers are there. */
export const hasPeers = launcher !== undefined

/** The age in seconds: these plugins compare numbers, so that SQL has to make one. */
const AGE = 'round(extract(epoch FROM now()) - rt_value::numeric)'
const FROM = "FROM runtime_info WHERE rt_key = 'last_alive'"
const SQLITE_AGE = "strftime('%s', 'now') - rt_value"
const TIMEOUT = String(TIME_SECONDS)

const ours = {
  name: 'lastalive',
  version: ['lastalive', '--version'],
  isOurs: true,
} as const
const LIMITS = ['--key', 'last_alive', '--name', 'mdx', '-w', '5m', '-c', '10m', '-t', `${TIMEOUT}s`]

/** Those that are compared, in the order of the page. */
export const PLUGINS: readonly Plugin[] = [
  {
    name: 'check_pgsql',
    kind: 'postgres',
    words: ({ port, user, password, dbname }) => [
      ...['check_pgsql', '-H', '127.0.0.1', '-P', String(port), '-d', dbname, '-l', user],
      ...(password === undefined ? [] : ['-p', password]),
      ...['-t', TIMEOUT, '-q', `SELECT ${AGE} ${FROM}`, '-W', '300', '-C', '600'],
    ],
    version: ['check_pgsql', '--version'],
  },
  {
    name: 'check_postgres',
    kind: 'postgres',
    words: ({ port, user, password, dbname }) => [
      ...['check_postgres', '--action=custom_query', '--host=127.0.0.1', `--port=${port}`],
      ...[`--dbname=${dbname}`, `--dbuser=${user}`, ...(password === undefined ? [] : [`--dbpass=${password}`])],
      ...[`--timeout=${TIMEOUT}`, `--query=SELECT ${AGE} AS result ${FROM}`, '--warning=300', '--critical=600'],
    ],
    version: ['check_postgres', '--version'],
  },
  {
    ...ours,
    kind: 'postgres',
    words: ({ port, user, password, dbname }) => {
      const login = password === undefined ? user : `${user}:${password}`
      return ['lastalive', 'check', '--url', `postgres://${login}@127.0.0.1:${port}/${dbname}`, ...LIMITS]
    },
  },
  {
    name: 'check_dbi',
    kind: 'sqlite',
    words: ({ directory, file }) => [
      ...['check_dbi', '-d', 'sqlite3', '-o', `sqlite3_dbdir=${directory}`, '-o', `dbname=${file}`],
      ...['-t', TIMEOUT, '-q', `SELECT ${SQLITE_AGE} ${FROM}`, '-w', '300', '-c', '600'],
    ],
    version: ['check_dbi', '--version'],
  },
  {
    ...ours,
    kind: 'sqlite',
    words: ({ directory, file }) => ['lastalive', 'check', '--url', `sqlite:${directory}/${file}`, ...LIMITS],
  },
]

/** What came of a plugin. */
export interface PluginOutcome {
  /** null where it had to be killed */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  readonly seconds: number
  /** whether processes that it has started live on when it has ended */
  readonly hasLeftSome: boolean
}

/**
 * Runs a plugin's words, and kills it where it takes too long, and whatever it leaves behind.
 *
 * @param directory where it may lay temporary files: one of ours, as check_postgres wants it
 */
export async function runPlugin(
  [name = '', ...parameters]: readonly string[],
  directory = tmpdir(),
): Promise<PluginOutcome> {
  const program = Object.entries(PROGRAMS).find(([known]) => known === name)?.[1]
  const words = program === undefined ? [process.execPath, COMMAND] : [...(launcher ?? []), program]
  const [first = '', ...rest] = [...words, ...parameters]
  const started = performance.now()
  const env = {
    PATH: process.env.PATH,
    HOME: '/proc/nonexistent',
    TZ: 'UTC',
    LC_ALL: 'C',
    TMPDIR: directory,
  }
  const child = spawn(first, rest, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  const [closed, stdout, stderr] = [once(child, 'close'), gather(child.stdout), gather(child.stderr)]
  const group = -(child.pid ?? 0)
  const kill = setTimeout(() => signalAll([group], 'SIGKILL'), PATIENCE_SECONDS * 1_000)
  // What it has left behind may hold its output open: its own end is what counts.
  const [code] = await once(child, 'exit')
  clearTimeout(kill)
  const seconds = (performance.now() - started) / 1_000
  const hasLeftSome = isAlive(group) && (await sleep(500, group).then(isAlive))
  if (hasLeftSome) signalAll([group], 'SIGKILL')
  await closed
  return { code, stdout: stdout.join(''), stderr: stderr.join(''), seconds, hasLeftSome }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    if (errorCode(error) === 'ESRCH') return false
    throw error
  }
}
