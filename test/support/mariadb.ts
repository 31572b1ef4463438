import { execFile, spawn } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { asUser, freePort, serverUser } from './postgres.ts'
import { freezeAll } from './processes.ts'

const run = promisify(execFile)

/** What suites say where they have to be skipped. */
export const MARIADB_MISSING = 'no MariaDB server programs: apt-get install mariadb-server'

/** A MariaDB server of one's own, which may be stopped, frozen and broken. */
export interface TestMariadb {
  readonly port: number
  /** path of its socket */
  readonly socket: string
  /** its directory; the data are below, owned by the server's user */
  readonly dir: string
  pid(): number
  /** runs SQL with the client as the superuser, and gives back what it prints: rows on lines, values between tabs */
  query(sql: string, database?: string): Promise<string>
  stop(): Promise<void>
  start(): Promise<void>
  /** SIGSTOP: connections are accepted, and nothing is ever answered */
  freeze(): void
  thaw(): void
  /** stops it and removes all of it */
  remove(): Promise<void>
}

/** Where the server's programs are, or undefined where they are not installed. */
export function mariadbBinaries():
  | { readonly server: string; readonly install: string; readonly client: string }
  | undefined {
  const places = ['/usr/sbin', '/usr/local/sbin', ...(process.env.PATH ?? '').split(':')].filter(
    (place) => place !== '',
  )
  const find = (name: string): string | undefined =>
    places.map((place) => join(place, name)).find((path) => existsSync(path))
  const [server, install, client] = [find('mariadbd'), find('mariadb-install-db'), find('mariadb')]
  if (server === undefined || install === undefined || client === undefined) return undefined
  return { server, install, client }
}

/** Small and without care for crashes, so that it starts fast. */
const SETTINGS = [
  '--bind-address=127.0.0.1',
  '--skip-name-resolve',
  '--performance-schema=OFF',
  '--innodb-buffer-pool-size=8M',
  '--innodb-log-file-size=4M',
  '--innodb-flush-log-at-trx-commit=0',
  '--innodb-fast-shutdown=2',
  '--aria-pagecache-buffer-size=1M',
  '--key-buffer-size=1M',
  '--max-connections=30',
  // Logins that are broken off on purpose must not lock our own host out.
  '--max-connect-errors=1000000',
]

/**
 * Makes a server in a temporary directory, and starts it.
 *
 * @param options.timeZone what its time_zone SYSTEM is, as TZ has it
 */
export async function startMariadb(
  settings: readonly string[] = [],
  { timeZone }: { readonly timeZone?: string } = {},
): Promise<TestMariadb> {
  const programs = mariadbBinaries()
  if (programs === undefined) throw new Error(MARIADB_MISSING)
  const user = serverUser('mysql')
  const dir = mkdtempSync(join(tmpdir(), 'lastalive-my-'))
  chmodSync(dir, 0o755)
  if (user !== undefined) chownSync(dir, user.uid, user.gid)
  const dataDir = join(dir, 'data')
  const socket = join(dir, 'server.sock')
  const port = await freePort()
  const data = ['--no-defaults', `--datadir=${dataDir}`]
  const once = ['--auth-root-authentication-method=normal', '--skip-test-db', '--innodb-log-file-size=4M']
  const [install, words] = asUser(user, [programs.install, ...data, ...once])
  // Two that begin at a time call their temporary tables the same.
  const TMPDIR = dir
  await run(install, [...words], { cwd: dir, env: { PATH: `${process.env.PATH}:/usr/sbin`, TMPDIR } })
  let pid = 0
  let ended: Promise<unknown> = Promise.resolve()

  const query = async (sql: string, database = 'mysql'): Promise<string> => {
    const parameters = [
      '--no-defaults',
      `--socket=${socket}`,
      '--user=root',
      '--skip-column-names',
      '--batch',
      '--default-character-set=utf8mb4',
    ]
    const { stdout } = await run(programs.client, [...parameters, `--database=${database}`, `--execute=${sql}`])
    return stdout.trim()
  }

  const start = async (): Promise<void> => {
    const options = [...data, `--socket=${socket}`, `--port=${port}`, `--pid-file=${join(dir, 'pid')}`, ...SETTINGS]
    const [program, parameters] = asUser(user, [programs.server, ...options, ...settings])
    const env = { ...process.env, TMPDIR, ...(timeZone === undefined ? {} : { TZ: timeZone }) }
    const server = spawn(program, [...parameters], { cwd: dir, stdio: 'ignore', env })
    pid = server.pid ?? 0
    ended = new Promise((resolve) => server.once('exit', resolve))
    process.once('exit', kill)
    for (let tries = 0; tries < 400; tries++) {
      const isUp =
        existsSync(socket) &&
        (await query('SELECT 1').then(
          () => true,
          () => false,
        ))
      if (isUp) return
      await sleep(25)
    }
    throw new Error('MariaDB does not start')
  }

  const signal = (name: NodeJS.Signals): void => {
    if (pid !== 0) process.kill(pid, name)
  }
  /** For a test run that dies: the server must not outlive it. */
  const kill = (): void => {
    signal('SIGKILL')
    rmSync(dir, { recursive: true, force: true })
  }

  const stop = async (): Promise<void> => {
    if (pid === 0) return
    signal('SIGCONT')
    signal('SIGTERM')
    const isStopped = await Promise.race([ended.then(() => true), sleep(5_000, false, { ref: false })])
    if (!isStopped) signal('SIGKILL')
    await ended
    pid = 0
    process.off('exit', kill)
  }

  await start()
  return {
    port,
    socket,
    dir,
    pid: () => pid,
    query,
    stop,
    start,
    freeze: () => freezeAll([pid]),
    thaw: () => signal('SIGCONT'),
    remove: async () => {
      await stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
