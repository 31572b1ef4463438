import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { makeCertificate as makeSigned } from '../../support/postgres.ts'
import { type Certificate, makeCertificate } from '../../support/smtp.ts'
import { passing, send, start, startFaulty, startScript, taken } from './smtp-servers.ts'

let certificate: Certificate
beforeAll(async () => {
  certificate = await makeCertificate()
})
afterAll(() => certificate.remove())

describe('encryption', () => {
  const verifying = (url: string) => `${url}?ca=${encodeURIComponent(certificate.certificateFile)}`
  const LOGIN = { user: 'me', password: 's3cret+' }

  test.each(['starttls', 'implicit'] as const)('by %s is used with a CA that vouches for the server', async (kind) => {
    const server = await start({ tls: { kind, certificate }, login: LOGIN })
    expect(await send(verifying(server.url))).toEqual([taken])
    expect(server.messages.map(({ secure }) => secure)).toEqual([true])
  })

  test.each(['starttls', 'implicit'] as const)('by %s is used unverified where told so', async (kind) => {
    const server = await start({ tls: { kind, certificate }, login: LOGIN })
    expect(await send(`${server.url}?tls=unverified`)).toEqual([taken])
    expect(server.messages.map(({ secure }) => secure)).toEqual([true])
  })

  test('by implicit TLS refuses a certificate that nobody vouches for', async () => {
    const server = await start({ tls: { kind: 'implicit', certificate }, login: LOGIN })
    expect(await send(server.url)).toEqual([
      passing(/^certificate of 127\.0\.0\.1 not trusted \(self-signed certificate\); give \?ca=FILE$/),
    ])
    expect(server.messages).toEqual([])
  })

  test('refuses a certificate by an authority that nobody knows, and says what to give', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'lastalive-authority-'))
    onTestFinished(() => rmSync(dir, { recursive: true }))
    const [authority, signed] = [join(dir, 'authority'), join(dir, 'signed')]
    makeSigned(authority, { name: 'Authority of a test' })
    makeSigned(signed, { name: 'localhost', altName: 'IP:127.0.0.1', authority })
    const files = { keyFile: `${signed}.key`, certificateFile: `${signed}.crt` }
    const server = await start({ tls: { kind: 'implicit', certificate: { ...certificate, ...files } } })
    expect(await send(server.url)).toEqual([
      passing(/^certificate of 127\.0\.0\.1 not trusted \(unable to verify the first certificate\); give \?ca=FILE$/),
    ])
    expect(await send(`${server.url}?ca=${encodeURIComponent(`${authority}.crt`)}`)).toEqual([taken])
  })

  // An IPv4 address in IPv6 dress: a host that does not count as loopback, and that the certificate does not name.
  const asNetworkHost = (url: string) => url.replace('127.0.0.1', '[::ffff:127.0.0.1]')

  test('by STARTTLS refuses a certificate that nobody vouches for', async () => {
    const server = await start({ tls: { kind: 'starttls', certificate } })
    expect(await send(asNetworkHost(server.url))).toEqual([
      passing(/^certificate of ::ffff:7f00:1 not trusted \(self-signed certificate\); give \?ca=FILE$/),
    ])
    expect(server.messages).toEqual([])
  })

  test('by STARTTLS refuses a certificate made out to another name', async () => {
    const server = await start({ tls: { kind: 'starttls', certificate } })
    expect(await send(verifying(asNetworkHost(server.url)))).toEqual([
      passing(/^certificate of ::ffff:7f00:1 is made out to another name .*; use that name$/),
    ])
    expect(server.messages).toEqual([])
  })

  test('that is neither required nor offered is done without', async () => {
    const server = await start({})
    expect(await send(asNetworkHost(server.url))).toMatchObject([{ kind: 'accepted' }])
  })

  test('is not used on loopback, where nobody asked for it', async () => {
    const server = await start({ tls: { kind: 'starttls', certificate } })
    expect(await send(server.url)).toEqual([taken])
    expect(server.messages.map(({ secure }) => secure)).toEqual([false])
  })

  test('that is required and not offered is refused before the login', async () => {
    const { url, lines } = await startScript('220 hello', {
      EHLO: '250-hello\r\n250 AUTH PLAIN LOGIN',
      STARTTLS: '502 5.5.1 what',
    })
    const outcomes = await send(asNetworkHost(url).replace('//', '//me:s3cret@'))
    expect(outcomes).toEqual([passing(/does not offer STARTTLS, which is required here: 502 5\.5\.1 what$/)])
    expect(lines).toEqual([expect.stringMatching(/^EHLO /), 'STARTTLS'])
  })

  test('that a server from before EHLO cannot have is refused', async () => {
    const server = await startFaulty({ step: 'ehlo', does: '5xx' })
    expect(await send(`${server.url}?tls=unverified`)).toEqual([passing(/refused the connection: 554/)])
  })

  test('from the first byte with a server that speaks plainly says so', async () => {
    const server = await start({})
    expect(await send(server.url.replace('smtp:', 'smtps:'))).toEqual([
      passing(/^TLS with smtp server 127\.0\.0\.1:\d+ failed .*smtps:/),
    ])
  })

  test('with a CA file that is missing says which URL', async () => {
    const server = await start({})
    expect(await send(`${server.url}?ca=/nowhere/ca.pem`)).toEqual([
      passing(/^cannot read the certificates .*\/nowhere\/ca\.pem/),
    ])
  })
})

describe('a login', () => {
  const LOGIN = { user: 'me', password: 's3cret+' }

  test('on loopback needs no encryption', async () => {
    const server = await start({ login: LOGIN })
    expect(await send(server.url)).toEqual([taken])
  })

  test('that is refused may be mended, and the password is not told', async () => {
    const server = await start({ login: LOGIN })
    const outcomes = await send(server.url.replace('s3cret', 'wr0ng'))
    expect(outcomes).toEqual([passing(/refused the login of me: 535 5\.7\.8 bad user or password$/)])
    expect(JSON.stringify(outcomes)).not.toContain('wr0ng')
  })

  test('that is not offered says so', async () => {
    const server = await startFaulty({ step: 'mail', does: 'drop' })
    expect(await send(server.url.replace('//', '//me:s3cret@'))).toEqual([
      passing(/offers no login without TLS; give \?ca=FILE or \?tls=unverified$/),
    ])
  })
})
