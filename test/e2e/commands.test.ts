import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { type ConfiguredScene, DOWN, makeConfiguredScene } from '../support/configured.ts'
import { letTimePass } from '../support/passing-time.ts'
import { ALERT } from '../support/scene.ts'

const OPENED = '[lastalive] CRITICAL mdx: silent for 42 min (limit 10 min)'
const BOB = 'bob@domain.tld'

let scene: ConfiguredScene
beforeEach(async () => {
  scene = await makeConfiguredScene()
})

describe('run with many checks', () => {
  test('tells those that fail at once in one mail, counted', async () => {
    scene.configure({ checks: ['mdx', 'imports', 'workers', 'backup'] })
    for (const key of ['mdx', 'imports', 'workers']) scene.beat(2_525, key)
    scene.beat(0, 'backup')
    expect(await scene.run()).toMatchObject({ code: 2, stderr: '' })
    const [mail, ...more] = scene.mails()
    expect([mail?.parsed.subject, more]).toEqual(['[lastalive] CRITICAL 3 checks: imports, mdx, workers', []])
    expect(mail?.parsed.text?.match(/^CRITICAL \w+: silent for 42 min \(limit 10 min\)$/gm)).toHaveLength(3)
    expect(scene.lockfiles()).toHaveLength(3)
  })

  test('tells what opens and what is over in one mail', async () => {
    scene.configure({ checks: ['mdx', 'imports'] })
    scene.beat(2_525)
    scene.beat(0, 'imports')
    await scene.run()
    scene.beat(0)
    scene.beat(2_525, 'imports')
    await scene.run()
    expect(scene.subjects()).toEqual([OPENED, '[lastalive] CRITICAL imports; OK mdx'])
  })

  test('tells of fifty on one dead database in one mail, and says of each that it is blocked', async () => {
    const checks = Array.from({ length: 50 }, (_, i) => `check-${i + 1}`)
    scene.configure({ checks, database: '/proc/nonexistent/mail.db' })
    const outcome = await scene.run(['--format', 'json'])
    expect(outcome).toMatchObject({ code: 2, stderr: '' })
    expect(scene.subjects()).toEqual(['[lastalive] CRITICAL database mail: no such file: /proc/nonexistent/mail.db'])
    expect(JSON.parse(outcome.stdout).checks).toEqual([
      expect.objectContaining({ name: 'database:mail', state: 'critical', blockedBy: null }),
      ...checks.map((name) =>
        expect.objectContaining({
          name,
          state: 'unknown',
          cause: 'blocked',
          blockedBy: 'database:mail',
          incident: null,
        }),
      ),
    ])
    expect(scene.lockfiles()).toHaveLength(1)
    expect(await scene.run()).toMatchObject({ code: 2, stderr: '' })
    expect(scene.subjects()).toEqual([])
  })

  test('reads only those it is given, and tells what is due of the others', async () => {
    scene.configure({ checks: ['mdx', 'imports'], smtp: { ops: DOWN } })
    scene.beat(2_525)
    scene.beat(2_525, 'imports')
    expect(await scene.run()).toMatchObject({ code: 4, stderr: expect.stringContaining('of mdx, imports: ') })
    scene.configure({ checks: ['mdx', 'imports'] })
    scene.beat(0)
    scene.beat(0, 'imports')
    const outcome = await scene.run(['mdx', '--format', 'json'])
    expect(outcome).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(outcome.stdout).checks.map(({ name }: { name: string }) => name)).toEqual([
      'database:mail',
      'mdx',
    ])
    expect(scene.subjects()).toEqual(['[lastalive] CRITICAL imports; MISSED mdx'])
    expect(await scene.run(['imports'])).toMatchObject({ code: 0, stderr: '' })
    expect(scene.subjects()).toEqual(['[lastalive] OK imports: alive again after 42 min'])
  })

  test('with a name that is no check is wrong usage', async () => {
    expect(await scene.run(['mxd'])).toMatchObject({ code: 3, stderr: expect.stringContaining('mxd') })
  })
})

describe('run --dry-run', () => {
  test('says what it would tell, tells nobody, and leaves nothing behind', async () => {
    scene.beat(2_525)
    const outcome = await scene.run(['--dry-run'])
    expect(outcome).toMatchObject({ code: 2, stderr: '' })
    expect(outcome.stdout).toContain('silent for 42 min (limit 10 min)')
    expect(outcome.stdout).toContain(`ops/${ALERT}: ${OPENED}`)
    expect(scene.subjects()).toEqual([])
    expect(existsSync(scene.state)).toBe(false)
  })

  test('leaves what is remembered as it is', async () => {
    scene.beat(2_525)
    await scene.run()
    scene.subjects()
    const before = scene.lockfiles().map((path) => readFileSync(path, 'utf8'))
    scene.beat(0)
    expect(await scene.run(['--dry-run'])).toMatchObject({ code: 0, stdout: expect.stringContaining('OK mdx') })
    expect(scene.lockfiles().map((path) => readFileSync(path, 'utf8'))).toEqual(before)
    expect(scene.subjects()).toEqual([])
    await scene.run()
    expect(scene.subjects()).toEqual(['[lastalive] OK mdx: alive again after 42 min'])
  })
})

describe('status', () => {
  test('shows what is open, and who was told of it and who was not', async () => {
    scene.configure({ to: { ops: [ALERT, BOB] } })
    scene.refusals[BOB] = '450 4.2.1 busy'
    scene.beat(2_525)
    await scene.run()
    const outcome = await scene.stateful(['status'])
    expect(outcome).toMatchObject({ code: 2, stderr: '' })
    expect(outcome.stdout).toMatch(/^CRITICAL +mdx\b.*: silent for 42 min \(limit 10 min\)$/m)
    expect(outcome.stdout).toMatch(/^ +told ops\/alert@domain\.tld: opened at /m)
    expect(outcome.stdout).toMatch(/^ +not told ops\/bob@domain\.tld at .*450 4\.2\.1 busy$/m)
    expect(outcome.stdout).toMatch(/^last run: .*, 1 judged, 1 told, 1 error$/m)
  })

  test('shows what is over and not told yet as such, and is well', async () => {
    scene.configure({ smtp: { ops: DOWN } })
    scene.beat(2_525)
    await scene.run()
    scene.beat(0)
    await scene.run()
    const outcome = await scene.stateful(['status'])
    expect(outcome).toMatchObject({ code: 0, stdout: expect.stringMatching(/^over +mdx\b/m) })
    expect(outcome.stdout).toMatch(/^ +not told ops\/alert@domain\.tld at /m)
  })

  test.each<[string, number | undefined, readonly string[], number, RegExp]>([
    [
      'where none has finished',
      undefined,
      [],
      2,
      /^CRITICAL - no run has finished in \S+ \(limit 5 min\): is cron running\? \| last_run=U;;300;0\n$/,
    ],
    ['after a fresh run', 0, [], 0, /^OK - last run \d s ago in \S+ \(limit 5 min\) \| last_run=\ds;;300;0\n$/],
    ['after a fresh run, quietly', 0, ['-q'], 0, /^$/],
    [
      'after one too long ago, quietly',
      7,
      ['-q'],
      2,
      /^CRITICAL - last run 7 min ago in \S+ \(limit 5 min\): is cron running\? \| last_run=42\ds;;300;0\n$/,
    ],
    [
      'after one that seems to be still to come',
      -60,
      ['-q'],
      2,
      /^CRITICAL - last run 59 min in the future in \S+ .*: is the clock right\? \| last_run=U;;300;0\n$/,
    ],
  ])('--max-age judges the age of the last run alone %s', async (_, minutesAgo, words, code, line) => {
    // What is open is not what is asked.
    scene.beat(2_525)
    await scene.run()
    const lastRun = join(scene.state, 'last-run.json')
    if (minutesAgo === undefined) rmSync(lastRun)
    else letTimePass(lastRun, minutesAgo * 60_000)
    const outcome = await scene.stateful(['status', '--max-age', '5m', ...words])
    expect(outcome).toMatchObject({ code, stdout: expect.stringMatching(line), stderr: '' })
  })
})

describe('clear', () => {
  test('forgets one incident without a word, and the next run tells it anew', async () => {
    scene.configure({ checks: ['mdx', 'imports'] })
    scene.beat(2_525)
    scene.beat(2_525, 'imports')
    await scene.run()
    const [before] = scene.mails()
    expect(await scene.stateful(['clear', 'mdx'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('cleared mdx'),
      stderr: '',
    })
    expect(scene.lockfiles()).toEqual([expect.stringContaining('imports')])
    expect(scene.subjects()).toEqual([])
    await scene.run()
    const [after, ...more] = scene.mails()
    expect([after?.parsed.subject, more]).toEqual([OPENED, []])
    expect(after?.parsed.messageId).not.toBe(before?.parsed.messageId)
  })

  test('of what is not open is wrong usage, and says what is', async () => {
    scene.beat(2_525)
    await scene.run()
    expect(await scene.stateful(['clear', 'imports'])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('nothing is open for imports; open: mdx'),
    })
    expect(scene.lockfiles()).toHaveLength(1)
  })
})

describe('test-alert', () => {
  const to = { ops: [ALERT, BOB], night: ['night@domain.tld'] }
  const addressees = () =>
    scene
      .mails()
      .flatMap((mail) => mail.to)
      .sort()

  test('reaches each recipient, and remembers nothing', async () => {
    scene.configure({ to })
    const outcome = await scene.configured(['test-alert'])
    expect(outcome).toMatchObject({ code: 0, stderr: '' })
    expect(outcome.stdout.match(/^told \S+: accepted by smtp server \S+$/gm)).toHaveLength(3)
    expect(addressees()).toEqual([ALERT, BOB, 'night@domain.tld'])
    expect(existsSync(scene.state)).toBe(false)
  })

  test('goes to the notifier that it is given', async () => {
    scene.configure({ to })
    expect(await scene.configured(['test-alert', 'night'])).toMatchObject({ code: 0 })
    expect(addressees()).toEqual(['night@domain.tld'])
  })

  test('that is refused is exit 4, with the reason', async () => {
    scene.configure({ to })
    scene.refusals[BOB] = '550 5.1.1 no such user'
    expect(await scene.configured(['test-alert'])).toMatchObject({
      code: 4,
      stderr: `lastalive: not told: ops/${BOB}: smtp server 127.0.0.1:${scene.smtp.port} refused ${BOB}: 550 5.1.1 no such user\n`,
    })
    expect(addressees()).toEqual([ALERT, 'night@domain.tld'])
  })
})
