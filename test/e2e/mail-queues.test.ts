import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { canRunMailHosts, MAIL_HOSTS, MAIL_HOSTS_MISSING, type MailHost, startMailHost } from '../support/mail-hosts.ts'
import { freePort } from '../support/postgres.ts'
import { ALERT, makeSqliteScene, SENDER } from '../support/scene.ts'
import { type SmtpFixture, startSmtp } from '../support/smtp.ts'

const GONE = 'gone@domain.tld'
const SILENT = 2_525
const ACCEPTED = { code: 2, stdout: '', stderr: '' }

/** A silent service, told of by a host whose mail system hands its mail to a relay at this port. */
async function makeQueueScene(name: string, port: number) {
  const host = await startMailHost(name, port)
  const scene = await makeSqliteScene({ sendmail: host.sendmail })
  scene.beat(SILENT)
  return { ...scene, host, run: () => scene.run(['--to', GONE]) }
}

async function startRelay(settings: Parameters<typeof startSmtp>[0]): Promise<SmtpFixture> {
  const relay = await startSmtp(settings)
  onTestFinished(() => relay.stop())
  return relay
}

/** The subjects that came for an address, once there are as many. */
const cameTo = (address: string, count: number, { messages }: SmtpFixture): Promise<readonly string[]> =>
  eventually(
    () => {
      const its = messages.filter(({ to }) => to.includes(address)).map(({ parsed }) => parsed.subject ?? '')
      return its.length >= count ? its : undefined
    },
    { what: () => `${count} mails for ${address}: ${JSON.stringify(messages)}`, ms: 10_000 },
  )

/** Nothing waits for an address any more; now and then all is tried again, for a flush may disturb what is under way. */
const emptied = (host: MailHost, address: string): Promise<true> =>
  eventually(
    async () => {
      if (!host.mailq().includes(address)) return true
      try {
        host.flush()
      } catch {
        // Postfix does not take it while its queue manager is busy: it is said again until the time is over.
      }
      return sleep(1_000)
    },
    { what: host.mailq, ms: 20_000 },
  )

const [OPENED, CLOSED] = [
  expect.stringMatching(/^\[lastalive\] CRITICAL mdx: silent for 42 min/),
  expect.stringMatching(/^\[lastalive\] OK mdx: alive again/),
]

describe.skipIf(!canRunMailHosts())(`through a queue (otherwise: ${MAIL_HOSTS_MISSING})`, () => {
  test.each(MAIL_HOSTS)('%s, whose relay refuses one address, sends the sender the refusal', async (name) => {
    const relay = await startRelay({ refusals: { [GONE]: '550 5.1.1 no such user' } })
    const scene = await makeQueueScene(name, relay.port)
    for (let runs = 0; runs < 2; runs++) expect(await scene.run()).toMatchObject(ACCEPTED)
    // Of two mails that wait in a queue either may go first.
    expect(await cameTo(ALERT, 1, relay)).toEqual([OPENED])
    scene.beat()
    for (let runs = 0; runs < 2; runs++) expect(await scene.run()).toMatchObject({ ...ACCEPTED, code: 0 })
    expect(await cameTo(SENDER, 2, relay)).toHaveLength(2)
    expect(await cameTo(ALERT, 2, relay)).toEqual([OPENED, CLOSED])
    expect(await cameTo(GONE, 0, relay)).toEqual([])
    const returned = relay.messages.filter(({ to }) => to.includes(SENDER))
    expect(returned.map(({ from, raw }) => [from, raw.includes(GONE)])).toEqual([
      ['', true],
      ['', true],
    ])
    await emptied(scene.host, GONE)
  })

  test.each(MAIL_HOSTS)(
    '%s, whose relay defers one address, shows it in mailq, and tells it once later',
    async (name) => {
      const answer = vi.fn<() => string | undefined>(() => '450 4.2.0 greylisted')
      const relay = await startRelay({ refusals: Object.defineProperty({}, GONE, { get: answer }) })
      const scene = await makeQueueScene(name, relay.port)
      for (let runs = 0; runs < 2; runs++) expect(await scene.run()).toMatchObject(ACCEPTED)
      expect(await cameTo(ALERT, 1, relay)).toEqual([OPENED])
      await vi.waitFor(() => expect(answer).toHaveBeenCalled())
      expect(scene.host.mailq()).toContain(GONE)
      answer.mockReturnValue(undefined)
      await emptied(scene.host, GONE)
      expect([await cameTo(ALERT, 1, relay), await cameTo(GONE, 1, relay)]).toEqual([[OPENED], [OPENED]])
    },
  )

  test.each(MAIL_HOSTS)(
    '%s, whose relay is down, keeps all, and tells each thing once when that is up',
    async (name) => {
      const port = await freePort()
      const scene = await makeQueueScene(name, port)
      for (let runs = 0; runs < 2; runs++) expect(await scene.run()).toMatchObject(ACCEPTED)
      scene.beat()
      expect(await scene.run()).toMatchObject({ ...ACCEPTED, code: 0 })
      expect(scene.host.mailq()).toContain(GONE)
      const relay = await startRelay({ port })
      for (const address of [ALERT, GONE]) await emptied(scene.host, address)
      for (const address of [ALERT, GONE]) {
        expect([...(await cameTo(address, 2, relay))].sort()).toEqual([OPENED, CLOSED])
      }
    },
  )
})
