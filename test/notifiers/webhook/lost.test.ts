import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startRaw } from '../../support/raw.ts'
import { type Certificate, makeCertificate } from '../../support/smtp.ts'
import { startWeb, type WebFixture } from '../../support/web.ts'
import { within } from '../messages.ts'
import { type Changes, inDoubt, passing, sendTo, words } from './webhooks.ts'

let server: WebFixture
beforeAll(async () => {
  server = await startWeb()
})
afterAll(() => server.stop())
afterEach(() => server.answer({ status: 200 }))

const send = (changes: Partial<Changes> = {}, options?: ReturnType<typeof within>) =>
  sendTo({ url: server.url, ...changes }, {}, options)

describe('no answer', () => {
  test('of a host without a name leaves it for the next run', async () => {
    expect(await send({ url: 'http://nowhere.invalid/x' })).toMatchObject(
      passing(
        /^webhook chat at nowhere\.invalid cannot connect \((no such host nowhere\.invalid|the name service does not answer)\)$/,
      ),
    )
  })

  test('of a port where nobody listens leaves it for the next run', async () => {
    expect(await send({ url: 'http://127.0.0.1:1/x' })).toMatchObject(
      passing(words('cannot connect \\(connection refused\\)')),
    )
  })

  test('within its time leaves it uncertain', async () => {
    server.answer('hang')
    expect(await send({ timeout: 0.3 })).toMatchObject(
      inDoubt(words('did not answer within 0\\.3 s; it may have taken the message')),
    )
  })

  test('within what is left of the run leaves it uncertain', async () => {
    server.answer('hang')
    expect(await send({}, within(700))).toMatchObject(
      inDoubt(words('did not answer within 0\\.[45] s; it may have taken the message')),
    )
  })

  test('but a cut connection leaves it uncertain', async () => {
    server.answer('drop')
    expect(await send()).toMatchObject(
      inDoubt(words('closed the connection before it had answered; it may have taken the message')),
    )
  })

  test('but another language leaves it uncertain', async () => {
    const port = await startRaw((socket) => void socket.on('data', () => socket.write('220 mail.domain.tld ESMTP\r\n')))
    expect(await send({ url: `http://127.0.0.1:${port}/` })).toMatchObject(
      inDoubt(words('answered what is not HTTP; it may have taken the message')),
    )
  })

  test('before all of it was sent leaves it for the next run', async () => {
    // More than the system keeps for a reader that does not read.
    const body = 'x'.repeat(30_000_000)
    const port = await startRaw((socket) => void socket.pause())
    const url = `http://127.0.0.1:${port}/`
    expect(await send({ url, body, timeout: 0.5 })).toMatchObject(passing(words('could not be reached within 0\\.5 s')))
    const cutting = await startRaw((socket) => void socket.once('data', () => socket.destroy()))
    expect(await send({ url: `http://127.0.0.1:${cutting}/`, body })).toMatchObject(
      passing(words('closed the connection before it had the message')),
    )
  })

  test('after its status counts for nothing: the status has come', async () => {
    const head = 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nnot all'
    const port = await startRaw((socket) => void socket.once('data', () => socket.write(head)))
    expect(await send({ url: `http://127.0.0.1:${port}/` })).toMatchObject({ kind: 'accepted' })
    const cutting = await startRaw((socket) => void socket.once('data', () => socket.end(head.replace('200', '500'))))
    expect(await send({ url: `http://127.0.0.1:${cutting}/` })).toMatchObject(
      passing(words('answered 500 OK: not all')),
    )
  })
})

describe('TLS', () => {
  let certificate: Certificate
  let secure: WebFixture
  beforeAll(async () => {
    certificate = await makeCertificate()
    secure = await startWeb({ certificate })
  })
  afterAll(async () => {
    await secure.stop()
    await certificate.remove()
  })

  test('is verified with the certificates that are given', async () => {
    expect(await send({ url: `${secure.url}/x`, ca: certificate.certificateFile })).toMatchObject({ kind: 'accepted' })
    expect(secure.requests).toHaveLength(1)
  })

  test.each([
    [
      'a certificate that nobody has signed',
      () => ({ url: secure.url }),
      'has a certificate that is not trusted \\(.*\\); give ca: FILE',
    ],
    [
      'a certificate for another name',
      () => ({ url: secure.url.replace('localhost', '[::ffff:127.0.0.1]'), ca: certificate.certificateFile }),
      'has a certificate for another name \\(.*\\); use that name',
    ],
    [
      'a server without',
      () => ({ url: server.url.replace('http', 'https') }),
      'cannot be reached with TLS \\(.*\\); write http:// if it has no TLS',
    ],
    [
      'certificates that are none',
      () => ({ url: secure.url, ca: certificate.keyFile }),
      'has a certificate that is not trusted \\(.*\\); give ca: FILE',
    ],
  ])('refuses %s, for now', async (_, changes, text) => {
    const before = secure.requests.length
    expect(await send(changes())).toMatchObject(passing(words(text)))
    expect(secure.requests).toHaveLength(before)
  })

  test('that is not answered leaves it for the next run', async () => {
    const port = await startRaw(() => {})
    expect(await send({ url: `https://127.0.0.1:${port}/`, timeout: 0.4 })).toMatchObject(
      passing(words('could not be reached within 0\\.4 s')),
    )
  })

  test('with certificates that cannot be read leaves it for the next run', async () => {
    expect(await send({ url: secure.url, ca: '/nowhere/ca.pem' })).toMatchObject(
      passing(/^cannot read the certificates that webhook chat at localhost:\d+ is to trust: ENOENT/),
    )
  })
})
