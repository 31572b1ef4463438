import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startRaw } from '../support/raw.ts'
import { makeCertificates, startSServer } from '../support/s-server.ts'
import { about, configure, startServer } from './surroundings.ts'

let certificates: ReturnType<typeof makeCertificates>
beforeAll(() => {
  certificates = makeCertificates()
})
afterAll(() => certificates.remove())

/** Answers as a server does that has TLS switched off. */
const withoutTls = async (greeting: string, answer: string): Promise<string> =>
  `localhost:${await startRaw((socket) => {
    socket.write(greeting)
    socket.on('data', () => void socket.write(answer))
  })}`

describe(about('certificates.yaml'), () => {
  test('is valid, without a remark, and tells of each that is not as it should be', async () => {
    const smtp = await startServer()
    const { validate, run } = configure('certificates.yaml', {
      SHOP: `localhost:${await startSServer(certificates.at('expired'))}`,
      MAIL: await withoutTls('220 mail\r\n', '250 HELP\r\n'),
      DATABASE: await withoutTls('', 'N'),
      CA: certificates.at('authority.crt'),
      SMTP_URL: smtp.url,
    })
    expect(await validate()).toMatchObject({ code: 0, stdout: expect.not.stringContaining('remark'), stderr: '' })
    expect(await run()).toMatchObject({ code: 2, stdout: '', stderr: '' })
    const texts = smtp.messages.map(({ parsed }) => parsed.text ?? '').join('\n')
    expect(texts).toContain('the certificate of expired ended')
    expect(texts).toContain('offers no TLS: answered "250 HELP"')
    expect(texts).toContain('offers no TLS: answered "N"')
  })
})
