import { existsSync } from 'node:fs'
import { chmod, readdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { UsageError } from '../../../src/core/errors.ts'
import type { Delivery } from '../../../src/core/incident/notice.ts'
import { createMailNotifier } from '../../../src/notifiers/mail/mail.ts'
import { sendBySendmail } from '../../../src/notifiers/mail/sendmail.ts'
import type { Outcome } from '../../../src/notifiers/outcome.ts'
import { makeSendmail, type SendmailFixture, type SendmailSettings } from '../../support/sendmail.ts'
import { message, within } from '../messages.ts'

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
  return sendBySendmail([(await make(settings)).path], letter, options)
}

const passing = (error: RegExp) => ({ kind: 'refused', permanent: false, error: expect.stringMatching(error) })
const lasting = (error: RegExp) => ({ kind: 'refused', permanent: true, error: expect.stringMatching(error) })
const inDoubt = (error: RegExp) => ({ kind: 'uncertain', error: expect.stringMatching(error) })

describe('sendmail', () => {
  test('gets the message as it was written, and whom it is for', async () => {
    const sendmail = await make()
    expect(await sendBySendmail([sendmail.path], LETTER, within(5000))).toEqual({
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

  test.each([
    [1, 'refused for now', passing(/failed with exit 1$/)],
    [64, 'refused for good', lasting(/failed with exit 64$/)],
    [65, 'refused for good', lasting(/failed with exit 65$/)],
    [66, 'refused for now', passing(/failed with exit 66$/)],
    [67, 'refused for good', lasting(/failed with exit 67$/)],
    [68, 'refused for now', passing(/failed with exit 68$/)],
    [69, 'refused for now', passing(/failed with exit 69$/)],
    [70, 'refused for now', passing(/failed with exit 70$/)],
    [75, 'uncertain', inDoubt(/\(exit 75\), and may have queued the mail$/)],
    [76, 'refused for now', passing(/failed with exit 76$/)],
    [77, 'refused for good', lasting(/failed with exit 77$/)],
    [78, 'refused for now', passing(/failed with exit 78$/)],
  ])('that ends with %i is %s', async (exitCode, _, outcome) => expect(await sendBy({ exitCode })).toEqual(outcome))

  test('that fails is quoted by its last lines', async () => {
    expect(
      await sendBy({ exitCode: 67, after: 'seq 1000; echo "user unknown" >&2; printf "bad \\033[31mred\\n" >&2' }),
    ).toEqual(lasting(/failed with exit 67: .*user unknown \/ bad \\x1b\[31mred/))
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
    expect(await sendBySendmail(['/nowhere/sendmail'], LETTER, within(5000))).toEqual(
      passing(/^sendmail \(\/nowhere\/sendmail\) does not exist; install a mail program/),
    )
  })

  test('that cannot be executed is answered with a cure', async () => {
    const sendmail = await make()
    await chmod(sendmail.path, 0o600)
    expect(await sendBySendmail([sendmail.path], LETTER, within(5000))).toEqual(
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
    expect(await sendBySendmail([sendmail.path], LETTER, within(700))).toEqual(
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
    const notifier = createMailNotifier('ops', {
      ...settings,
      transport: { kind: 'sendmail', program: [sendmail.path] },
    })
    const deliveries = await notifier.send(message(), notifier.recipients, within(5000))
    expect(deliveries.map(({ recipient, kind }) => [recipient, kind])).toEqual([
      ['ops/alice@domain.tld', 'accepted'],
      ['ops/root', 'accepted'],
    ])
    const [call, ...more] = await sendmail.calls()
    expect([call, ...more].map((each) => each?.args.slice(3)).toSorted()).toEqual([
      ['--', 'alice@domain.tld'],
      ['--', 'root'],
    ])
    expect(more.map(({ raw }) => raw)).toEqual([call?.raw])
    expect(call?.raw).toContain('\nTo: alice@domain.tld, <root>\n')
    expect(call?.raw).toContain('\nMessage-ID: <closing.1@lastalive>\n')
    expect(call?.raw).not.toContain('\r')
  })

  /** Who is told how, in the order in which it is known, of a program that ends by the address as its lines say. */
  async function tellEach(addresses: readonly string[], before: string, ms = 5_000) {
    const sendmail = await make({ before: `address=$5\n${before}` })
    const to = addresses.map((name) => `${name}@domain.tld`)
    const notifier = createMailNotifier('ops', {
      ...settings,
      to,
      transport: { kind: 'sendmail', program: [sendmail.path] },
    })
    const early: string[] = []
    const onDelivery = async ({ recipient, kind }: Delivery): Promise<void> => {
      early.push(`${recipient.slice('ops/'.length, -'@domain.tld'.length)} ${kind}`)
    }
    const deliveries = await notifier.send(message(), notifier.recipients, { ...within(ms), onDelivery })
    return { early, kinds: deliveries.map(({ kind }) => kind), calls: await sendmail.calls(), deliveries }
  }

  test('tells each who can be told, and says of the others what their own call said', async () => {
    const { kinds, deliveries } = await tellEach(
      ['ops', 'gone', 'full', 'later'],
      'case $address in gone*) echo "no such user" >&2; exit 67;; full*) exit 69;; later*) exit 75;; esac',
    )
    expect(kinds).toEqual(['accepted', 'refused', 'refused', 'uncertain'])
    expect(deliveries.map((one) => (one.kind === 'refused' ? one.permanent : undefined))).toEqual([
      undefined,
      true,
      false,
      undefined,
    ])
    expect(deliveries[1]).toMatchObject({ error: expect.stringMatching(/ failed with exit 67: no such user$/) })
  })

  test('says who is told before the slow ones are', async () => {
    const { early } = await tellEach(['slow', 'quick'], 'case $address in slow*) sleep 0.5;; esac')
    expect(early).toEqual(['quick accepted', 'slow accepted'])
  })

  test('runs four at a time, and begins the next only when what came of one is remembered', async () => {
    const sendmail = await make({ before: 'touch "$0.$$"; sleep 0.2', after: 'rm "$0.$$"' })
    const to = Array.from({ length: 9 }, (_, i) => `${i}@domain.tld`)
    const notifier = createMailNotifier('ops', {
      ...settings,
      to,
      transport: { kind: 'sendmail', program: [sendmail.path] },
    })
    let [open, most] = [0, 0]
    const onDelivery = async (): Promise<void> => {
      const running = (await readdir(dirname(sendmail.path))).filter((name) => /^sendmail\.\d+$/.test(name)).length
      most = Math.max(most, running + ++open)
      await setTimeout(50)
      open--
    }
    await notifier.send(message(), notifier.recipients, { ...within(10_000), onDelivery })
    expect(most).toBeLessThanOrEqual(4)
    expect(most).toBeGreaterThan(1)
  })

  test('gives nobody more than half of what is left, and who had no turn is refused for now', async () => {
    const names = Array.from({ length: 5 }, (_, i) => `dead${i}`)
    const { kinds } = await tellEach([...names, 'alive'], 'case $address in dead*) sleep 60;; esac', 2_000)
    expect(kinds).toEqual([...names.map(() => 'uncertain'), 'accepted'])
    const late = await tellEach(['one', 'two'], 'sleep 60', 0)
    expect(late.deliveries).toMatchObject([
      { kind: 'refused', permanent: false, error: expect.stringMatching(/was not started: no time left$/) },
      { kind: 'refused', permanent: false, error: expect.stringMatching(/was not started: no time left$/) },
    ])
  })

  test('stops all when the run is stopped, and starts no other', async () => {
    const sendmail = await make({ before: 'sleep 60' })
    const to = Array.from({ length: 6 }, (_, i) => `${i}@domain.tld`)
    const notifier = createMailNotifier('ops', {
      ...settings,
      to,
      transport: { kind: 'sendmail', program: [sendmail.path] },
    })
    const stop = new AbortController()
    const sending = notifier.send(message(), notifier.recipients, { ...within(60_000), signal: stop.signal })
    await setTimeout(300)
    stop.abort()
    expect((await sending).map(({ kind }) => kind)).toEqual([
      ...Array.from({ length: 4 }, () => 'uncertain'),
      'refused',
      'refused',
    ])
  })

  test('needs an absolute path', () => {
    expect(() =>
      createMailNotifier('ops', { ...settings, transport: { kind: 'sendmail', program: ['sendmail'] } }),
    ).toThrow(UsageError)
  })
})
