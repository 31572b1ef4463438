import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { makeCertificate } from '../../support/postgres.ts'
import { startRaw } from '../../support/raw.ts'
import { said } from '../one-check.ts'

let dir: string
const at = (name: string): string => join(dir, name)
const pem = (name: string): string => readFileSync(at(name), 'utf8')

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'lastalive-https-'))
  makeCertificate(at('authority'), { name: 'Authority of a test' })
  const authority = at('authority')
  makeCertificate(at('server'), { name: 'localhost', altName: 'DNS:localhost,IP:127.0.0.1', authority })
  makeCertificate(at('other'), { name: 'other', altName: 'DNS:other.example.org', authority })
  makeCertificate(at('client'), { name: 'client', authority })
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

async function serve(name: string, options: ServerOptions = {}): Promise<number> {
  const settings = { key: pem(`${name}.key`), cert: pem(`${name}.crt`), ...options }
  const server = createServer(settings, (_, response) => void response.end('well'))
  server.on('tlsClientError', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  // The address of a server that listens on a port is never a string.
  return (server.address() as AddressInfo).port
}

test.each(['localhost', '127.0.0.1'])('an encrypted server is asked as %s', async (host) => {
  const port = await serve('server')
  expect(await said({ http: `https://${host}:${port}/`, ca: at('authority.crt'), contains: 'well' })).toBe(
    'ok: answered 200 OK, with "well"',
  )
})

test('a certificate that is not trusted is critical', async () => {
  const port = await serve('server')
  expect(await said({ http: `https://localhost:${port}/` })).toMatch(
    /^critical: localhost:\d+ has a certificate that is not trusted \(unable to verify the first certificate\); give ca: FILE$/,
  )
})

test('a certificate for another name is critical', async () => {
  const port = await serve('other')
  expect(await said({ http: `https://localhost:${port}/`, ca: at('authority.crt') })).toMatch(
    /^critical: localhost:\d+ has a certificate for another name \(.*other\.example\.org.*\); use that name$/,
  )
})

test('the environment cannot have any certificate trusted', async () => {
  const port = await serve('server')
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
  onTestFinished(() => {
    delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
  })
  expect(await said({ http: `https://localhost:${port}/` })).toMatch(/^critical: .* not trusted/)
})

test('a file of certificates that cannot be read is named', async () => {
  expect(await said({ http: 'https://localhost:1/', ca: at('none.crt') })).toMatch(
    /^unknown: cannot read the certificates that localhost:1 is to trust: .*none\.crt/,
  )
})

test.each(['TLSv1.2', 'TLSv1.3'] as const)(
  'with %s a server that wants a certificate of ours is shown it',
  async (version) => {
    const port = await serve('server', {
      requestCert: true,
      rejectUnauthorized: true,
      ca: pem('authority.crt'),
      minVersion: version,
      maxVersion: version,
    })
    const check = { http: `https://localhost:${port}/`, ca: at('authority.crt') }
    const files = { 'client.pem': `${pem('client.crt')}${pem('client.key')}` }
    expect(await said({ ...check, certificate: 'client.pem' }, { files })).toBe('ok: answered 200 OK')
    expect(await said(check)).toMatch(
      /^unknown: the server does not let us in \(.*alert (handshake failure|certificate required)\)$/,
    )
  },
)

test('a certificate of ours that is none is a fault', async () => {
  const port = await serve('server')
  const check = { http: `https://localhost:${port}/`, ca: at('authority.crt'), certificate: 'client.pem' }
  expect(await said(check, { files: { 'client.pem': 'none' } })).toMatch(/^unknown: cannot be asked \(.*\)$/)
})

test('a server without TLS is told of', async () => {
  const port = await startRaw((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
  expect(await said({ http: `https://127.0.0.1:${port}/` })).toMatch(
    /^(unknown: cannot connect with TLS \(wrong version number\); http:\/\/ is for servers without)$/,
  )
})
