import { rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'
import { describe, expect, test } from 'vitest'
import { type Mood, type NotifierHarness, notifierLaws, type Received, type Trial } from '../../src/conformance.ts'
import type { Delivery } from '../../src/core/incident/notice.ts'
import type { Notifier } from '../../src/core/ports.ts'
import { parseHttpUrl } from '../../src/io/net/http-url.ts'
import { createCommandNotifier } from '../../src/notifiers/command/command.ts'
import { createIcingaNotifier } from '../../src/notifiers/icinga/icinga.ts'
import { createMailNotifier } from '../../src/notifiers/mail/mail.ts'
import { parseSmtpUrl } from '../../src/notifiers/mail/smtp-url.ts'
import { createWebhookNotifier } from '../../src/notifiers/webhook/webhook.ts'
import { makeFifo } from '../support/fifo.ts'
import { makeSendmail } from '../support/sendmail.ts'
import { type Reply, startWeb } from '../support/web.ts'
import { makeScript } from './scripts.ts'

const EVERY_MOOD: readonly Mood[] = [
  'accepts',
  'refuses for now',
  'refuses for good',
  'never answers',
  'takes and is silent',
  'is gone',
]

const ADDRESSES = ['alice@domain.tld', 'bob@domain.tld']
const PASSWORD = 'p%40ss-w0rd-gehe1m'

/** A mail as it arrived; recipients are named after the notifier. */
async function receivedMail(raw: string, to: readonly string[]): Promise<Received> {
  const { messageId = '', subject = '', text = '' } = await simpleParser(raw)
  return { id: messageId.slice(1, -1), subject, text, recipients: to.map((address) => `ops/${address}`) }
}

const error = (text: string, responseCode: number) => Object.assign(new Error(text), { responseCode })

async function startMoodySmtp(mood: Mood) {
  const taken: Promise<Received>[] = []
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    allowInsecureAuth: true,
    closeTimeout: 100,
    onAuth: (auth, _session, callback) => callback(null, { user: auth.username }),
    onConnect: (_session, callback) => {
      if (mood !== 'never answers') callback()
    },
    onMailFrom: (_address, _session, callback) => callback(mood === 'refuses for now' ? error('later', 451) : null),
    onRcptTo: (_address, _session, callback) => callback(mood === 'refuses for good' ? error('never', 550) : null),
    onData: async (stream, { envelope }, callback) => {
      const raw = Buffer.concat(await stream.toArray()).toString('latin1')
      const to = envelope.rcptTo.map(({ address }) => address)
      taken.push(receivedMail(raw, to))
      if (mood !== 'takes and is silent') callback()
    },
  })
  server.on('error', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // The address of a server that listens on a port is never a string.
  const { port } = server.server.address() as AddressInfo
  const stop = () => new Promise<void>((resolve) => server.close(() => resolve()))
  if (mood === 'is gone') await stop()
  return { port, received: () => Promise.all(taken), stop: async () => (mood === 'is gone' ? undefined : stop()) }
}

const smtp: NotifierHarness = {
  moods: EVERY_MOOD,
  secrets: [PASSWORD, decodeURIComponent(PASSWORD)],
  make: async (mood): Promise<Trial> => {
    const { port, received, stop } = await startMoodySmtp(mood)
    const target = parseSmtpUrl(`smtp://watch:${PASSWORD}@127.0.0.1:${port}`)
    const settings = { to: ADDRESSES, from: 'watch@domain.tld', instance: 'watch1' }
    const notifier = createMailNotifier('ops', { ...settings, transport: { kind: 'smtp', target, hostName: 'vm' } })
    return { notifier, received, remove: stop }
  },
}

const sendmail: NotifierHarness = {
  moods: EVERY_MOOD,
  make: async (mood): Promise<Trial> => {
    const program = await makeSendmail({
      ...(mood === 'refuses for now' ? { before: 'exit 1' } : {}),
      ...(mood === 'refuses for good' ? { before: 'exit 67' } : {}),
      ...(mood === 'never answers' ? { before: 'sleep 60' } : {}),
      ...(mood === 'takes and is silent' ? { after: 'sleep 60' } : {}),
    })
    if (mood === 'is gone') await rm(program.path)
    const settings = { to: ADDRESSES, from: 'watch@domain.tld', instance: 'watch1' }
    const transport = { kind: 'sendmail', program: [program.path] } as const
    return {
      notifier: createMailNotifier('ops', { ...settings, transport }),
      received: async () =>
        Promise.all((await program.calls()).map(({ raw, args }) => receivedMail(raw, args.slice(4)))),
      remove: () => program.stop(),
    }
  },
}

/** What came as the message itself. */
function receivedJson(text: string, id: string): Received {
  const { subject, text: words, notices } = JSON.parse(text)
  expect(notices).toHaveLength(1)
  return { id, subject, text: words, recipients: ['chat'] }
}

const REPLIES: Readonly<Record<Mood, Reply>> = {
  accepts: { status: 204 },
  'refuses for now': { status: 503, body: `token-gehe1m-token ${PASSWORD}` },
  'refuses for good': { status: 410, body: 'token-gehe1m-token and Bearer-gehe1m' },
  'never answers': 'hang',
  'takes and is silent': 'hang',
  'is gone': 'hang',
}

function webhook(moods: readonly Mood[], body?: unknown): NotifierHarness {
  return {
    moods,
    secrets: ['gehe1m', PASSWORD],
    make: async (mood): Promise<Trial> => {
      const server = await startWeb()
      server.answer(REPLIES[mood])
      if (mood === 'is gone') await server.stop()
      const url = `http://watch:${PASSWORD}@127.0.0.1:${server.port}/hooks/token-gehe1m-token`
      const headers = { Authorization: 'Bearer Bearer-gehe1m', 'X-Title': '{headline}', 'X-Item': '{item}' }
      const settings = { target: parseHttpUrl(url), method: 'POST', headers, timeout: 60 } as const
      return {
        notifier: createWebhookNotifier('chat', body === undefined ? settings : { ...settings, body }),
        received: async () =>
          (mood.startsWith('refuses') ? [] : server.requests).map(({ body: sent, headers: sentHeaders }) =>
            receivedJson(sent, sentHeaders['idempotency-key'] ?? ''),
          ),
        remove: () => (mood === 'is gone' ? Promise.resolve() : server.stop()),
      }
    },
  }
}

const command: NotifierHarness = {
  moods: EVERY_MOOD,
  make: async (mood): Promise<Trial> => {
    const script = await makeScript({
      ...(mood === 'refuses for now' ? { before: 'exit 1' } : {}),
      ...(mood === 'refuses for good' ? { before: 'exit 64' } : {}),
      ...(mood === 'never answers' ? { before: 'sleep 60' } : {}),
      ...(mood === 'takes and is silent' ? { after: 'sleep 60' } : {}),
    })
    if (mood === 'is gone') await rm(script.path)
    return {
      notifier: createCommandNotifier('chat', { run: [script.path], timeout: 60 }),
      received: async () =>
        (await script.calls()).map(({ env, input }) => ({
          ...receivedJson(input, env.NOTICE_MESSAGE_ID ?? ''),
          subject: env.NOTICE_SUBJECT ?? '',
        })),
      remove: () => script.stop(),
    }
  },
}

const COMMAND_LINE = /^\[\d+\] PROCESS_SERVICE_CHECK_RESULT;[^;]+;[^;]+;2;.*\\nTold by .*: (\S+)$/

const commandFile: NotifierHarness = {
  // It never answers: what is written is taken, and nothing but the state of the FIFO can refuse it.
  moods: EVERY_MOOD.filter((mood) => !['refuses for good', 'takes and is silent'].includes(mood)),
  make: async (mood): Promise<Trial> => {
    const fifo = makeFifo()
    if (mood === 'refuses for now') fifo.abandon()
    if (mood === 'never answers') fifo.fill()
    if (mood === 'is gone') await rm(fifo.path)
    const settings = { host: 'watch1', service: '{title}', timeout: 60 }
    const lines: string[] = []
    return {
      notifier: createIcingaNotifier('nms', { ...settings, place: { kind: 'command file', path: fifo.path } }),
      received: async () => {
        lines.push(...fifo.read().split('\n').slice(0, -1))
        return lines.map((line) => ({ id: COMMAND_LINE.exec(line)?.[1] ?? line, recipients: ['nms'] }))
      },
      remove: async () => fifo.remove(),
    }
  },
}

const API_REPLIES: Readonly<Record<Mood, Reply>> = {
  ...REPLIES,
  accepts: { status: 200, body: '{"results":[{"code":200.0,"status":"Successfully processed check result."}]}' },
  'refuses for good': { status: 404, body: `{"error":404.0,"status":"No objects found. ${PASSWORD}"}` },
}

const icingaApi: NotifierHarness = {
  moods: EVERY_MOOD,
  secrets: [PASSWORD, decodeURIComponent(PASSWORD)],
  make: async (mood): Promise<Trial> => {
    const server = await startWeb()
    server.answer(API_REPLIES[mood])
    if (mood === 'is gone') await server.stop()
    const target = parseHttpUrl(`http://watch:${PASSWORD}@127.0.0.1:${server.port}`)
    const settings = { host: '{instance}', service: '{title}', timeout: 60 }
    return {
      notifier: createIcingaNotifier('nms', { ...settings, place: { kind: 'api', target } }),
      received: async () =>
        (mood.startsWith('refuses') ? [] : server.requests).map(({ body }) => {
          const [, foot = ''] = JSON.parse(body).plugin_output.split('\n')
          return { id: /^Told by .*: (\S+)$/.exec(foot)?.[1] ?? foot, recipients: ['nms'] }
        }),
      remove: () => (mood === 'is gone' ? Promise.resolve() : server.stop()),
    }
  },
}

const TEMPLATE = {
  subject: '{subject}',
  text: '{text}',
  notices: [{ item: '{item}', of: ['{check}', { count: '{count}', priority: '{priority}' }] }],
}

describe.each([
  ['mail through a server', smtp],
  ['mail through sendmail', sendmail],
  ['a webhook', webhook(EVERY_MOOD)],
  ['a webhook with a body of its own', webhook(['accepts'], TEMPLATE)],
  ['a command', command],
  ['the command file of Nagios', commandFile],
  ['the API of Icinga', icingaApi],
])('%s', (_, harness) => {
  for (const { name, run } of notifierLaws(harness)) test.concurrent(name, run)
})

test('each mood that a harness has not is left out', () => {
  expect(notifierLaws({ ...command, moods: ['is gone'] }).map(({ name }) => name)).toEqual([
    'is refused for now where the target is gone',
  ])
})

describe('whoever breaks a law is found:', () => {
  const accepted = (recipient: string): Delivery => ({ recipient, kind: 'accepted', by: 'nobody' })
  const broken = async (send: Notifier['send']): Promise<readonly string[]> => {
    const notifier: Notifier = { name: 'ops', recipients: ['ops/a', 'ops/b'], send }
    const remove = async (): Promise<void> => {}
    const make = async (): Promise<Trial> => ({ notifier, received: async () => [], remove })
    const results = notifierLaws({ moods: ['accepts'], make }).map(({ run }) => run().then(() => '', String))
    return Promise.all(results)
  }

  test('one that takes back what it said early', async () => {
    const liar: Notifier['send'] = async (_, recipients, { onDelivery }) => {
      for (const recipient of recipients) await onDelivery?.(accepted(recipient))
      return recipients.map((recipient) => ({ recipient, kind: 'uncertain', error: 'not sure any more' }))
    }
    expect((await broken(liar)).join('\n')).toContain('what was said early does not stand in the answer')
  })

  test('one that says the same twice', async () => {
    const chatterbox: Notifier['send'] = async (_, recipients, { onDelivery }) => {
      for (const recipient of [...recipients, ...recipients]) await onDelivery?.(accepted(recipient))
      return recipients.map(accepted)
    }
    expect((await broken(chatterbox)).join('\n')).toContain('said early more than once')
  })
})
