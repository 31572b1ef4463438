import { existsSync } from 'node:fs'
import { chmod } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { UsageError } from '../../src/core/errors.ts'
import { createMailNotifier } from '../../src/notifiers/mail.ts'
import type { Outcome } from '../../src/notifiers/outcome.ts'
import { sendBySendmail } from '../../src/notifiers/sendmail.ts'
import { makeSendmail, type SendmailFixture, type SendmailSettings } from '../support/sendmail.ts'
import { message, within } from './messages.ts'

const LETTER = {
  from: 'sender@domain.tld',
  to: ['alice@domain.tld', 'bob@domain.tld'],
  mime: Buffer.from('Subject: x\n\none\n.\ntwo\n'),
}

const made: SendmailFixture[] = []
afterEach(async () => {
  await Promise.all(made.splice(0).map((sendmail) => sendmail.stop()))
})

async function make(settings: SendmailSettings = {}): Promise<SendmailFixture> {
  const sendmail = await makeSendmail(settings)
  made.push(sendmail)
  return sendmail
}

async function sendBy(settings: SendmailSettings, options = within(5000), letter = LETTER): Promise<Outcome> {
  return sendBySendmail((await make(settings)).path, letter, options)
}

const passing = (error: RegExp) => ({ kind: 'refused', permanent: false, error: expect.stringMatching(error) })
const inDoubt = (error: RegExp) => ({ kind: 'uncertain', error: expect.stringMatching(error) })

describe('sendmail', () => {
  test('gets the message as it was written, and whom it is for', async () => {
    const sendmail = await make()
    expect(await sendBySendmail(sendmail.path, LETTER, within(5000))).toEqual({
      kind: 'accepted',
      by: `sendmail (${sendmail.path})`,
    })
    expect(await sendmail.calls()).toEqual([
      {
        args: ['-i', '-f', 'sender@domain.tld', '--', 'alice@domain.tld', 'bob@domain.tld'],
        raw: LETTER.mime.toString(),
      },
    ])
  })

  test('that says "later" may have queued the mail', async () => {
    expect(await sendBy({ exitCode: 75, after: 'echo queue is asleep >&2' })).toEqual(
      inDoubt(/\(exit 75\), and may have queued the mail: queue is asleep$/),
    )
  })

  test('that fails is quoted by its last lines', async () => {
    expect(
      await sendBy({ exitCode: 67, after: 'seq 1000; echo "user unknown" >&2; printf "bad \\033[31mred\\n" >&2' }),
    ).toEqual(passing(/failed with exit 67: .*user unknown \/ bad \\x1b\[31mred/))
  })

  test('that talks without end is quoted shortly', async () => {
    const outcome = await sendBy({ exitCode: 1, after: 'head -c 3000000 /dev/zero | tr "\\0" x' })
    expect(outcome).toEqual(passing(/failed with exit 1: x+…$/))
    expect(JSON.stringify(outcome).length).toBeLessThan(400)
  })

  test('that leaves a talkative child behind keeps nobody waiting', async () => {
    const before = performance.now()
    expect(await sendBy({ exitCode: 1, after: 'echo sorry >&2; sleep 5 &' })).toEqual(passing(/exit 1: sorry$/))
    expect(performance.now() - before).toBeLessThan(3000)
  })

  test('that does not exist is answered with a cure', async () => {
    expect(await sendBySendmail('/nowhere/sendmail', LETTER, within(5000))).toEqual(
      passing(/^sendmail \(\/nowhere\/sendmail\) does not exist; install a mail program/),
    )
  })

  test('that cannot be executed is answered with a cure', async () => {
    const sendmail = await make()
    await chmod(sendmail.path, 0o600)
    expect(await sendBySendmail(sendmail.path, LETTER, within(5000))).toEqual(
      passing(/cannot be executed; install a mail program/),
    )
  })

  test('that does not read a long message does not end us', async () => {
    const long = { ...LETTER, mime: Buffer.alloc(5_000_000, 'x\n') }
    expect(await sendBy({ before: 'exit 69' }, within(5000), long)).toEqual(passing(/failed with exit 69$/))
  })

  test('that dies after the message was written leaves it uncertain', async () => {
    expect(await sendBy({ after: 'kill -9 $$' })).toEqual(inDoubt(/died of SIGKILL; it may have taken the mail$/))
  })

  test('that dies before it read the message has refused it', async () => {
    const long = { ...LETTER, mime: Buffer.alloc(5_000_000, 'x\n') }
    expect(await sendBy({ before: 'kill -9 $$' }, within(5000), long)).toEqual(
      passing(/died of SIGKILL before it had read the mail$/),
    )
  })

  test('that hangs is killed at the deadline, with its children', async () => {
    const sendmail = await make({ before: '(sleep 1; touch "$0.survived") & sleep 600' })
    const before = performance.now()
    expect(await sendBySendmail(sendmail.path, LETTER, within(700))).toEqual(
      inDoubt(/did not finish within 0\.5 s and was killed; it may have taken the mail$/),
    )
    expect(performance.now() - before).toBeLessThan(700)
    await setTimeout(1000)
    expect(existsSync(`${sendmail.path}.survived`)).toBe(false)
  })

  test('that hangs is killed when the run is stopped', async () => {
    const stop = new AbortController()
    const sending = sendBy({ before: 'sleep 600' }, { ...within(60_000), signal: stop.signal })
    await setTimeout(200)
    stop.abort()
    expect(await sending).toEqual(inDoubt(/was interrupted and was killed/))
  })

  test('is not started after the deadline', async () => {
    expect(await sendBy({}, within(0))).toEqual(passing(/was not started: no time left$/))
  })

  test('is not started where the run is stopped already', async () => {
    expect(await sendBy({}, { ...within(5000), signal: AbortSignal.abort() })).toEqual(
      passing(/was not started: no time left$/),
    )
  })
})

describe('a mail notifier over sendmail', () => {
  const settings = { to: ['alice@domain.tld', 'root'], from: 'sender@domain.tld', instance: 'watch1' }

  test('answers for each recipient', async () => {
    const sendmail = await make()
    const notifier = createMailNotifier('ops', { ...settings, transport: { kind: 'sendmail', path: sendmail.path } })
    const deliveries = await notifier.send(message(), notifier.recipients, within(5000))
    expect(deliveries.map(({ recipient, kind }) => [recipient, kind])).toEqual([
      ['ops/alice@domain.tld', 'accepted'],
      ['ops/root', 'accepted'],
    ])
    const [call] = await sendmail.calls()
    expect(call?.args.slice(3)).toEqual(['--', 'alice@domain.tld', 'root'])
    expect(call?.raw).toContain('\nMessage-ID: <closing.1@lastalive>\n')
    expect(call?.raw).not.toContain('\r')
  })

  test('needs an absolute path', () => {
    expect(() => createMailNotifier('ops', { ...settings, transport: { kind: 'sendmail', path: 'sendmail' } })).toThrow(
      UsageError,
    )
  })
})
