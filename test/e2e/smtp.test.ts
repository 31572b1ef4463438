import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, onTestFinished, type TestContext, test } from 'vitest'
import type { Outcome } from '../support/command.ts'
import { letMinutesPass } from '../support/passing-time.ts'
import { lastaliveAgain as lastalive } from '../support/resident.ts'
import { ALERT, epoch, RUNTIME_INFO, SENDER } from '../support/scene.ts'
import {
  type Certificate,
  type Fault,
  makeCertificate,
  type ReceivedMail,
  type SmtpFixture,
  startFaultySmtp,
  startSmtp,
} from '../support/smtp.ts'

/** The time of a run that hangs, in seconds. */
const TIMEOUT = 3

let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'lastalive-smtp-'))
  const database = new Database(join(dir, 'mail.db'))
  database.exec(RUNTIME_INFO)
  database.prepare('INSERT INTO runtime_info VALUES (?, ?)').run('last_alive', epoch(-2_525))
  database.close()
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** A run that has an alarm to tell; several may go on side by side. */
function run(name: string, smtp: string, more: readonly string[] = []): Promise<Outcome> {
  const watch = ['--url', `sqlite:${join(dir, 'mail.db')}`, '--key', 'last_alive', '--critical', '10m', '--name', 'mdx']
  const told = ['--to', ALERT, '--from', SENDER, '--smtp', smtp]
  return lastalive(['run', ...watch, ...told, '--lockfile', lockfileOf(name), '-t', String(TIMEOUT), ...more])
}

function lockfileOf(name: string): string {
  return join(dir, `${name}.lck`)
}

function addressees(server: SmtpFixture): readonly (readonly string[])[] {
  return server.messages.map(({ to }) => to)
}

function idsOf(...servers: readonly SmtpFixture[]): ReadonlySet<string | undefined> {
  return new Set(servers.flatMap(({ messages }) => messages).map(({ parsed }: ReceivedMail) => parsed.messageId))
}

/** step, fault, why it was not told, how many messages the server may have taken */
type Row = readonly [Fault['step'], Fault['does'], string, number]

const ANSWERED: readonly Row[] = [
  ['greeting', '4xx', 'refused the connection: 451 4.3.0 try later', 0],
  ['greeting', '5xx', 'refused the connection: 554 5.0.0 never', 0],
  ['greeting', 'drop', 'closed the connection before it answered with a greeting', 0],
  ['ehlo', '4xx', 'refused the connection: 451 4.3.0 try later', 0],
  ['ehlo', '5xx', 'refused the connection: 554 5.0.0 never', 0],
  ['ehlo', 'drop', 'closed the connection before it answered EHLO', 0],
  ['mail', '4xx', `refused the sender ${SENDER}: 451 4.3.0 try later`, 0],
  ['mail', '5xx', `refused the sender ${SENDER}: 554 5.0.0 never`, 0],
  ['mail', 'drop', 'closed the connection before it answered MAIL', 0],
  ['rcpt', '4xx', `refused ${ALERT}: 451 4.3.0 try later`, 0],
  ['rcpt', '5xx', `refused ${ALERT}: 554 5.0.0 never`, 0],
  ['rcpt', 'drop', 'closed the connection before it answered RCPT', 0],
  ['data', '4xx', 'refused the mail: 451 4.3.0 try later', 0],
  ['data', '5xx', 'refused the mail: 554 5.0.0 never', 0],
  ['data', 'drop', 'closed the connection before it answered DATA', 0],
  ['dot', '4xx', 'refused the mail: 451 4.3.0 try later', 1],
  ['dot', '5xx', 'refused the mail: 554 5.0.0 never', 1],
  ['dot', 'drop', 'closed the connection before it answered the final dot; it may have taken the mail', 1],
]

/** In two tables: as many as run side by side without holding each other up. */
const SILENT_EARLY: readonly Row[] = [
  ['greeting', 'hang', 'did not answer with a greeting within', 0],
  ['ehlo', 'hang', 'did not answer EHLO within', 0],
  ['mail', 'hang', 'did not answer MAIL within', 0],
]

const SILENT_LATE: readonly Row[] = [
  ['rcpt', 'hang', 'did not answer RCPT within', 0],
  ['data', 'hang', 'did not answer DATA within', 0],
  ['dot', 'hang', 'did not answer the final dot within', 1],
]

describe.concurrent('a mail server that never answers', () => {
  test.for(SILENT_EARLY)('at the %s (%s): exit 4 and why in time, told by the next run, once', failsAt)
})

describe.concurrent('a mail server that never answers in the middle', () => {
  test.for(SILENT_LATE)('at the %s (%s): exit 4 and why in time, told by the next run, once', failsAt)
})

describe.concurrent('a mail server that answers badly', () => {
  test.for(ANSWERED)('at the %s (%s): exit 4 and why, told by the next run, once', failsAt)
})

describe.concurrent('a mail server that', () => {
  test.for([
    ['falls silent after the final dot', 'hang'],
    ['drops the connection after the final dot', 'drop'],
  ] as const)('%s, always, is sent one mail twice, and then not each minute', async ([_, does], context) => {
    const faulty = await startFaultySmtp({ step: 'dot', does })
    context.onTestFinished(() => faulty.stop())
    for (const again of ['at the next run', 'after ', 'after ', 'after ']) {
      const outcome = await run(`always-${does}`, faulty.url)
      expect(outcome.code).toBe(4)
      expect(outcome.stderr).toContain(`not told: mail/${ALERT} of mdx: smtp server 127.0.0.1:${faulty.port} `)
      expect(outcome.stderr).toContain(`it may have taken the mail; tried again ${again}`)
      expect(outcome.seconds).toBeLessThan(TIMEOUT + 1)
    }
    expect(faulty.messages).toHaveLength(2)
    expect(idsOf(faulty).size).toBe(1)
  })

  test('drops the connection after the final dot is sent the same after two minutes, then after four', async (context) => {
    const faulty = await startFaultySmtp({ step: 'dot', does: 'drop' })
    context.onTestFinished(() => faulty.stop())
    await run('patient', faulty.url)
    for (const [minutes, sent] of [
      [0, 2],
      [1, 2],
      [1, 3],
      [3, 3],
      [1, 4],
    ] as const) {
      letMinutesPass(lockfileOf('patient'), minutes)
      expect(await run('patient', faulty.url)).toMatchObject({ code: 4 })
      expect(faulty.messages).toHaveLength(sent)
    }
    expect(idsOf(faulty).size).toBe(1)
  })

  test('refuses for good is asked twice, and then not each minute', async (context) => {
    const faulty = await startFaultySmtp({ step: 'dot', does: '5xx' })
    context.onTestFinished(() => faulty.stop())
    for (const again of ['at the next run', 'after ', 'after ']) {
      const outcome = await run('for-good', faulty.url)
      expect(outcome).toMatchObject({ code: 4, stderr: expect.stringContaining(`never; tried again ${again}`) })
    }
    expect(faulty.messages).toHaveLength(2)
  })

  test('hangs, beside a database that hangs: both are over in time, and the words name who was not told', async (context) => {
    const faulty = await startFaultySmtp({ step: 'greeting', does: 'hang' })
    const silent = createServer()
    const port = await new Promise<number>((resolve) => {
      silent.listen(0, '127.0.0.1', () => resolve((silent.address() as AddressInfo).port))
    })
    context.onTestFinished(() => faulty.stop())
    context.onTestFinished(() => void silent.close())
    const outcome = await run('both', faulty.url, ['--url', `postgres://watch@127.0.0.1:${port}/mail`])
    expect(outcome.code).toBe(4)
    expect(outcome.stderr).toMatch(
      /^lastalive: not told: mail\/alert@domain\.tld of database mail: smtp server \S+ did not answer with a greeting within/,
    )
    expect(outcome.seconds).toBeLessThan(TIMEOUT + 1)
  })

  test('does not exist: exit 4 and why in time, told by the next run', async (context) => {
    const good = await startSmtp()
    context.onTestFinished(() => good.stop())
    const failed = await run('nosuchhost', 'smtp://nosuchhost.invalid')
    expect(failed.code).toBe(4)
    expect(failed.stderr).toMatch(
      /^lastalive: not told: mail\/alert@domain\.tld of mdx: smtp server nosuchhost\.invalid:25: (there is no host of this name|the host's name cannot be looked up now); tried again at the next run\n$/,
    )
    expect(failed.seconds).toBeLessThan(TIMEOUT + 1)
    expect(await run('nosuchhost', good.url)).toMatchObject({ code: 2, stderr: '' })
    expect(addressees(good)).toEqual([[ALERT]])
  })
})

async function failsAt([step, does, why, taken]: Row, context: TestContext): Promise<void> {
  const [faulty, good] = await Promise.all([startFaultySmtp({ step, does }), startSmtp()])
  context.onTestFinished(async () => void (await Promise.all([faulty.stop(), good.stop()])))
  const name = `${step}-${does}`
  const failed = await run(name, faulty.url)
  expect(failed).toMatchObject({ code: 4, stdout: '' })
  expect(failed.stderr).toContain(
    `lastalive: not told: mail/${ALERT} of mdx: smtp server 127.0.0.1:${faulty.port} ${why}`,
  )
  expect(failed.stderr).toMatch(/^[^\n]+; tried again at the next run\n$/)
  expect(failed.seconds).toBeLessThan(TIMEOUT + 1)
  expect(await run(name, good.url)).toMatchObject({ code: 2, stdout: '', stderr: '' })
  expect(await run(name, good.url)).toMatchObject({ code: 2, stdout: '', stderr: '' })
  expect(addressees(good)).toEqual([[ALERT]])
  expect(faulty.messages).toHaveLength(taken)
  expect(idsOf(faulty, good).size).toBe(1)
}

describe('a mail server with a certificate that nobody vouches for is not told, and told with ?ca', () => {
  let certificate: Certificate
  beforeAll(async () => {
    certificate = await makeCertificate()
  })
  afterAll(() => certificate.remove())

  // STARTTLS is not used with a loopback host: an IPv4 address in IPv6 dress does not count as one.
  test.each([
    ['from the first byte', 'implicit', '127.0.0.1', 'certificate of 127.0.0.1'],
    ['by STARTTLS', 'starttls', '[::ffff:127.0.0.1]', 'certificate of ::ffff:7f00:1'],
  ] as const)('%s', async (_, kind, host, words) => {
    const server = await startSmtp({ tls: { kind, certificate } })
    onTestFinished(() => server.stop())
    expect(await run(kind, server.url.replace('127.0.0.1', host))).toMatchObject({
      code: 4,
      stderr:
        `lastalive: not told: mail/${ALERT} of mdx: ${words} not trusted (self-signed certificate); ` +
        'give ?ca=FILE; tried again at the next run\n',
    })
    expect(server.messages).toEqual([])
    const trusting = `${server.url}?ca=${encodeURIComponent(certificate.certificateFile)}`
    expect(await run(kind, trusting)).toMatchObject({ code: 2, stderr: '' })
    expect(server.messages).toMatchObject([{ to: [ALERT], secure: true }])
  })
})

test('a login that is refused: exit 4 without the password, told once it is right', async () => {
  const server = await startSmtp({ login: { user: 'me', password: 's3cret' } })
  onTestFinished(() => server.stop())
  expect(await run('login', server.url.replace('s3cret', 'wr0ng'))).toMatchObject({
    code: 4,
    stderr:
      `lastalive: not told: mail/${ALERT} of mdx: smtp server 127.0.0.1:${server.port} refused the login of me: ` +
      '535 5.7.8 bad user or password; tried again at the next run\n',
  })
  expect(await run('login', server.url)).toMatchObject({ code: 2, stderr: '' })
  expect(addressees(server)).toEqual([[ALERT]])
})

describe('of two recipients', () => {
  const BOTH = ['--to', 'bob@domain.tld']

  test('both are told by one mail', async () => {
    const server = await startSmtp()
    onTestFinished(() => server.stop())
    expect(await run('both-told', server.url, BOTH)).toMatchObject({ code: 2, stderr: '' })
    expect(addressees(server)).toEqual([[ALERT, 'bob@domain.tld']])
  })

  test.each([
    ['for now', '450 4.2.1 busy'],
    ['for good', '550 5.1.1 no such user'],
  ])('one is refused %s: exit 4 and why, told later alone, and nobody twice', async (why, reply) => {
    const refusals: Record<string, string> = { 'bob@domain.tld': reply }
    const server = await startSmtp({ refusals })
    onTestFinished(() => server.stop())
    const refused = {
      code: 4,
      stderr:
        `lastalive: not told: mail/bob@domain.tld of mdx: smtp server 127.0.0.1:${server.port} ` +
        `refused bob@domain.tld: ${reply}; tried again at the next run\n`,
    }
    expect(await run(why, server.url, BOTH)).toMatchObject(refused)
    expect(addressees(server)).toEqual([[ALERT]])
    delete refusals['bob@domain.tld']
    expect(await run(why, server.url, BOTH)).toMatchObject({ code: 2, stderr: '' })
    expect(await run(why, server.url, BOTH)).toMatchObject({ code: 2, stderr: '' })
    expect(addressees(server)).toEqual([[ALERT], ['bob@domain.tld']])
  })
})
