import type { Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { canRunPostfix, POSTFIX_MISSING, startPostfix } from '../../support/postfix.ts'
import { startRaw } from '../../support/raw.ts'
import { makeCertificates, startSServer } from '../../support/s-server.ts'
import { judged, refused, said } from '../one-check.ts'

let certificates: ReturnType<typeof makeCertificates>
beforeAll(() => {
  certificates = makeCertificates()
})
afterAll(() => certificates.remove())
const at = (name: string): string => certificates.at(name)

test.each([
  ['server', /^ok: valid for \d+ d, until \d{4}-\d\d-\d\d \((server|Authority of a test) ends first\)$/],
  ['other', /^critical: the certificate is for another name \(.*\)$/],
  ['alone', /^critical: the certificate is not trusted \(self-signed\); give ca: FILE$/],
  [
    'leaf',
    /^critical: the certificate is not trusted \(its chain is incomplete, or its authority is not known here\); give ca: FILE$/,
  ],
  ['expired', /^critical: the certificate of expired ended \d+ d ago, on 2020-02-01$/],
  ['early', /^critical: the certificate of early is valid from 2090-01-01T00:00:00\.000Z, by the clock of this host$/],
])('openssl s_server with the certificate %s', async (name, words) => {
  const port = await startSServer(at(name))
  expect(await said({ tls: `127.0.0.1:${port}`, ca: at('authority.crt') })).toMatch(words)
  expect(await said({ tls: `localhost:${port}`, ca: at('authority.crt') })).toMatch(words)
})

test('a chain that is whole is trusted, and a name may be another than the host', async () => {
  const whole = await startSServer(at('leaf'), ['-cert_chain', at('between.crt')])
  expect(await said({ tls: `localhost:${whole}`, ca: at('authority.crt') })).toMatch(/^ok: valid for/)
  const other = await startSServer(at('other'))
  const check = { tls: `127.0.0.1:${other}`, ca: at('authority.crt') }
  expect(await said({ ...check, server_name: 'other.example.org' })).toMatch(/^ok: valid for/)
  expect(await said({ ...check, server_name: 'other.example.org.' })).toMatch(/^ok: valid for/)
  expect(await said({ tls: `127.0.0.1:${other}`, server_name: 'other.example.org' })).toMatch(
    /^critical: .* not trusted/,
  )
})

test('limits say how many days are left', async () => {
  const port = await startSServer(at('server'))
  const check = { tls: `localhost:${port}`, ca: at('authority.crt') }
  expect(await judged({ ...check, critical: '7d left' })).toMatchObject({ severity: 'ok', cause: 'overdue' })
  expect(await judged({ ...check, warning: '60d left', critical: '7d left' })).toMatchObject({ severity: 'warning' })
  expect(await said({ ...check, ca: at('other.crt'), critical: '7d left' })).toMatch(/^critical: .* not trusted/)
})

test('a server that wants a certificate of ours shows its own all the same with TLS 1.3', async () => {
  const port = await startSServer(at('server'), ['-Verify', '1', '-verify_return_error', '-tls1_3'])
  for (let tries = 0; tries < 5; tries++) {
    expect(await said({ tls: `localhost:${port}`, ca: at('authority.crt') })).toMatch(/^ok: valid for/)
  }
})

describe.skipIf(!canRunPostfix())(`Postfix and Dovecot (${POSTFIX_MISSING} where skipped)`, () => {
  test('show their certificates after STARTTLS and at once', async () => {
    const mail = await startPostfix({ password: 'geheim', addresses: ['a@domain.tld'] })
    onTestFinished(() => mail.remove())
    const { submission, smtps, imaps } = mail.ports
    const ca = mail.authority
    expect(await said({ tls: `localhost:${submission}`, starttls: 'smtp', ca })).toMatch(/^ok: valid for/)
    expect(await said({ tls: `localhost:${smtps}`, ca })).toMatch(/^ok: valid for/)
    expect(await said({ tls: `localhost:${imaps}`, ca })).toMatch(/^ok: valid for/)
  })
})

test.each([
  ['smtp', '421 too busy\r\n', /^critical: offers no TLS: answered "421 too busy"$/],
  ['smtp', '220 a\r\n250 STARTTLS\r\n220 ready\r\nplain', /^(critical|unknown): /],
  ['imap', '* BYE not now\r\n', /^critical: offers no TLS: answered "\* BYE not now"$/],
  ['postgres', 'N', /^critical: offers no TLS: answered "N"$/],
  ['postgres', 'Splain', /^critical: offers no TLS: answered "Splain"$/],
])('what stands for %s and says %j offers no TLS', async (starttls, text, words) => {
  const port = await startRaw((socket) => void socket.write(text))
  expect(await said({ tls: `127.0.0.1:${port}`, starttls, timeout: '2s' })).toMatch(words)
})

test.each([
  ['is mute', () => {}, /^unknown: connected, but no TLS for 1 s$/],
  ['closes', (socket: Socket) => void socket.end(), /^unknown: cannot connect with TLS/],
  ['speaks no TLS', (socket: Socket) => void socket.end('SSH-2.0\r\n'), /^unknown: cannot connect with TLS/],
  [
    'never ends',
    function pour(socket: Socket): void {
      while (!socket.destroyed && socket.write('y'.repeat(65_536)));
      socket.once('drain', () => pour(socket))
    },
    /^unknown: cannot connect with TLS/,
  ],
])('one that %s costs no more than its time', async (_, peer, words) => {
  const port = await startRaw(peer)
  const begun = Date.now()
  expect(await said({ tls: `127.0.0.1:${port}`, timeout: '1s' })).toMatch(words)
  expect(Date.now() - begun).toBeLessThan(3_000)
})

test('one that cannot be reached is critical', async () => {
  expect(await said({ tls: 'localhost:1' })).toBe('critical: cannot connect (connection refused)')
})

test.each([
  [{ tls: 'localhost' }, 'shop.tls: is no host and port; write host:443 or [::1]:443'],
  [{ tls: 'unix:/a' }, 'shop.tls: is a socket, which has no name'],
  [{ tls: 'a:1', critical: '5 x' }, 'shop.critical: "5 x" is not a duration'],
  [{ tls: 'a:1', starttls: 'pop3' }, 'shop.starttls: "pop3" is not known'],
  [{ tls: 'a:1', clock: 'local' }, 'shop.clock: does not go with certificates; leave it out'],
])('%o is refused', async (entry, words) => expect(await refused(entry)).toContain(words))
