import { execFile, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { eventually } from './eventually.ts'
import { freePort } from './postgres.ts'

const run = promisify(execFile)

/** What suites say where they have to be skipped. */
export const REDIS_MISSING = 'no Redis server programs: apt-get install redis-server'

/** A Redis server of one's own, which may be frozen and broken. */
export interface TestRedis {
  readonly port: number
  /** `redis://127.0.0.1:PORT` */
  readonly url: string
  /** path of its socket */
  readonly socket: string
  /** port of TLS, where it has that */
  readonly tlsPort: number
  readonly pid: number
  /** runs one command with redis-cli as the first user, and gives back what it prints */
  cli(...words: readonly string[]): Promise<string>
  /** SIGSTOP: connections are accepted, and nothing is ever answered */
  freeze(): void
  thaw(): void
  remove(): Promise<void>
}

/** Where the programs are; undefined where they are not installed. */
export function redisBinaries(): { readonly server: string; readonly client: string } | undefined {
  const places = ['/usr/bin', '/usr/local/bin', ...(process.env.PATH ?? '').split(':')].filter((place) => place !== '')
  const find = (...names: readonly string[]): string | undefined =>
    places.flatMap((place) => names.map((name) => join(place, name))).find((path) => existsSync(path))
  const [server, client] = [find('redis-server', 'valkey-server'), find('redis-cli', 'valkey-cli')]
  return server === undefined || client === undefined ? undefined : { server, client }
}

/**
 * Starts a server on loopback that keeps nothing.
 *
 * @param options.tls the paths of a certificate, without an ending, that the server shows
 * @param options.settings further ones, as in redis.conf
 */
export async function startRedis({
  tls,
  settings = [],
}: {
  readonly tls?: string
  readonly settings?: readonly string[]
} = {}): Promise<TestRedis> {
  const programs = redisBinaries()
  if (programs === undefined) throw new Error(REDIS_MISSING)
  const dir = mkdtempSync(join(tmpdir(), 'lastalive-redis-'))
  const [port, tlsPort, socket] = [await freePort(), await freePort(), join(dir, 'redis.sock')]
  const encrypted =
    tls === undefined
      ? []
      : ['--tls-port', `${tlsPort}`, '--tls-cert-file', `${tls}.crt`, '--tls-key-file', `${tls}.key`]
  const trusting = tls === undefined ? [] : ['--tls-ca-cert-file', `${tls}.crt`, '--tls-auth-clients', 'no']
  const place = ['--bind', '127.0.0.1', '--port', `${port}`, '--unixsocket', socket, '--dir', dir]
  const args = [...place, '--save', '', '--appendonly', 'no', ...encrypted, ...trusting, ...settings]
  const server = spawn(programs.server, args, { stdio: 'ignore' })
  const ended = new Promise((resolve) => server.once('exit', resolve))
  const cli: TestRedis['cli'] = async (...words) => {
    const { stdout } = await run(programs.client, ['-s', socket, ...words])
    return stdout.trim()
  }
  // Whatever it answers, it is there: some ask for a password first.
  await eventually(() => cli('PING').catch(() => undefined), { what: 'the server' })
  const pid = server.pid ?? 0
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    socket,
    tlsPort,
    pid,
    cli,
    freeze: () => void process.kill(pid, 'SIGSTOP'),
    thaw: () => void process.kill(pid, 'SIGCONT'),
    remove: async () => {
      server.kill('SIGKILL')
      await ended
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
