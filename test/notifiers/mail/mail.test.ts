import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { UsageError } from '../../../src/core/errors.ts'
import type { Message } from '../../../src/core/incident/notice.ts'
import { createMailNotifier } from '../../../src/notifiers/mail/mail.ts'
import { parseSmtpUrl } from '../../../src/notifiers/mail/smtp-url.ts'
import { type ReceivedMail, type SmtpFixture, startSmtp } from '../../support/smtp.ts'
import { message, within } from '../messages.ts'

let server: SmtpFixture
beforeAll(async () => {
  server = await startSmtp()
})
afterAll(() => server.stop())

const TO = ['alert@domain.tld', 'pager@domain.tld']

function notifier(instance = 'watch1', to: readonly string[] = TO) {
  const transport = { kind: 'smtp', target: parseSmtpUrl(server.url), hostName: 'vm' } as const
  return createMailNotifier('ops', { to, from: 'alert-sender@domain.tld', transport, instance })
}

async function receive(changes: Partial<Message> = {}, instance?: string): Promise<ReceivedMail> {
  await notifier(instance).send(message(changes), ['ops/alert@domain.tld'], within(5000))
  const last = server.messages.at(-1)
  if (last === undefined) throw new Error('no mail came')
  return last
}

/** The header lines, unfolded. */
function headerLines({ raw }: ReceivedMail): readonly string[] {
  return raw
    .slice(0, raw.indexOf('\r\n\r\n'))
    .replaceAll(/\r\n[ \t]/g, ' ')
    .split('\r\n')
}

function headerOf(mail: ReceivedMail, name: string): string | undefined {
  return headerLines(mail)
    .find((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}: `))
    ?.slice(name.length + 2)
}

describe('recipients', () => {
  test('are one for each address', () => {
    expect(notifier().recipients).toEqual(['ops/alert@domain.tld', 'ops/pager@domain.tld'])
  })

  test('that are told the same share one message', async () => {
    const before = server.messages.length
    const deliveries = await notifier().send(message(), notifier().recipients, within(5000))
    expect(deliveries.map(({ recipient, kind }) => [recipient, kind])).toEqual([
      ['ops/alert@domain.tld', 'accepted'],
      ['ops/pager@domain.tld', 'accepted'],
    ])
    expect(server.messages.slice(before).map(({ from, to }) => ({ from, to }))).toEqual([
      { from: 'alert-sender@domain.tld', to: TO },
    ])
  })

  test('whose addresses only some servers can take have a message of their own', async () => {
    const before = server.messages.length
    const mixed = notifier('watch1', ['alert@domain.tld', 'wächter@domain.tld', 'pager@domain.tld'])
    const deliveries = await mixed.send(message(), mixed.recipients, within(5000))
    expect(deliveries.map(({ recipient, kind }) => [recipient, kind])).toEqual([
      ['ops/alert@domain.tld', 'accepted'],
      ['ops/wächter@domain.tld', 'accepted'],
      ['ops/pager@domain.tld', 'accepted'],
    ])
    const sent = server.messages.slice(before).toSorted((a, b) => b.to.length - a.to.length)
    expect(sent.map(({ to }) => to)).toEqual([TO, ['wächter@domain.tld']])
    expect(sent.map(({ parsed }) => parsed.messageId)).toEqual(['<closing.1@lastalive>', '<closing.1@lastalive>'])
    expect(sent[0]?.raw).toMatch(/^\p{ASCII}*$/u)
  })

  test('that are not told are not named', async () => {
    const mail = await receive()
    expect(mail.to).toEqual(['alert@domain.tld'])
    expect(mail.raw).not.toContain('pager@')
  })

  test('of somebody else are refused', async () => {
    const before = server.messages.length
    const deliveries = await notifier().send(message(), ['dev/x@domain.tld'], within(5000))
    expect(deliveries).toEqual([
      {
        recipient: 'dev/x@domain.tld',
        kind: 'refused',
        permanent: true,
        error: '"dev/x@domain.tld" is not a recipient of ops',
      },
    ])
    expect(server.messages).toHaveLength(before)
  })

  test('that are no addresses are wrong usage', () => {
    expect(() => notifier('watch1', ['a@b.tld\r\nBcc: evil@b.tld'])).toThrow(UsageError)
  })

  test('are told who took the mail', async () => {
    const deliveries = await notifier().send(message(), ['ops/alert@domain.tld'], within(5000))
    expect(deliveries[0]).toEqual({
      recipient: 'ops/alert@domain.tld',
      kind: 'accepted',
      by: `smtp server 127.0.0.1:${server.port}`,
    })
  })
})

describe('headers', () => {
  let mail: ReceivedMail
  beforeAll(async () => {
    mail = await receive({ openingId: 'opening.1@lastalive', checks: ['mdx', 'database:mail'], state: 'ok' })
  })

  test.each([
    ['From', 'alert-sender@domain.tld'],
    ['To', 'alert@domain.tld'],
    ['Subject', '[lastalive] CRITICAL mdx: silent for 42 min (limit 10 min)'],
    ['Message-ID', '<closing.1@lastalive>'],
    ['In-Reply-To', '<opening.1@lastalive>'],
    ['References', '<opening.1@lastalive>'],
    ['Auto-Submitted', 'auto-generated'],
    ['X-Auto-Response-Suppress', 'All'],
    ['List-Id', 'lastalive <lastalive.watch1>'],
    ['X-Lastalive-Check', 'mdx, database:mail'],
    ['X-Lastalive-State', 'ok'],
    ['MIME-Version', '1.0'],
  ])('%s is right', (name, value) => expect(headerOf(mail, name)).toBe(value))

  test('tell the date', () => expect(Math.abs(Date.now() - Number(mail.parsed.date))).toBeLessThan(60_000))

  test('refer to nothing where it is an opening', async () => {
    const opening = await receive()
    expect(opening.parsed.inReplyTo).toBeUndefined()
    expect(opening.parsed.references).toBeUndefined()
  })

  test('name as many checks as fit, and how many more there are', async () => {
    const many = await receive({ checks: Array.from({ length: 500 }, (_, i) => `check-${i}`) })
    const value = headerOf(many, 'X-Lastalive-Check') ?? ''
    expect(value).toMatch(/^check-0, check-1, .*, and \d+ more$/)
    expect(value.length).toBeLessThan(430)
  })

  test.each([
    ['a plain name', 'watch1', 'lastalive.watch1'],
    ['a full name', 'Watch1.Example.org', 'lastalive.watch1.example.org'],
    ['a hostile name', 'x>\r\nBcc: evil@domain.tld', 'lastalive.x-bcc-evil-domain.tld'],
    ['a name with nothing to keep', '...', 'lastalive.localhost'],
  ])('make a List-Id of %s', async (_, instance, id) => {
    expect(headerOf(await receive({}, instance), 'List-Id')).toBe(`lastalive <${id}>`)
  })
})

describe('words', () => {
  test('come as plain text first, then as HTML', async () => {
    const mail = await receive()
    expect(mail.parsed.text).toBe(message().text)
    expect(mail.parsed.html).toBe(message().html)
    expect(mail.raw.indexOf('text/plain')).toBeLessThan(mail.raw.indexOf('text/html'))
  })

  test('keep letters beyond ASCII', async () => {
    const mail = await receive({ subject: 'Überwachung: still – seit 00:42', text: 'größer als 10 min\n' })
    expect(mail.parsed.subject).toBe('Überwachung: still – seit 00:42')
    expect(mail.parsed.text).toBe('größer als 10 min\n')
  })

  test('that are very long stay whole, in lines that a server takes', async () => {
    const mail = await receive({ text: `${'x'.repeat(5000)}\n` })
    expect(mail.parsed.text).toBe(`${'x'.repeat(5000)}\n`)
    expect(Math.max(...mail.raw.split('\r\n').map((line) => line.length))).toBeLessThan(998)
  })
})

describe('hostile words', () => {
  let usual: readonly string[]
  const names = (mail: ReceivedMail) => headerLines(mail).map((line) => line.slice(0, line.indexOf(':')))
  beforeAll(async () => {
    usual = names(await receive({ openingId: 'opening' }))
  })

  const HOSTILE = [
    ['line breaks', 'x\r\nBcc: evil@domain.tld\r\n\r\nbody'],
    ['a bare carriage return', 'x\rBcc: evil@domain.tld'],
    ['a bare line feed', 'x\nBcc: evil@domain.tld'],
    ['a NUL', 'x\0Bcc: evil@domain.tld'],
    ['a direction mark', 'x\u202eKO'],
    ['a line separator', 'x\u2028Bcc: evil@domain.tld'],
    ['an encoded word that hides a line break', 'x =?utf-8?Q?=0D=0ABcc:_evil@domain.tld?='],
    ['angle brackets and commas', 'x>, <evil@domain.tld>'],
  ]

  test.each(HOSTILE)('%s in the subject add no header and are seen', async (_, text) => {
    const mail = await receive({ subject: text, openingId: 'opening' })
    expect(names(mail)).toEqual(usual)
    expect(mail.parsed.subject).toMatch(/^x/)
    expect(mail.parsed.subject).not.toMatch(/[\p{Cc}\u202e\u2028]/u)
  })

  test.each(HOSTILE)('%s in the name of a check add no header', async (_, text) => {
    const mail = await receive({ checks: [text, 'mdx'], openingId: 'opening' })
    expect(names(mail)).toEqual(usual)
    expect(mail.parsed.headers.get('x-lastalive-check')).not.toMatch(/[\p{Cc}\u202e\u2028]/u)
  })

  test.each(HOSTILE)('%s in the ids add no header', async (_, text) => {
    const mail = await receive({ id: text, openingId: text })
    expect(names(mail)).toEqual(usual)
    expect(mail.to).toEqual(['alert@domain.tld'])
  })
})
