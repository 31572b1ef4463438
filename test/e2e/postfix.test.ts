import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { canRunPostfix, POSTFIX_MISSING, startPostfix, type TestPostfix } from '../support/postfix.ts'
import type { Ports } from '../support/postfix-settings.ts'
import { type Certificate, makeCertificate } from '../support/smtp.ts'
import { makeWatchingScene, type WatchingScene } from '../support/watching.ts'

const SENDER = 'alert-sender@domain.tld'
const PASSWORD = 'schlüssel/本@%'
/** As it is configured, and as the envelope has it. */
const INTERNATIONAL = 'wächter-本@bücher.example'
const ENVELOPE = 'wächter-本@xn--bcher-kva.example'
/** Those of the tests, each its own, so that none sees another's mail. */
const LOCAL_PARTS = ['submission', 'smtps', 'beside', 'plain', 'password', 'starttls', 'tls', 'known', 'late']
const ADDRESSES = [SENDER, ENVELOPE, ...LOCAL_PARTS.map((name) => `${name}@domain.tld`)]

let servers: TestPostfix

interface UrlOptions {
  readonly password?: string
  /** file with the authorities to trust; undefined: the system's */
  readonly ca?: string | undefined
}

/** One of Postfix's services as lastalive takes it, with a login. */
function urlOf(kind: keyof Ports, { password = PASSWORD, ...options }: UrlOptions = {}): string {
  const ca = 'ca' in options ? options.ca : servers.authority
  const login = [SENDER, password].map(encodeURIComponent).join(':')
  const query = ca === undefined ? '' : `?ca=${encodeURIComponent(ca)}`
  return `${kind === 'smtps' ? 'smtps' : 'smtp'}://${login}@127.0.0.1:${servers.ports[kind]}${query}`
}

/** A worker that can fall silent, and those who are told. */
interface Workers extends WatchingScene {
  beat(secondsAgo: number): void
  tell(to: readonly string[], smtp: string): void
  /** recipient → the opening's Message-ID, in the only lockfile */
  openings(): Readonly<Record<string, string>>
}

async function makeWorkers(name: string, remind = 'always'): Promise<Workers> {
  const scene = await makeWatchingScene('CREATE TABLE workers(name text, seen text)')
  const beat = (secondsAgo: number): void => {
    const seen = new Date(Date.now() - secondsAgo * 1_000).toISOString()
    scene.database.exec('DELETE FROM workers')
    scene.database.prepare('INSERT INTO workers VALUES (?, ?)').run(name, seen)
  }
  beat(600)
  const check = { rows: 'SELECT name, seen FROM workers', critical: '5m', note: 'Ruf “Jörg” an, 本 👾' }
  return {
    ...scene,
    beat,
    tell: (to, smtp) =>
      scene.watch(
        { workers: check },
        {
          instance: 'Wächter-本',
          notifiers: { ops: { mail: { to, from: SENDER, smtp } } },
          defaults: { remind },
        },
      ),
    openings: () => {
      const incidents = scene.lockfiles().map((path): unknown => JSON.parse(readFileSync(path, 'utf8')))
      expect(incidents).toHaveLength(1)
      // What our own command wrote, compared with what arrived.
      const { told } = incidents[0] as { readonly told: Readonly<Record<string, { readonly openingId: string }>> }
      return Object.fromEntries(Object.entries(told).map(([recipient, { openingId }]) => [recipient, openingId]))
    },
  }
}

describe.skipIf(!canRunPostfix())(`mail through Postfix (otherwise: ${POSTFIX_MISSING})`, () => {
  /** An authority that has nothing to do with the servers. */
  let stranger: Certificate
  beforeAll(async () => {
    stranger = await makeCertificate()
    servers = await startPostfix({ password: PASSWORD, addresses: ADDRESSES })
  })
  afterAll(async () => {
    await stranger.remove()
    await servers.remove()
  })

  test.each([
    ['STARTTLS', 'submission'],
    ['TLS from the first byte', 'smtps'],
  ] as const)(
    'alert, reminder and recovery arrive by %s as one thread, under the ID in the lockfile',
    async (_, kind) => {
      const address = `${kind}@domain.tld`
      const scene = await makeWorkers('import')
      const mailbox = await servers.mailbox(address)
      scene.tell([address], urlOf(kind))
      expect(await scene.command(['run'])).toMatchObject({ code: 2, stdout: '', stderr: '' })
      const openings = scene.openings()
      await mailbox.mails(1)
      expect(await scene.command(['run'])).toMatchObject({ code: 2, stdout: '', stderr: '' })
      expect(scene.openings()).toEqual(openings)
      await mailbox.mails(2)
      scene.beat(0)
      expect(await scene.command(['run'])).toMatchObject({ code: 0, stdout: '', stderr: '' })
      expect(scene.lockfiles()).toEqual([])

      const mails = await mailbox.mails(3)
      const opening = `<${openings[`ops/${address}`]}>`
      expect(mails.map(({ parsed }) => [parsed.subject, parsed.inReplyTo, parsed.references])).toEqual([
        [expect.stringMatching(/^\[lastalive\] CRITICAL workers\/import: silent for 10 min/), undefined, undefined],
        [expect.stringMatching(/^\[lastalive\] REMINDER CRITICAL workers\/import: silent since/), opening, opening],
        [expect.stringMatching(/^\[lastalive\] OK workers\/import: alive again after 10 min/), opening, opening],
      ])
      expect(mails[0]?.parsed.messageId).toBe(opening)
      expect(new Set(mails.map(({ parsed }) => parsed.messageId)).size).toBe(3)
      const safely = expect.stringMatching(/\(using TLSv1\.\d .*\(Authenticated sender: \S+\).* with ESMTPSA /s)
      expect(mails.map(({ raw }) => raw)).toEqual([safely, safely, safely])
    },
  )

  test('names and words in all scripts arrive as they are, for those with an address like that, and for others', async () => {
    const scene = await makeWorkers('Größe-本')
    scene.tell([INTERNATIONAL, 'beside@domain.tld'], urlOf('submission'))
    expect(await scene.command(['run'])).toMatchObject({ code: 2, stdout: '', stderr: '' })
    const [ours] = await (await servers.mailbox(ENVELOPE)).mails(1)
    const [other] = await (await servers.mailbox('beside@domain.tld')).mails(1)
    const openings = scene.openings()
    for (const [mail, recipient] of [
      [ours, INTERNATIONAL],
      [other, 'beside@domain.tld'],
    ] as const) {
      const { parsed } = mail ?? {}
      expect([parsed?.to].flat().map((to) => to?.text)).toEqual([recipient])
      expect(parsed?.subject).toMatch(/^\[lastalive\] CRITICAL workers\/Größe-本: silent for 10 min/)
      expect(parsed?.text).toMatch(
        /^CRITICAL workers\/Größe-本: .*\n {2}Note: +Ruf “Jörg” an, 本 👾\n.*\nWatched by Wächter-本\./s,
      )
      expect(parsed?.html).toMatch(/CRITICAL workers\/Größe-本: .*Ruf “Jörg” an, 本 👾.*Watched by Wächter-本\./s)
      expect(parsed?.messageId).toBe(`<${openings[`ops/${recipient}`]}>`)
    }
    expect(ours?.raw).toMatch(/ with UTF8SMTPSA /)
    expect(other?.raw).toMatch(/ with ESMTPSA /)
    expect(other?.raw).toMatch(/^\p{ASCII}*$/u)
  })

  test('an address in another script is refused in words by a server that knows nothing of it, and others are told', async () => {
    const scene = await makeWorkers('import')
    scene.tell([INTERNATIONAL, 'plain@domain.tld'], urlOf('ascii'))
    expect(await scene.command(['run'])).toMatchObject({
      code: 4,
      stdout: '',
      stderr:
        `lastalive: not told: ops/${INTERNATIONAL} of workers/import: smtp server 127.0.0.1:${servers.ports.ascii} ` +
        `refused ${ENVELOPE}: 553 5.6.7 Must declare SMTPUTF8 to send unicode address; tried again at the next run\n`,
    })
    expect(Object.keys(scene.openings())).toEqual(['ops/plain@domain.tld'])
    expect(await (await servers.mailbox('plain@domain.tld')).mails(1)).toHaveLength(1)
  })

  test('a wrong password is refused, and the mail is sent with the right one', async () => {
    const scene = await makeWorkers('import')
    scene.tell(['password@domain.tld'], urlOf('submission', { password: 'falsch/本@%' }))
    const refused = await scene.command(['run'])
    expect(refused).toMatchObject({
      code: 4,
      stdout: '',
      stderr: expect.stringMatching(
        /^lastalive: not told: ops\/password@domain\.tld of workers\/import: smtp server 127\.0\.0\.1:\d+ refused the login of alert-sender@domain\.tld: 535 5\.7\.8 .*; tried again at the next run\n$/,
      ),
    })
    expect(refused.stderr).not.toContain('falsch')
    expect(scene.openings()).toEqual({})
    scene.tell(['password@domain.tld'], urlOf('submission'))
    expect(await scene.command(['run'])).toMatchObject({ code: 2, stdout: '', stderr: '' })
    const mails = await (await servers.mailbox('password@domain.tld')).mails(1)
    expect(mails.map(({ parsed }) => parsed.messageId)).toEqual([`<${scene.openings()['ops/password@domain.tld']}>`])
  })

  describe('a certificate by an authority that is not trusted is refused, and taken with ?ca', () => {
    test.each([
      ['by STARTTLS', 'submission', 'starttls@domain.tld', (): string => stranger.certificateFile],
      ['from the first byte', 'smtps', 'tls@domain.tld', (): undefined => undefined],
    ] as const)('%s', async (_, kind, address, ca) => {
      const scene = await makeWorkers('import')
      scene.tell([address], urlOf(kind, { ca: ca() }))
      expect(await scene.command(['run'])).toMatchObject({
        code: 4,
        stdout: '',
        stderr:
          `lastalive: not told: ops/${address} of workers/import: certificate of 127.0.0.1 not trusted ` +
          '(unable to verify the first certificate); give ?ca=FILE; tried again at the next run\n',
      })
      expect(scene.openings()).toEqual({})
      scene.tell([address], urlOf(kind))
      expect(await scene.command(['run'])).toMatchObject({ code: 2, stdout: '', stderr: '' })
      expect(await (await servers.mailbox(address)).mails(1)).toHaveLength(1)
    })
  })

  test('one of two addresses is unknown: the other is told, and later it alone, once it is known', async () => {
    const [known, late] = ['known@domain.tld', 'late@domain.tld']
    servers.takeFor(ADDRESSES.filter((address) => address !== late))
    const scene = await makeWorkers('import', 'never')
    scene.tell([known, late], urlOf('submission'))
    expect(await scene.command(['run'])).toMatchObject({
      code: 4,
      stdout: '',
      stderr:
        `lastalive: not told: ops/${late} of workers/import: smtp server 127.0.0.1:${servers.ports.submission} ` +
        `refused ${late}: 550 5.1.1 <${late}>: Recipient address rejected: ` +
        'User unknown in virtual mailbox table; tried again at the next run\n',
    })
    expect(Object.keys(scene.openings())).toEqual([`ops/${known}`])
    servers.takeFor(ADDRESSES)
    expect(await scene.command(['run'])).toMatchObject({ code: 2, stdout: '', stderr: '' })
    for (const address of [known, late]) {
      const mails = await (await servers.mailbox(address)).mails(1)
      expect(mails.map(({ parsed }) => parsed.messageId)).toEqual([`<${scene.openings()[`ops/${address}`]}>`])
    }
  })
})
