import { describe, expect, test, vi } from 'vitest'
import type { Outcome } from '../../../src/notifiers/outcome.ts'
import { type Fault, startSmtp } from '../../support/smtp.ts'
import { within } from '../messages.ts'
import { ALICE, BOB, forGood, inDoubt, passing, send, start, startFaulty, startScript, taken } from './smtp-servers.ts'

describe('a server that', () => {
  test.each([
    ['greeting', '4xx', passing(/refused the connection: 451 4\.3\.0 try later$/), 0],
    ['greeting', '5xx', passing(/refused the connection: 554 5\.0\.0 never$/), 0],
    ['greeting', 'drop', passing(/closed the connection before it answered with a greeting$/), 0],
    ['greeting', 'hang', passing(/did not answer with a greeting within 0\.\d s$/), 0],
    ['ehlo', '4xx', passing(/refused the connection: 451/), 0],
    ['ehlo', '5xx', passing(/refused the connection: 554/), 0],
    ['ehlo', 'drop', passing(/closed the connection before it answered EHLO$/), 0],
    ['ehlo', 'hang', passing(/did not answer EHLO within/), 0],
    ['mail', '4xx', passing(/refused the sender sender@domain\.tld: 451/), 0],
    ['mail', '5xx', forGood(/refused the sender sender@domain\.tld: 554/), 0],
    ['mail', 'drop', passing(/closed the connection before it answered MAIL$/), 0],
    ['mail', 'hang', passing(/did not answer MAIL within/), 0],
    ['rcpt', '4xx', passing(/refused alice@domain\.tld: 451/), 0],
    ['rcpt', '5xx', forGood(/refused alice@domain\.tld: 554/), 0],
    ['rcpt', 'drop', passing(/closed the connection before it answered RCPT$/), 0],
    ['rcpt', 'hang', passing(/did not answer RCPT within/), 0],
    ['data', '4xx', passing(/refused the mail: 451/), 0],
    ['data', '5xx', forGood(/refused the mail: 554/), 0],
    ['data', 'drop', passing(/closed the connection before it answered DATA$/), 0],
    ['data', 'hang', passing(/did not answer DATA within/), 0],
    ['dot', '4xx', passing(/refused the mail: 451/), 1],
    ['dot', '5xx', forGood(/refused the mail: 554/), 1],
    ['dot', 'drop', inDoubt(/closed the connection before it answered the final dot; it may have taken the mail$/), 1],
    ['dot', 'hang', inDoubt(/did not answer the final dot within 0\.\d s; it may have taken the mail$/), 1],
  ] as const)('at %s does %s', async (step, does, outcome, received) => {
    const server = await startFaulty({ step, does })
    expect(await send(server.url, [ALICE], within(600))).toEqual([outcome])
    expect(server.messages).toHaveLength(received)
  })

  test('recovers takes the next message', async () => {
    const server = await startFaulty({ step: 'rcpt', does: '4xx', times: 1 })
    expect(await send(server.url)).toEqual([passing(/451/)])
    expect(await send(server.url)).toEqual([taken])
    expect(server.messages).toHaveLength(1)
  })

  test('is not there refuses the connection', async () => {
    const server = await startSmtp()
    await server.stop()
    expect(await send(server.url)).toEqual([passing(/^smtp server 127\.0\.0\.1:\d+ refused the connection$/)])
  })

  test('has a name that does not exist is refused in words', async () => {
    expect(await send('smtp://mail.invalid', [ALICE], within(3000))).toEqual([passing(/^smtp server mail\.invalid:25/)])
  })

  test('speaks something else is refused in words', async () => {
    const { url } = await startScript('SSH-2.0-OpenSSH_9', {})
    expect(await send(url)).toEqual([passing(/does not speak SMTP: SSH-2\.0-OpenSSH_9$/)])
  })

  test('hangs up after it has refused EHLO is told with its reason', async () => {
    const { url } = await startScript('220 fine', { EHLO: '554 5.7.1 you are blocked' })
    expect(await send(url)).toEqual([passing(/refused the connection: 554 5\.7\.1 you are blocked$/)])
  })

  test('knows no EHLO is greeted with HELO', async () => {
    const { url, lines } = await startScript('220 old', { EHLO: '500 what', DATA: '354 go', '.': '250 queued' })
    expect(await send(url)).toEqual([taken])
    expect(lines[1]).toMatch(/^HELO /)
  })

  test('says goodbye early has refused the message', async () => {
    const { url } = await startScript('220 tired', { RCPT: '421 4.3.2 shutting down' })
    expect(await send(url)).toEqual([passing(/refused alice@domain\.tld: 421 4\.3\.2 shutting down$/)])
  })

  test('answers on several lines is quoted on one, cleaned', async () => {
    const { url } = await startScript('220 hello', { MAIL: '550-5.7.1 go\r\n550 \x1b[31maway' })
    expect(await send(url)).toEqual([forGood(/refused the sender sender@domain\.tld: 550 5\.7\.1 go \\x1b\[31maway$/)])
  })

  test('has taken the message is taken leave of', async () => {
    const { url, lines } = await startScript('220 hello', { DATA: '354 go', '.': '250 queued' })
    expect(await send(url)).toEqual([taken])
    await vi.waitFor(() => expect(lines.at(-1)).toBe('QUIT'))
  })
})

describe('a server that takes all commands at once and', () => {
  const pipelining = { EHLO: '250-fine\r\n250 PIPELINING' }
  const after = { RCPT: '503 5.5.1 need MAIL', DATA: '503 5.5.1 need MAIL' }
  test.each([
    ['refuses the sender for good', { MAIL: '550 5.7.1 not you', ...after }, forGood, '550 5.7.1 not you'],
    ['refuses the sender for now', { MAIL: '451 4.7.1 later', ...after }, passing, '451 4.7.1 later'],
    ['refuses the sender and takes the rest', { MAIL: '550 not you', DATA: '354 go' }, forGood, '550 not you'],
    ['refuses the sender and closes', { MAIL: '550 not you', RCPT: '421 bye' }, forGood, '550 not you'],
    ['refuses the sender and says nothing more', { MAIL: '550 not you', RCPT: '' }, forGood, '550 not you'],
  ])('%s is told so', async (_, answers, kind, reply) => {
    const { url } = await startScript('220 hello', { ...pipelining, ...answers })
    const words = kind(
      new RegExp(`^smtp server 127\\.0\\.0\\.1:\\d+ refused the sender sender@domain\\.tld: ${reply}$`),
    )
    expect(await send(url, [ALICE, BOB], within(1500))).toEqual([words, words])
  })

  test('refuses an address is told which', async () => {
    const { url } = await startScript('220 hello', { ...pipelining, RCPT: '550 no such user', DATA: '503 nobody' })
    expect(await send(url)).toEqual([forGood(/refused alice@domain\.tld: 550 no such user$/)])
  })
})

describe('a message', () => {
  test('arrives as it was written, with the lines of the network', async () => {
    const server = await start({})
    expect(await send(server.url)).toEqual([taken])
    expect(server.messages.map(({ from, to, raw, secure }) => ({ from, to, raw, secure }))).toEqual([
      { from: 'sender@domain.tld', to: [ALICE], raw: 'Subject: x\r\n\r\none\r\n.\r\n..two\r\n', secure: false },
    ])
  })
})

describe('one of two addresses', () => {
  test.each([
    [
      'is refused for good',
      '550 5.1.1 no such user',
      forGood(/^smtp server 127\.0\.0\.1:\d+ refused alice@domain\.tld: 550 5\.1\.1 no such user$/),
    ],
    ['is refused for now', '450 4.2.1 busy', passing(/refused alice@domain\.tld: 450 4\.2\.1 busy$/)],
    ['must log in first, which may be mended', '530 5.7.0 log in first', passing(/530/)],
  ])('%s, and the other is told', async (_, reply, outcome) => {
    const server = await start({ refusals: { [ALICE]: reply } })
    expect(await send(server.url, [ALICE, BOB])).toEqual([outcome, taken])
    expect(server.messages.map(({ to }) => to)).toEqual([[BOB]])
  })

  test('is refused for good and the other for now, each on its own', async () => {
    const server = await start({ refusals: { [ALICE]: '550 no', [BOB]: '450 later' } })
    expect(await send(server.url, [ALICE, BOB])).toEqual([
      forGood(/alice@domain\.tld: 550 no$/),
      passing(/bob@domain\.tld: 450 later$/),
    ])
  })
})

describe('the end of time', () => {
  async function sendAndStop(fault: Fault): Promise<readonly (Outcome | undefined)[]> {
    const server = await startFaulty(fault)
    const stop = new AbortController()
    const sending = send(server.url, [ALICE], { signal: stop.signal, deadline: new Date(Date.now() + 60_000) })
    setTimeout(() => stop.abort(), 300)
    return sending
  }

  test('before the final dot is a refusal', async () => {
    expect(await sendAndStop({ step: 'rcpt', does: 'hang' })).toEqual([
      passing(/had not yet answered RCPT when the run was stopped$/),
    ])
  })

  test('after the final dot leaves it uncertain', async () => {
    expect(await sendAndStop({ step: 'dot', does: 'hang' })).toEqual([
      inDoubt(/had not yet answered the final dot when the run was stopped; it may have taken the mail$/),
    ])
  })

  test('that has come already asks nobody', async () => {
    expect(await send('smtp://127.0.0.1:1', [ALICE], { ...within(5000), signal: AbortSignal.abort() })).toEqual([
      passing(/no time left$/),
    ])
    expect(await send('smtp://127.0.0.1:1', [ALICE], within(-1000))).toEqual([passing(/no time left$/)])
  })

  test('is kept', async () => {
    const server = await startFaulty({ step: 'dot', does: 'hang' })
    const before = performance.now()
    await send(server.url, [ALICE], within(800))
    expect(performance.now() - before).toBeLessThan(800)
  })

  test('leaves no connection open', async () => {
    const server = await startFaulty({ step: 'data', does: 'hang' })
    await send(server.url, [ALICE], within(400))
    await vi.waitFor(() => expect(process.getActiveResourcesInfo()).not.toContain('TCPSocketWrap'))
  })
})
