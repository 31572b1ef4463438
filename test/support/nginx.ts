import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort, makeCertificate } from './postgres.ts'
import { startServerGroup } from './server-group.ts'
import { launcherOf } from './unpacked.ts'

/** What suites say where they have to be skipped. */
export const NGINX_MISSING = 'no nginx: let .ci/run unpack it, or apt-get install nginx-light'

const NGINX = '/usr/sbin/nginx'
const launcher = launcherOf('.nginx', [NGINX])

export function canRunNginx(): boolean {
  return launcher !== undefined
}

/** nginx, in plain and with TLS, with the files of a directory. */
export interface TestNginx {
  /** `http://127.0.0.1:PORT` */
  readonly url: string
  /** `https://localhost:PORT` */
  readonly secureUrl: string
  /** file with the certificate of the authority that vouches for it */
  readonly authority: string
  /** writes a file that it serves */
  put(name: string, text: string): void
  /** stops all of it at once, as SIGSTOP does */
  freeze(): void
  remove(): Promise<void>
}

const conf = (dir: string, [plain, secure]: readonly [number, number]): string => `
daemon off;
${process.getuid?.() === 0 ? 'user root;' : ''}
worker_processes 1;
pid ${dir}/pid;
error_log ${dir}/error.log;
events {}
http {
  access_log off;
  if_modified_since before;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${dir}/${name};`).join(' ')}
  server {
    listen 127.0.0.1:${plain};
    listen 127.0.0.1:${secure} ssl;
    ssl_certificate ${dir}/server.crt;
    ssl_certificate_key ${dir}/server.key;
    root ${dir}/files;
    location /moved { return 301 /new?token=x; }
    location /new { return 200 "here now"; }
    location /login { auth_basic shop; auth_basic_user_file ${dir}/users; }
  }
}
`

/** Starts it in a temporary directory, on loopback. */
export async function startNginx(): Promise<TestNginx> {
  if (launcher === undefined) throw new Error(NGINX_MISSING)
  const dir = mkdtempSync(join(tmpdir(), 'lastalive-nginx-'))
  const ports = [await freePort(), await freePort()] as const
  mkdirSync(join(dir, 'files'))
  makeCertificate(join(dir, 'authority'), { name: 'Authority of a test' })
  makeCertificate(join(dir, 'server'), {
    name: 'localhost',
    altName: 'DNS:localhost',
    authority: join(dir, 'authority'),
  })
  // me:geheim
  writeFileSync(join(dir, 'users'), 'me:{PLAIN}geheim\n')
  writeFileSync(join(dir, 'nginx.conf'), conf(dir, ports))
  const server = startServerGroup([...launcher, NGINX, '-c', join(dir, 'nginx.conf'), '-p', dir])
  const kill = (): void => {
    server.kill()
    rmSync(dir, { recursive: true, force: true, maxRetries: 10 })
  }
  process.once('exit', kill)
  const log = join(dir, 'error.log')
  for (let tries = 0; !(await listens(ports[0])); tries++) {
    if (tries > 400) throw new Error(`nginx does not start: ${readFileSync(log, 'utf8')}`)
    await sleep(25)
  }
  return {
    url: `http://127.0.0.1:${ports[0]}`,
    secureUrl: `https://localhost:${ports[1]}`,
    authority: join(dir, 'authority.crt'),
    put: (name, text) => writeFileSync(join(dir, 'files', name), text),
    freeze: () => server.freeze(),
    remove: async () => {
      const ended = server.ended()
      kill()
      await ended
      process.off('exit', kill)
    },
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
