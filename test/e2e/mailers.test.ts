import { describe, expect, onTestFinished, test } from 'vitest'
import { hasMailers, MAILERS_MISSING, makeMailProgram } from '../support/mailers.ts'
import { ALERT, epoch, makeSqliteScene, RUNTIME_INFO, SENDER } from '../support/scene.ts'
import { type SmtpFixture, startSmtp } from '../support/smtp.ts'
import { makeWatchingScene } from '../support/watching.ts'

const GONE = 'gone@domain.tld'
const SILENT = 2_525
const [REFUSED, DEFERRED] = ['550 5.1.1 no such user', '450 4.2.0 greylisted']

/** A silent service that is told of by such a program. */
async function makeMailScene(name: string, port: number) {
  const program = makeMailProgram(name)
  program.aim(port)
  const scene = await makeSqliteScene({ sendmail: program.path })
  scene.beat(SILENT)
  return { ...scene, aim: program.aim, run: () => scene.run(['--to', GONE]) }
}

async function startRelay(refusals: Readonly<Record<string, string>>): Promise<SmtpFixture> {
  const relay = await startSmtp({ refusals })
  onTestFinished(() => relay.stop())
  return relay
}

/** A port at which nobody listens. */
async function deadPort(): Promise<number> {
  const relay = await startSmtp()
  await relay.stop()
  return relay.port
}

const copiesTo = (address: string, { messages }: SmtpFixture): readonly string[] =>
  messages.filter(({ to }) => to.includes(address)).map(({ parsed }) => parsed.subject ?? '')

const [OPENED, CLOSED] = [
  expect.stringMatching(/^\[lastalive\] CRITICAL mdx: silent for 42 min/),
  expect.stringMatching(/^\[lastalive\] OK mdx: alive again/),
]

describe.skipIf(!hasMailers())(`through a mail program (otherwise: ${MAILERS_MISSING})`, () => {
  test.each([
    ['sendmail', 'refuses', REFUSED],
    ['msmtp', 'refuses', REFUSED],
    ['msmtp', 'defers', DEFERRED],
    ['ssmtp', 'refuses', REFUSED],
    ['ssmtp', 'defers', DEFERRED],
    ['esmtp', 'refuses', REFUSED],
    ['esmtp', 'defers', DEFERRED],
  ])('%s, whose relay %s one address, tells the other each thing once', async (name, _, reply) => {
    const relay = await startRelay({ [GONE]: reply })
    const scene = await makeMailScene(name, relay.port)
    for (let runs = 0; runs < 3; runs++) {
      expect(await scene.run()).toMatchObject({
        code: 4,
        stderr: expect.stringMatching(/^lastalive: not told: mail\/gone@domain\.tld of mdx: [^\n]*\n$/),
      })
    }
    expect(copiesTo(ALERT, relay)).toEqual([OPENED])
    scene.beat()
    for (let runs = 0; runs < 2; runs++) expect(await scene.run()).toMatchObject({ code: 4 })
    expect(copiesTo(ALERT, relay)).toEqual([OPENED, CLOSED])
    expect(copiesTo(GONE, relay)).toEqual([])
  })

  test('sendmail, whose relay defers one address, has queued its mail, and so has taken it', async () => {
    const relay = await startRelay({ [GONE]: DEFERRED })
    const scene = await makeMailScene('sendmail', relay.port)
    for (let runs = 0; runs < 2; runs++) expect(await scene.run()).toMatchObject({ code: 2, stderr: '' })
    expect(copiesTo(ALERT, relay)).toEqual([OPENED])
  })

  test('sendmail, whose relay is down, has queued all', async () => {
    const scene = await makeMailScene('sendmail', await deadPort())
    expect(await scene.run()).toMatchObject({ code: 2, stderr: '' })
  })

  test.each(['msmtp', 'ssmtp', 'esmtp'])(
    '%s, whose relay is down, tells all by the next run once it is up',
    async (name) => {
      const scene = await makeMailScene(name, await deadPort())
      expect(await scene.run()).toMatchObject({
        code: 4,
        stderr: expect.stringMatching(/^(lastalive: not told: [^\n]*; tried again at the next run\n){2}$/),
      })
      const relay = await startRelay({})
      scene.aim(relay.port)
      for (let runs = 0; runs < 2; runs++) expect(await scene.run()).toMatchObject({ code: 2, stderr: '' })
      expect([copiesTo(ALERT, relay), copiesTo(GONE, relay)]).toEqual([[OPENED], [OPENED]])
    },
  )

  test.each([
    ['default', 2, ''],
    [
      'nobody',
      4,
      expect.stringMatching(/not told: [^\n]*account nobody not found[^\n]*; tried again at the next run\n$/),
    ],
  ])('msmtp with -a %s takes the account of that name, or says that there is none', async (account, code, stderr) => {
    const relay = await startRelay({})
    const program = makeMailProgram('msmtp')
    program.aim(relay.port)
    const silence = `${RUNTIME_INFO}; INSERT INTO runtime_info VALUES ('last_alive', '${epoch(-SILENT)}')`
    const watching = await makeWatchingScene(silence)
    const mail = { to: ALERT, from: SENDER, sendmail: [program.path, '-a', account] }
    watching.watch({ mdx: { key: 'last_alive', critical: '10m' } }, { notifiers: { ops: { mail } } })
    expect(await watching.command(['validate'])).toMatchObject({ code: 0, stderr: '' })
    expect(await watching.command(['run'])).toMatchObject({ code, stderr })
    expect(copiesTo(ALERT, relay)).toEqual(code === 2 ? [OPENED] : [])
  })
})
