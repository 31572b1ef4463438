import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { freePort, makeCertificate } from './postgres.ts'

const openssl = (...words: readonly string[]) => execFileSync('openssl', words, { stdio: 'ignore' })

/** A time as `openssl ca` has it. */
const inDays = (days: number): string =>
  `${new Date(Date.now() + days * 86_400_000).toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}Z`

/** Certificates for localhost and 127.0.0.1 of all kinds, in a directory. */
export function makeCertificates(): { readonly at: (name: string) => string; readonly remove: () => void } {
  const dir = mkdtempSync(join(tmpdir(), 'lastalive-tls-'))
  const at = (name: string): string => join(dir, name)
  const authority = at('authority')
  makeCertificate(authority, { name: 'Authority of a test' })
  const altName = 'DNS:localhost,IP:127.0.0.1'
  makeCertificate(at('server'), { name: 'server', altName, authority })
  makeCertificate(at('other'), { name: 'other', altName: 'DNS:other.example.org', authority })
  makeCertificate(at('alone'), { name: 'alone', altName })
  makeCertificate(at('between'), { name: 'Authority between', authority })
  makeCertificate(at('leaf'), { name: 'leaf', altName, authority: at('between') })
  for (const [name, start, end] of [
    ['expired', '20200101000000Z', '20200201000000Z'],
    ['early', '20900101000000Z', '20910101000000Z'],
    ['short', '20200101000000Z', inDays(5)],
  ] as const) {
    mkdirSync(at(`${name}.ca`))
    writeFileSync(at(`${name}.ca/index.txt`), '')
    writeFileSync(
      at(`${name}.cnf`),
      `[ca]\ndefault_ca=d\n[d]\nnew_certs_dir=${at(`${name}.ca`)}\ndatabase=${at(`${name}.ca/index.txt`)}\nrand_serial=yes\ndefault_md=sha256\npolicy=p\nx509_extensions=x\n[p]\ncommonName=supplied\n[x]\nsubjectAltName=${altName}\n`,
    )
    openssl(
      'req',
      '-new',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-subj',
      `/CN=${name}`,
      '-keyout',
      at(`${name}.key`),
      '-out',
      at(`${name}.csr`),
    )
    const ca = ['-config', at(`${name}.cnf`), '-cert', `${authority}.crt`, '-keyfile', `${authority}.key`]
    openssl(
      'ca',
      '-batch',
      '-notext',
      ...ca,
      '-startdate',
      start,
      '-enddate',
      end,
      '-in',
      at(`${name}.csr`),
      '-out',
      at(`${name}.crt`),
    )
  }
  return { at, remove: () => rmSync(dir, { recursive: true, force: true }) }
}

/** Starts `openssl s_server` on loopback; it ends after the test. */
export async function startSServer(path: string, more: readonly string[] = []): Promise<number> {
  const port = await freePort()
  const words = [
    's_server',
    '-accept',
    `127.0.0.1:${port}`,
    '-cert',
    `${path}.crt`,
    '-key',
    `${path}.key`,
    '-quiet',
    ...more,
  ]
  const server = spawn('openssl', words, { stdio: ['pipe', 'ignore', 'ignore'] })
  onTestFinished(() => void server.kill('SIGKILL'))
  for (let tries = 0; tries < 400; tries++) {
    const isUp = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1')
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
      socket.once('connect', () => socket.destroy())
    })
    if (isUp) return port
    await sleep(25)
  }
  throw new Error('openssl s_server does not start')
}
