import { chmodSync, chownSync, copyFileSync, statSync } from 'node:fs'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { divideTime } from '../../../src/run/deadline.ts'
import { look } from '../../../src/run/look.ts'
import { canRunPostfix, POSTFIX_MISSING, startPostfix } from '../../support/postfix.ts'
import { POSTGRES_MISSING, postgresBinaries, startPostgres } from '../../support/postgres.ts'
import { startRaw } from '../../support/raw.ts'
import { makeCertificates, startSServer } from '../../support/s-server.ts'
import { judged, planned, refused, said } from '../one-check.ts'

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

test('limits say how many days are left, and of which certificate of the chain', async () => {
  const port = await startSServer(at('server'))
  const check = { tls: `localhost:${port}`, ca: at('authority.crt') }
  expect(await judged({ ...check, critical: '7d left' })).toMatchObject({ severity: 'ok', cause: 'overdue' })
  expect(await judged({ ...check, warning: '60d left', critical: '7d left' })).toMatchObject({
    severity: 'warning',
    summary: expect.stringMatching(
      /^due in .* \(limit 60 d left\); the certificate of (server|Authority of a test, an authority of its chain,) ends first, on \d{4}-\d\d-\d\d$/,
    ),
  })
  const short = await startSServer(at('short'), ['-cert_chain', at('between.crt')])
  expect(await said({ ...check, tls: `localhost:${short}`, critical: '7d left' })).toMatch(
    /^critical: due in \d+ .* \(limit 1 w left\); the certificate of short ends first, on /,
  )
  expect(await said({ ...check, ca: at('other.crt'), critical: '7d left' })).toMatch(/^critical: .* not trusted/)
})

/** How often it is tried. */
const OFTEN = process.env.LASTALIVE_TEST_ALL === '1' ? 100 : 5

describe.each(['-tls1_2', '-tls1_3'])('a server that wants a certificate of ours (%s)', (version) => {
  test('shows its own all the same, with a remark', async () => {
    const strays: unknown[] = []
    const onStray = (error: unknown): void => void strays.push(error)
    process.on('uncaughtExceptionMonitor', onStray)
    onTestFinished(() => void process.off('uncaughtExceptionMonitor', onStray))
    const port = await startSServer(at('server'), ['-Verify', '1', '-verify_return_error', version])
    const check = { tls: `localhost:${port}`, ca: at('authority.crt') }
    for (let tries = 0; tries < OFTEN; tries++) {
      expect(await said(check)).toMatch(/^ok: valid for \d+ d, .* ends first\); it asks for a certificate of ours$/)
    }
    expect(await said({ ...check, critical: '7d left' })).toMatch(/^ok: due in .*; it asks for a certificate of ours$/)
    expect(await said({ ...check, ca: at('other.crt') })).toMatch(
      /^critical: the certificate is not trusted \(its .*; it asks for a certificate of ours$/,
    )
    expect(strays).toEqual([])
  }, 300_000)

  test('of one that only may be given one, nothing is said', async () => {
    const port = await startSServer(at('server'), ['-verify', '1', version])
    expect(await said({ tls: `localhost:${port}`, ca: at('authority.crt') })).toMatch(/ends first\)$/)
  })
})

test('a server that gives no tickets costs a second, and its answer is no later', async () => {
  const port = await startSServer(at('server'), ['-tls1_3', '-num_tickets', '0'])
  const plan = await planned({ tls: `localhost:${port}`, ca: at('authority.crt'), response: { critical: '10s' } })
  const begun = Date.now()
  const [verdict] = await look(plan, { clock: { now: () => new Date() } }, divideTime(10, { readingShare: 0.9 }))
  expect(verdict?.summary).toMatch(/ends first\)$/)
  const response = Number(verdict?.metrics.find(({ name }) => name.endsWith('response'))?.value)
  expect((Date.now() - begun) / 1_000 - response).toBeGreaterThan(0.8)
  expect(await said({ tls: `localhost:${port}`, ca: at('authority.crt'), timeout: '1s' })).toMatch(/^ok: valid for/)
})

describe.skipIf(postgresBinaries() === undefined)(`PostgreSQL (${POSTGRES_MISSING} where skipped)`, () => {
  test('shows its certificate when it is asked for TLS, and says where it has none', async () => {
    const server = await startPostgres()
    onTestFinished(() => server.remove())
    const check = { tls: `localhost:${server.port}`, starttls: 'postgres', ca: at('authority.crt') }
    expect(await said(check)).toBe('critical: offers no TLS: answered "N"')
    const copies = [join(server.dataDir, 'server.crt'), join(server.dataDir, 'server.key')] as const
    const { uid, gid } = statSync(server.dataDir)
    for (const [i, end] of ['crt', 'key'].entries()) {
      const copy = String(copies[i])
      copyFileSync(at(`server.${end}`), copy)
      chmodSync(copy, 0o600)
      chownSync(copy, uid, gid)
    }
    await server.query('ALTER SYSTEM SET ssl = on')
    await server.reload()
    expect(await said(check)).toMatch(/^ok: valid for \d+ d, until .* ends first\)$/)
    expect(await said({ ...check, critical: '7d left' })).toMatch(
      /^ok: due in .*; the certificate of .* ends first, on /,
    )
    expect(await said({ ...check, server_name: 'other.example.org' })).toMatch(/^critical: .* for another name/)
  })
})

describe.skipIf(!canRunPostfix())(`Postfix and Dovecot (${POSTFIX_MISSING} where skipped)`, () => {
  test('show their certificates after STARTTLS and at once', async () => {
    const mail = await startPostfix({ password: 'geheim', addresses: ['a@domain.tld'] })
    onTestFinished(() => mail.remove())
    const { submission, smtps, imaps, imap } = mail.ports
    const ca = mail.authority
    expect(await said({ tls: `localhost:${submission}`, starttls: 'smtp', ca })).toMatch(/^ok: valid for/)
    expect(await said({ tls: `localhost:${imap}`, starttls: 'imap', ca })).toMatch(/^ok: valid for/)
    expect(await said({ tls: `localhost:${imap}`, starttls: 'imap', ca: at('other.crt') })).toMatch(
      /^critical: the certificate is not trusted/,
    )
    expect(await said({ tls: `localhost:${smtps}`, ca })).toMatch(/^ok: valid for/)
    expect(await said({ tls: `localhost:${imaps}`, ca })).toMatch(/^ok: valid for/)
  })
})

test.each([
  ['smtp', ['421 too busy\r\n'], /^critical: refuses the connection: answered "421 too busy"$/],
  ['smtp', ['554-no\r\n554 go away\r\n'], /^critical: refuses the connection: answered "554-no.*554 go away"$/],
  ['smtp', ['220 a\r\n', '250-a\r\n250 HELP\r\n'], /^critical: offers no TLS: answered "250-a.*250 HELP"$/],
  ['smtp', ['220 a\r\n', '250 STARTTLS\r\n', '454 not now\r\n'], /^critical: offers no TLS: answered "454 not now"$/],
  [
    'smtp',
    ['220 a\r\n', '250 STARTTLS\r\n', '220 ready\r\nplain'],
    /^critical: goes on in plain behind its consent to TLS: answered "220 ready.*plain"$/,
  ],
  [
    'smtp',
    ['220 a\r\n', '250 STARTTLS\r\n', '220-a\r\n220 ready\r\n\r\n'],
    /^critical: goes on in plain behind its consent to TLS/,
  ],
  ['imap', ['* BYE not now\r\n'], /^critical: refuses the connection: answered "\* BYE not now"$/],
  ['imap', ['* OK\r\n', 'a NO not here\r\n'], /^critical: offers no TLS: answered "a NO not here"$/],
  [
    'imap',
    ['* OK\r\n', '* 1 EXISTS\r\na OK go on\r\n\r\nplain'],
    /^critical: goes on in plain behind its consent to TLS/,
  ],
  ['postgres', ['N'], /^critical: offers no TLS: answered "N"$/],
  ['postgres', ['Splain'], /^critical: goes on in plain behind its consent to TLS: answered "Splain"$/],
  ['postgres', ['EFATAL: too many'], /^critical: offers no TLS: answered "EFATAL: too many"$/],
])('what stands for %s and says %j is named, at once', async (starttls, [first = '', ...more], words) => {
  const port = await startRaw((socket) => {
    const answers = [...more]
    if (starttls === 'postgres') answers.unshift(first)
    else socket.write(first)
    socket.on('data', () => void socket.write(answers.shift() ?? ''))
  })
  const begun = Date.now()
  expect(await said({ tls: `127.0.0.1:${port}`, starttls, timeout: '8s' })).toMatch(words)
  expect(Date.now() - begun).toBeLessThan(4_000)
})

test('one that drops whoever talks before its greeting has ended hears nothing before', async () => {
  const early: string[] = []
  const port = await startRaw((socket) => {
    let hasGreeted = false
    socket.on('data', (bytes) => {
      if (!hasGreeted) early.push(String(bytes))
      else if (/^EHLO/.test(String(bytes))) socket.write('250 STARTTLS\r\n')
      else socket.end('454 no more\r\n')
    })
    socket.write('220-wait for it\r\n')
    setTimeout(() => {
      hasGreeted = true
      socket.write('220 here I am\r\n')
    }, 500)
  })
  expect(await said({ tls: `127.0.0.1:${port}`, starttls: 'smtp' })).toBe(
    'critical: offers no TLS: answered "454 no more"',
  )
  expect(early).toEqual([])
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
