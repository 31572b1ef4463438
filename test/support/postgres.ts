import { execFile, execFileSync, spawn } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { family, freezeAll, signalAll } from './processes.ts'

const run = promisify(execFile)

/** What suites say where they have to be skipped. */
export const POSTGRES_MISSING = 'no PostgreSQL server programs: apt-get install postgresql'

/** A PostgreSQL server of one's own, which may be stopped, frozen and broken. */
export interface TestPostgres {
  readonly port: number
  readonly socketDir: string
  /** for the superuser `postgres`, who needs no password through the socket */
  readonly url: string
  /** of the postmaster; changes with each start */
  pid(): number
  /** its directory; the data are below, owned by the server's user */
  readonly dir: string
  readonly dataDir: string
  /** runs SQL with psql as the superuser, and gives back what it prints, unaligned and without headers */
  query(sql: string, dbname?: string): Promise<string>
  /** the same at any place that libpq's keywords name */
  queryAt(conninfo: string, sql: string): Promise<string>
  stop(): Promise<void>
  start(): Promise<void>
  /** SIGSTOP for all its processes: connections are accepted, and nothing is ever answered */
  freeze(): void
  thaw(): void
  /** runs a command as the server's user, for files that must be its own */
  runAs(command: string, parameters: readonly string[]): Promise<void>
  /** reads pg_hba.conf and postgresql.conf again */
  reload(): Promise<void>
  /** stops it and removes all of it */
  remove(): Promise<void>
}

/** The directory with initdb and postgres, or undefined where they are not installed. */
export function postgresBinaries(): string | undefined {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : []
  const places = [...versions.map((version) => join(debian, version, 'bin')), ...(process.env.PATH ?? '').split(':')]
  return places.find((place) => place !== '' && ['initdb', 'postgres'].every((name) => existsSync(join(place, name))))
}

/** A TCP port on which nobody listens at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** Whom a server runs as. */
export interface User {
  readonly uid: number
  readonly gid: number
}

/** Servers refuse to run as root: then their packages' user serves, or else nobody. */
export function serverUser(packages: string): User | undefined {
  if (process.getuid?.() !== 0) return undefined
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  const account = [packages, 'nobody'].map((name) => accounts.find((fields) => fields[0] === name)).find(Boolean)
  if (account === undefined) throw new Error(`no user to run a server as: ${packages}`)
  return { uid: Number(account[2]), gid: Number(account[3]) }
}

/** The command with its parameters, as the other user. */
export function asUser(user: User | undefined, command: readonly string[]): readonly [string, readonly string[]] {
  const [program = '', ...parameters] = command
  if (user === undefined) return [program, parameters]
  return ['setpriv', ['--reuid', String(user.uid), '--regid', String(user.gid), '--clear-groups', ...command]]
}

const CONFIGURATION = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'shared_buffers=16MB',
  'max_connections=30',
  'autovacuum=off',
  'listen_addresses=127.0.0.1',
  'lc_messages=C',
]

/**
 * Makes a server in a temporary directory, and starts it.
 *
 * @param settings `name=value` of postgresql.conf
 * @param options.primary makes it a standby that follows this one by streaming, until `SELECT pg_promote()`
 */
export async function startPostgres(
  settings: readonly string[] = [],
  { primary }: { readonly primary?: TestPostgres } = {},
): Promise<TestPostgres> {
  const bin = postgresBinaries()
  if (bin === undefined) throw new Error(POSTGRES_MISSING)
  const user = serverUser('postgres')
  const dir = mkdtempSync(join(tmpdir(), 'lastalive-pg-'))
  chmodSync(dir, 0o755)
  if (user !== undefined) chownSync(dir, user.uid, user.gid)
  const dataDir = join(dir, 'data')
  const port = await freePort()
  const runAs = async (command: string, parameters: readonly string[]): Promise<void> => {
    const [program, all] = asUser(user, [command, ...parameters])
    await run(program, [...all], { cwd: dir, env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' } })
  }
  if (primary === undefined) {
    await runAs(join(bin, 'initdb'), ['-D', dataDir, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync'])
  } else {
    const source = ['-h', '127.0.0.1', '-p', String(primary.port), '-U', 'postgres']
    await runAs(join(bin, 'pg_basebackup'), ['-D', dataDir, ...source, '-R', '-c', 'fast', '--no-sync'])
  }
  const options = [`port=${port}`, `unix_socket_directories=${dir}`, ...CONFIGURATION, ...settings]
  let pid = 0
  let ended: Promise<unknown> = Promise.resolve()

  const queryAt = async (conninfo: string, sql: string): Promise<string> => {
    const psql = join(bin, 'psql')
    const { stdout } = await run(psql, ['-X', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-d', conninfo, '-c', sql])
    return stdout.trim()
  }
  const query = async (sql: string, dbname = 'postgres'): Promise<string> =>
    await queryAt(`host=${dir} port=${port} user=postgres dbname=${dbname}`, sql)

  const start = async (): Promise<void> => {
    const command = [join(bin, 'postgres'), '-D', dataDir, ...options.flatMap((option) => ['-c', option])]
    const [program, parameters] = asUser(user, command)
    const server = spawn(program, [...parameters], { cwd: dir, stdio: 'ignore', env: { LC_ALL: 'C.UTF-8' } })
    pid = server.pid ?? 0
    ended = new Promise((resolve) => server.once('exit', resolve))
    process.once('exit', kill)
    for (let tries = 0; tries < 200; tries++) {
      const isUp = await query('SELECT 1').then(
        () => true,
        () => false,
      )
      if (isUp) return
      await sleep(50)
    }
    throw new Error('PostgreSQL does not start')
  }

  const signal = (name: NodeJS.Signals): void => signalAll(family(pid), name)
  /** For a test run that dies: the server must not outlive it. */
  const kill = (): void => {
    if (pid === 0) return
    signal('SIGKILL')
    rmSync(dir, { recursive: true, force: true })
  }

  const stop = async (): Promise<void> => {
    if (pid === 0) return
    signal('SIGCONT')
    // SIGINT is a fast shutdown: it does not wait for its clients.
    process.kill(pid, 'SIGINT')
    const isStopped = await Promise.race([ended.then(() => true), sleep(5_000, false, { ref: false })])
    if (!isStopped) signal('SIGKILL')
    await ended
    pid = 0
    process.off('exit', kill)
  }

  await start()
  return {
    port,
    socketDir: dir,
    url: `postgres://postgres@:${port}/postgres?host=${encodeURIComponent(dir)}`,
    pid: () => pid,
    dir,
    dataDir,
    query,
    queryAt,
    stop,
    start,
    freeze: () => freezeAll(family(pid)),
    thaw: () => signal('SIGCONT'),
    runAs,
    reload: async () => {
      await query('SELECT pg_reload_conf()')
      // The postmaster hears of it by a signal.
      await sleep(200)
    },
    remove: async () => {
      await stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** Makes a certificate with openssl: self-signed, or by an authority made before. Paths without an ending. */
export function makeCertificate(
  path: string,
  {
    name,
    altName,
    authority,
    days = 30,
  }: { readonly name: string; readonly altName?: string; readonly authority?: string; readonly days?: number },
): void {
  const request = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    String(days),
  ]
  const subject = ['-subj', `/CN=${name}`, ...(altName === undefined ? [] : ['-addext', `subjectAltName=${altName}`])]
  const signer = authority === undefined ? [] : ['-CA', `${authority}.crt`, '-CAkey', `${authority}.key`]
  const output = ['-keyout', `${path}.key`, '-out', `${path}.crt`]
  execFileSync('openssl', [...request, ...subject, ...signer, ...output], { stdio: 'ignore' })
}
