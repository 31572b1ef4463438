import { rmSync, writeFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import type { Message } from '../../../src/core/incident/notice.ts'
import { parseHttpUrl } from '../../../src/io/net/http-url.ts'
import { commandOf } from '../../../src/notifiers/icinga/command-file.ts'
import { createIcingaNotifier, type IcingaSettings } from '../../../src/notifiers/icinga/icinga.ts'
import { type Fifo, makeFifo } from '../../support/fifo.ts'
import { type Reply, startWeb, type WebFixture } from '../../support/web.ts'
import { aFact, message, within } from '../messages.ts'
import { forGood, inDoubt, passing } from '../webhook/webhooks.ts'

const NAMING = { host: '{instance}', service: '{title}', timeout: 10 }
const HEADLINE = 'CRITICAL mdx: silent for 42 min (limit 10 min)'
const FOOT = 'Told by watch1: closing.1@lastalive'

async function sendBy(settings: IcingaSettings, said: Partial<Message>, options = within(10_000)) {
  const [delivery] = await createIcingaNotifier('nms', settings).send(message(said), ['nms'], options)
  return delivery
}

describe('the command file', () => {
  let fifo: Fifo
  beforeEach(() => {
    fifo = makeFifo()
    onTestFinished(() => fifo.remove())
  })

  const send = (said: Partial<Message> = {}, changes: Partial<IcingaSettings> = {}, options = within(10_000)) =>
    sendBy({ ...NAMING, place: { kind: 'command file', path: fifo.path }, ...changes }, said, options)

  /** What was written, without its times. */
  const commands = (): readonly string[] =>
    fifo
      .read()
      .replaceAll(/^\[\d{10}\] /gm, '')
      .replaceAll(/outage=\d+s/g, 'outage=Ns')
      .split('\n')
      .slice(0, -1)

  const refused = (words: string) => passing(new RegExp(`^icinga nms \\(/\\S+/nagios\\.cmd\\) ${words}$`))

  test('gets a line for each notice: state, words, figures and Message-ID', async () => {
    const closedAt = new Date('2026-11-22T12:28:00Z')
    const over = {
      title: 'imports',
      kind: 'closed',
      state: 'ok',
      headline: 'OK imports: alive again',
      closedAt,
    } as const
    const states = ['warning', 'unknown'] as const
    const others = states.map((state) => aFact({ title: state, state, severity: state, headline: state }))
    const by = `icinga nms (${fifo.path})`
    expect(await send({ facts: [aFact(), ...others, aFact(over)] })).toEqual({ recipient: 'nms', kind: 'accepted', by })
    const tail = `\\n${FOOT}`
    expect(commands()).toEqual([
      `PROCESS_SERVICE_CHECK_RESULT;watch1;mdx;2;${HEADLINE}|outage=Ns;;;0${tail}`,
      `PROCESS_SERVICE_CHECK_RESULT;watch1;warning;1;warning|outage=Ns;;;0${tail}`,
      `PROCESS_SERVICE_CHECK_RESULT;watch1;unknown;3;unknown|outage=Ns;;;0${tail}`,
      `PROCESS_SERVICE_CHECK_RESULT;watch1;imports;0;OK imports: alive again|outage=Ns;;;0${tail}`,
    ])
  })

  test('says of what is over how long it was bad', async () => {
    const closedAt = new Date('2026-11-22T12:28:00.900Z')
    await send({ facts: [aFact({ kind: 'closed', state: 'ok', closedAt })] })
    expect(fifo.read()).toContain('|outage=3600s;;;0\\n')
  })

  test('has no figures of a test message', async () => {
    await send({ facts: [aFact({ kind: 'test', state: 'ok', title: 'test', headline: 'TEST This is a test' })] })
    expect(commands()).toEqual([`PROCESS_SERVICE_CHECK_RESULT;watch1;test;0;TEST This is a test\\n${FOOT}`])
  })

  test('names host and service as the configuration says', async () => {
    await send({ facts: [aFact({ item: 'host-7' })] }, { host: '{item}', service: 'told-{check}' })
    expect(commands()).toEqual([expect.stringContaining(';host-7;told-mdx;2;')])
  })

  test('falls back on its own names where a template makes none', async () => {
    await send({}, { host: '{item}', service: ' {item}' })
    expect(commands()).toEqual([expect.stringContaining(';watch1;mdx;2;')])
  })

  test('lets the worst speak for a service that several share, and names the others', async () => {
    const other = aFact({ title: 'x', state: 'ok', headline: 'OK x: alive again' })
    await send({ facts: [aFact(), other] }, { service: 'lastalive' })
    expect(commands()).toEqual([
      `PROCESS_SERVICE_CHECK_RESULT;watch1;lastalive;2;${HEADLINE}|outage=Ns;;;0\\n${FOOT}\\nOK x: alive again`,
    ])
  })

  test('takes nothing in a name or a text for more than that', async () => {
    const title = 'a;b\n[0] SHUTDOWN_PROGRAM|\\n'
    const headline = 'x;y|z=1 \\n \\\\n \n[0] SHUTDOWN_PROGRAM\r\u202e\0'
    await send({ instance: 'i;j\nk', facts: [aFact({ title, headline })] })
    expect(commands()).toEqual([
      'PROCESS_SERVICE_CHECK_RESULT;i,j\\nk;a,b\\n[0] SHUTDOWN_PROGRAM|\\n;2;' +
        'x;y¦z=1 /n //n /n[0] SHUTDOWN_PROGRAM/r/u202e/x00|outage=Ns;;;0\\nTold by i;j/nk: closing.1@lastalive',
    ])
  })

  test('gets lines that a pipe takes at once, with all that matters in them', async () => {
    const long = '🔥'.repeat(10_000)
    const facts = Array.from({ length: 50 }, () => aFact({ title: long, headline: long }))
    expect(await send({ instance: long, id: `${'a'.repeat(40)}@${'b'.repeat(100)}`, facts })).toMatchObject({
      kind: 'accepted',
    })
    const [line = '', ...more] = fifo.read().split('\n')
    expect(more).toEqual([''])
    expect(Buffer.byteLength(`${line}\n`)).toBeLessThanOrEqual(4_096)
    expect(line).toMatch(/;2;🔥+…\|outage=\d+s;;;0\\nTold by 🔥+…: a+@b+\\n🔥+$/u)
  })

  test('refuses for now where nobody reads it, at once', async () => {
    fifo.abandon()
    expect(await send()).toMatchObject(refused('is read by nobody; start Nagios or Icinga'))
  })

  test('refuses for now where it is not there, and does not make it', async () => {
    rmSync(fifo.path)
    expect(await send()).toMatchObject(refused('does not exist; start Nagios .*'))
    expect(() => rmSync(fifo.path)).toThrow(/ENOENT/)
  })

  test('refuses for now where it is a file, which nobody would read', async () => {
    rmSync(fifo.path)
    writeFileSync(fifo.path, 'before')
    expect(await send()).toMatchObject(refused('is no FIFO, so that nobody would read it; .*'))
  })

  test('refuses for now what does not go in until its time is over', async () => {
    fifo.fill()
    const before = performance.now()
    expect(await send({}, { timeout: 0.3 })).toMatchObject(refused('is full, and nobody has read it in time'))
    expect(performance.now() - before).toBeGreaterThan(250)
  })

  test('waits for room', async () => {
    fifo.fill()
    const sending = send()
    setTimeout(() => fifo.read(), 100)
    expect(await sending).toMatchObject({ kind: 'accepted' })
    expect(fifo.read()).toContain(';mdx;2;')
  })

  test('says how many results were taken where the rest was not', async () => {
    const facts = Array.from({ length: 200 }, (_, i) => aFact({ title: `${i}`, headline: 'x'.repeat(399) }))
    expect(await send({ facts }, { timeout: 0.3 })).toMatchObject(
      refused('is full, .* in time; 1\\d\\d of the results were taken'),
    )
  })

  test('is refused for good where a message has more notices than it can hold', async () => {
    expect(await send({ moreFacts: 7 })).toMatchObject(
      forGood(/^icinga nms \(\S+\) was not told of 7 notices more; write group: check$/),
    )
    expect(commands()).toHaveLength(1)
  })
})

test('a command has the time at which it was made', () => {
  const result = { host: 'h', service: 's', code: 0, lines: ['fine'], perfdata: '' }
  expect(commandOf(result, 1_795_308_333).toString()).toBe('[1795308333] PROCESS_SERVICE_CHECK_RESULT;h;s;0;fine\n')
})

describe('the API', () => {
  const TAKEN = { status: 200, body: '{"results":[{"code":200.0,"status":"Successfully processed check result."}]}' }
  let server: WebFixture
  beforeAll(async () => {
    server = await startWeb()
  })
  afterAll(() => server.stop())
  beforeEach(() => server.answer(TAKEN))
  afterEach(() => server.answer(TAKEN))

  const send = (said: Partial<Message> = {}, { path = '', timeout = 10 }: { path?: string; timeout?: number } = {}) => {
    const target = parseHttpUrl(`http://us%40er:gehe1m-1@127.0.0.1:${server.port}${path}`)
    return sendBy({ ...NAMING, timeout, place: { kind: 'api', target } }, said)
  }
  const words = (text: string) => new RegExp(`^icinga nms at 127\\.0\\.0\\.1:\\d+ ${text}$`)

  test('is asked to process a result', async () => {
    expect(await send()).toEqual({ recipient: 'nms', kind: 'accepted', by: `icinga nms at 127.0.0.1:${server.port}` })
    const { method, path, headers, body } = server.requests.at(-1) ?? expect.fail('no request')
    expect([method, path]).toEqual(['POST', '/v1/actions/process-check-result'])
    expect(headers).toMatchObject({
      accept: 'application/json',
      authorization: `Basic ${Buffer.from('us@er:gehe1m-1').toString('base64')}`,
    })
    expect(JSON.parse(body)).toEqual({
      type: 'Service',
      service: 'watch1!mdx',
      exit_status: 2,
      plugin_output: `${HEADLINE}\n${FOOT}`,
      performance_data: [expect.stringMatching(/^outage=\d+s;;;0$/)],
      check_source: 'watch1',
    })
  })

  test.each(['', '/', '/v1', '/v1/'])('is found at a URL that ends in "%s"', async (path) => {
    await send({}, { path })
    expect(server.requests.at(-1)?.path).toBe('/v1/actions/process-check-result')
  })

  test('is found behind another server', async () => {
    await send({}, { path: '/icinga/api/' })
    expect(server.requests.at(-1)?.path).toBe('/icinga/api/v1/actions/process-check-result')
  })

  test('is asked once for each notice, and goes on where one is refused for good', async () => {
    server.answer({ status: 404, body: '{"error":404,"status":"No objects found."}' })
    const before = server.requests.length
    const facts = ['one', 'two', 'three'].map((title) => aFact({ title }))
    expect(await send({ facts })).toMatchObject(forGood(words('knows no service "watch1!one"; .*')))
    expect(server.requests.slice(before).map(({ body }) => JSON.parse(body).service)).toEqual([
      'watch1!one',
      'watch1!two',
      'watch1!three',
    ])
  })

  test('is not asked for the others where it has an error of its own', async () => {
    server.answer({ status: 503 })
    const before = server.requests.length
    await send({ facts: ['one', 'two'].map((title) => aFact({ title })) })
    expect(server.requests).toHaveLength(before + 1)
  })

  test.each<[string, Reply, object]>([
    [
      'an unknown service is for good, and says what to create',
      { status: 404, body: '{"error":404.0,"status":"No objects found."}' },
      forGood(
        words(
          'knows no service "watch1!mdx"; create it there, with enable_passive_checks, and give the user of the API the permission actions/process-check-result',
        ),
      ),
    ],
    [
      'a wrong password is for good',
      { status: 401, body: '{"error":401.0,"status":"Unauthorized. Please check your user credentials."}' },
      forGood(words('refused the result of "watch1!mdx" with 401: Unauthorized\\. Please .*')),
    ],
    [
      'a service that takes no results is for good',
      { status: 403, body: '{"results":[{"code":403.0,"status":"Passive checks are disabled for object \'x\'."}]}' },
      forGood(words('refused the result of "watch1!mdx" with 403: Passive checks are disabled .*')),
    ],
    [
      'the code of the service counts, not that of the answer',
      { status: 200, body: '{"results":[{"code":500.0,"status":"Action execution failed"}]}' },
      passing(words('refused the result of "watch1!mdx" with 500: Action execution failed')),
    ],
    [
      'shutting down passes',
      { status: 503, body: '{"error":503,"status":"Shutting down."}' },
      passing(words('refused the result of "watch1!mdx" with 503: Shutting down\\.')),
    ],
    ['another server is for good', { status: 404, body: '<html>' }, forGood(words('answered 404 Not Found'))],
    ['a broken gateway passes', { status: 502, body: '<html>' }, passing(words('answered 502 Bad Gateway'))],
    [
      'another language leaves it uncertain',
      { status: 200, body: '<html>Welcome' },
      inDoubt(words('answered 200, but not as Icinga does; it may have taken the result')),
    ],
    [
      'no words leave it uncertain',
      { status: 200, body: '{"results":[]}' },
      inDoubt(words('answered 200, but not as Icinga does; .*')),
    ],
    ['no answer leaves it uncertain', 'hang', inDoubt(words('did not answer within 0\\.3 s; .*'))],
    ['a cut connection leaves it uncertain', 'drop', inDoubt(words('closed the connection before .*'))],
  ])('%s', async (_, reply, delivery) => {
    server.answer(reply)
    expect(await send({}, reply === 'hang' ? { timeout: 0.3 } : {})).toMatchObject(delivery)
  })

  test('shows nothing of its password, also where the server repeats it', async () => {
    const basic = Buffer.from('us@er:gehe1m-1').toString('base64')
    server.answer({ status: 400, body: JSON.stringify({ error: 400, status: `gehe1m-1 ${basic}` }) })
    const told = JSON.stringify(await send())
    expect(told).toContain('with 400: *** ***')
  })

  test('is not asked without the certificates that it is to be trusted by', async () => {
    const target = parseHttpUrl(server.url)
    const place = { kind: 'api', target, ca: '/nowhere/ca.pem' } as const
    expect(await sendBy({ ...NAMING, place }, {})).toMatchObject(
      passing(/^cannot read the certificates that icinga nms at /),
    )
  })
})
