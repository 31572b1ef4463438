import { spawn } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { asUser, freePort, serverUser, type TestPostgres } from './postgres.ts'

/** What suites say where they have to be skipped. */
export const PGBOUNCER_MISSING = 'no PgBouncer: apt-get install pgbouncer'

/** The program, or undefined where it is not installed. */
export function pgbouncerProgram(): string | undefined {
  const places = ['/usr/sbin', ...(process.env.PATH ?? '').split(':')].map((place) => join(place, 'pgbouncer'))
  return places.find((path) => existsSync(path))
}

/** A PgBouncer of one's own. */
export interface TestPgbouncer {
  readonly port: number
  /** stops it and removes all of it */
  remove(): Promise<void>
}

/**
 * Starts a PgBouncer before a server, with one server connection for each user and database.
 *
 * @param settings lines of pgbouncer.ini; without any it pools by transaction
 */
export async function startPgbouncer(
  server: TestPostgres,
  users: readonly string[],
  settings: readonly string[] = ['pool_mode = transaction'],
): Promise<TestPgbouncer> {
  const program = pgbouncerProgram()
  if (program === undefined) throw new Error(PGBOUNCER_MISSING)
  const user = serverUser('postgres')
  const dir = mkdtempSync(join(tmpdir(), 'lastalive-pgbouncer-'))
  chmodSync(dir, 0o755)
  if (user !== undefined) chownSync(dir, user.uid, user.gid)
  const port = await freePort()
  writeFileSync(join(dir, 'users'), users.map((name) => `"${name}" ""\n`).join(''))
  writeFileSync(join(dir, 'pgbouncer.ini'), configuration({ port, dir, serverPort: server.port, settings }))
  const [command, parameters] = asUser(user, [program, '-q', join(dir, 'pgbouncer.ini')])
  const process_ = spawn(command, [...parameters], { cwd: dir, stdio: 'ignore' })
  const ended = new Promise((resolve) => process_.once('exit', resolve))
  // For a test run that dies: it must not outlive it.
  const kill = (): void => void process_.kill('SIGKILL')
  process.once('exit', kill)
  await untilItListens(port)
  return {
    port,
    remove: async () => {
      kill()
      await ended
      process.off('exit', kill)
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

interface Places {
  readonly port: number
  readonly dir: string
  readonly serverPort: number
  readonly settings: readonly string[]
}

function configuration({ port, dir, serverPort, settings }: Places): string {
  return [
    '[databases]',
    `* = host=127.0.0.1 port=${serverPort}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = trust',
    `auth_file = ${join(dir, 'users')}`,
    ...settings,
    'default_pool_size = 1',
    'server_tls_sslmode = disable',
    '',
  ].join('\n')
}

async function untilItListens(port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const isUp = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1')
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
      socket.once('connect', () => socket.destroy())
    })
    if (isUp) return
    await sleep(50)
  }
  throw new Error('PgBouncer does not start')
}
