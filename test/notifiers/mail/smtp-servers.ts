import { type AddressInfo, createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { afterEach, expect } from 'vitest'
import { sendBySmtp } from '../../../src/notifiers/mail/smtp.ts'
import { parseSmtpUrl } from '../../../src/notifiers/mail/smtp-url.ts'
import type { Outcome } from '../../../src/notifiers/outcome.ts'
import { type Fault, type SmtpFixture, type SmtpSettings, startFaultySmtp, startSmtp } from '../../support/smtp.ts'
import { within } from '../messages.ts'

export const ALICE = 'alice@domain.tld'
export const BOB = 'bob@domain.tld'
const MIME = Buffer.from('Subject: x\n\none\n.\n..two\n')

const running: { stop(): Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()))
})

/** A server that behaves; it stops after the test. */
export async function start(settings: SmtpSettings): Promise<SmtpFixture> {
  const server = await startSmtp(settings)
  running.push(server)
  return server
}

/** A server with a fault; it stops after the test. */
export async function startFaulty(fault: Fault): Promise<SmtpFixture> {
  const server = await startFaultySmtp(fault)
  running.push(server)
  return server
}

/**
 * A server that answers each command by its first word, 250 by default, '' for never, and keeps what it was told. It hangs
 * up after an answer that begins with 554.
 */
export async function startScript(
  greeting: string,
  answers: Readonly<Record<string, string>>,
): Promise<{ url: string; lines: readonly string[] }> {
  const lines: string[] = []
  const server = createServer((socket) => {
    socket.on('error', () => {}).write(`${greeting}\r\n`)
    createInterface(socket).on('line', (line) => {
      const isText = lines.includes('DATA') && !lines.includes('.') && line !== '.'
      lines.push(line)
      const answer = answers[line.split(' ', 1)[0] ?? ''] ?? '250 fine'
      if (isText || answer === '' || socket.writableEnded) return
      socket.write(`${answer}\r\n`)
      if (answer.startsWith('554')) socket.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  running.push({ stop: () => new Promise((resolve) => server.close(() => resolve())) })
  // The address of a server that listens on a port is never a string.
  return { url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`, lines }
}

/** Sends a small letter and answers the outcomes in the order of the addresses. */
export async function send(
  url: string,
  to: readonly string[] = [ALICE],
  options = within(5000),
): Promise<readonly (Outcome | undefined)[]> {
  const letter = { from: 'sender@domain.tld', to, mime: MIME }
  const outcomes = await sendBySmtp(parseSmtpUrl(url), letter, { ...options, hostName: 'vm' })
  return to.map((address) => outcomes.get(address))
}

export const passing = (error: RegExp) => ({ kind: 'refused', permanent: false, error: expect.stringMatching(error) })
export const forGood = (error: RegExp) => ({ kind: 'refused', permanent: true, error: expect.stringMatching(error) })
export const inDoubt = (error: RegExp) => ({ kind: 'uncertain', error: expect.stringMatching(error) })
export const taken = { kind: 'accepted', by: expect.stringMatching(/^smtp server 127\.0\.0\.1:\d+$/) }
