import { existsSync, lstatSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { repetitions } from '../support/command.ts'
import { POSTGRES_MISSING, postgresBinaries, startPostgres, type TestPostgres } from '../support/postgres.ts'
import { epoch, makeScene, RUNTIME_INFO, type Scene } from '../support/scene.ts'
import { makeSendmail } from '../support/sendmail.ts'

/** The classic alert script's cases, one by one, on manitou's own table in a real PostgreSQL. */
describe.skipIf(postgresBinaries() === undefined)(`the classic cases (${POSTGRES_MISSING} where skipped)`, () => {
  let server: TestPostgres
  let scene: Scene
  const url = (): string => `Dbi:Pg:host=127.0.0.1;port=${server.port};dbname=mail;user=watch;password=s3cret`
  const set = (value: string | null): Promise<string> =>
    server.query(
      `INSERT INTO runtime_info VALUES ('last_alive', ${value === null ? 'NULL' : `'${value}'`}) ` +
        'ON CONFLICT (rt_key) DO UPDATE SET rt_value = EXCLUDED.rt_value',
      'mail',
    )

  beforeAll(async () => {
    server = await startPostgres()
    writeFileSync(join(server.dataDir, 'pg_hba.conf'), 'local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n')
    await server.reload()
    await server.query('CREATE DATABASE mail')
    await server.query(
      `${RUNTIME_INFO}; CREATE ROLE watch LOGIN PASSWORD 's3cret'; GRANT SELECT ON runtime_info TO watch`,
      'mail',
    )
  })
  afterAll(() => server?.remove())
  beforeEach(async () => {
    scene = await makeScene({ url: url() })
    await set(epoch())
  })

  test('alive: no mail, no output, exit 0', async () => {
    expect(await scene.run()).toMatchObject({ code: 0, stdout: '', stderr: '' })
    expect(scene.subjects()).toEqual([])
    expect(existsSync(scene.lockfile)).toBe(false)
  })

  test('stale: one mail, exit 2', async () => {
    await set(epoch(-2_525))
    expect(await scene.run()).toMatchObject({ code: 2, stdout: '', stderr: '' })
    expect(scene.subjects()).toEqual(['[lastalive] CRITICAL mdx: silent for 42 min (limit 10 min)'])
  })

  test('again while stale: nothing', async () => {
    await set(epoch(-2_525))
    await scene.run()
    scene.subjects()
    expect(await scene.run()).toMatchObject({ code: 2, stdout: '', stderr: '' })
    expect(scene.subjects()).toEqual([])
  })

  test('back: the lock is removed, one mail with the length of the outage', async () => {
    await set(epoch(-3_785))
    await scene.run()
    scene.subjects()
    await set(epoch())
    expect(await scene.run()).toMatchObject({ code: 0, stdout: '', stderr: '' })
    expect(scene.subjects()).toEqual(['[lastalive] OK mdx: alive again after 1 h 3 min'])
    expect(existsSync(scene.lockfile)).toBe(false)
    expect(await scene.run()).toMatchObject({ code: 0 })
    expect(scene.subjects()).toEqual([])
  })

  test('back from what the script had told: one mail with the length of the outage', async () => {
    writeFileSync(scene.lockfile, '20151122123000')
    await set(epoch(-3_785))
    expect(await scene.run()).toMatchObject({ code: 2, stdout: '', stderr: '' })
    expect(scene.subjects()).toEqual([])
    await set(epoch())
    expect(await scene.run()).toMatchObject({ code: 0, stdout: '', stderr: '' })
    const [mail, ...more] = scene.mails()
    expect([mail?.parsed.subject, more]).toEqual(['[lastalive] OK mdx: alive again after 1 h 3 min', []])
    expect(mail?.parsed.text).toMatch(/Was: +critical: silent for 1 h 3 min \(limit 10 min\)\n +Last beat: /)
    expect(existsSync(scene.lockfile)).toBe(false)
  })

  test('a value that merely changed is not a recovery', async () => {
    await set(epoch(-2_525))
    await scene.run()
    scene.subjects()
    await set(epoch(-642))
    expect(await scene.run()).toMatchObject({ code: 2 })
    expect(scene.subjects()).toEqual([])
  })

  describe('the row vanishes while the lock is there', () => {
    beforeEach(async () => {
      await set(epoch(-2_525))
      await scene.run()
      scene.subjects()
      await server.query('TRUNCATE runtime_info', 'mail')
    })

    test('unknown by default, and it stays open', async () => {
      expect(await scene.run()).toMatchObject({ code: 3, stderr: '' })
      expect(existsSync(scene.lockfile)).toBe(true)
      expect(scene.subjects()).toEqual([])
      await set(epoch())
      expect(await scene.run()).toMatchObject({ code: 0 })
      expect(scene.subjects()).toEqual([expect.stringMatching(/OK mdx: alive again/)])
    })

    test('over with --missing ok, which does not pretend that it is alive', async () => {
      expect(await scene.run(['--missing', 'ok'])).toMatchObject({ code: 0 })
      expect(scene.subjects()).toEqual([
        expect.stringMatching(/^\[lastalive\] OK mdx: no entry any more after 42 min$/),
      ])
      expect(existsSync(scene.lockfile)).toBe(false)
    })
  })

  test.each<[string, string | null, number, string]>([
    ['NULL', null, 3, 'last_alive says that it has never been (NULL)'],
    ['nothing', '', 3, 'last_alive says that it has never been (empty)'],
    ['zero', '0', 3, 'last_alive says that it has never been (zero)'],
    ['abc', 'abc', 3, 'last_alive: "abc" is not a timestamp'],
    ['digits with a tail', '1795308333abc', 3, 'last_alive: "1795308333abc" is not a timestamp'],
    ['inf', 'inf', 3, 'last_alive: "inf" is not a timestamp'],
    ['nan', 'nan', 3, 'last_alive: "nan" is not a timestamp'],
  ])('%s has its own words', async (_, value, code, summary) => {
    await set(value)
    expect(await scene.run()).toMatchObject({ code })
    expect(scene.subjects()).toEqual([`[lastalive] UNKNOWN mdx: ${summary}`])
  })

  test('milliseconds are read as such', async () => {
    await set(`${epoch(-2_525)}000`)
    expect(await scene.run()).toMatchObject({ code: 2 })
    expect(scene.subjects()).toEqual(['[lastalive] CRITICAL mdx: silent for 42 min (limit 10 min)'])
  })

  test('a year in the future is unknown, and clears nothing', async () => {
    await set(epoch(-2_525))
    await scene.run()
    scene.subjects()
    await set(epoch(365 * 86_400 + 30))
    expect(await scene.run(['-v'])).toMatchObject({
      code: 3,
      stdout: expect.stringContaining('lies 365 d in the future'),
    })
    expect(existsSync(scene.lockfile)).toBe(true)
    expect(scene.subjects()).toEqual([])
  })

  test('a missing table is unknown, and told', async () => {
    expect(await scene.run(['--table', 'runtime_inof'])).toMatchObject({ code: 3 })
    expect(scene.subjects()).toEqual([
      expect.stringMatching(/^\[lastalive\] UNKNOWN mdx: .*runtime_inof.* does not exist/),
    ])
  })

  test('a permission denied is unknown, and told with the GRANT to give', async () => {
    await server.query('REVOKE SELECT ON runtime_info FROM watch', 'mail')
    onTestFinished(async () => void (await server.query('GRANT SELECT ON runtime_info TO watch', 'mail')))
    expect(await scene.run()).toMatchObject({ code: 3 })
    const [mail] = scene.mails()
    expect(mail?.parsed.subject).toMatch(/^\[lastalive\] UNKNOWN mdx: .*denied/)
    expect(mail?.parsed.text).toMatch(/GRANT SELECT ON .*runtime_info.* TO .*watch/)
  })

  test('a table locked by ACCESS EXCLUSIVE is told of within the time of the run and a second', async () => {
    const locker = new Client({ host: server.socketDir, port: server.port, user: 'postgres', database: 'mail' })
    await locker.connect()
    onTestFinished(() => locker.end())
    await locker.query('BEGIN; LOCK TABLE runtime_info IN ACCESS EXCLUSIVE MODE')
    const outcome = await scene.run(['-t', '3'])
    expect(outcome).toMatchObject({ code: 3, stderr: '' })
    expect(outcome.seconds).toBeLessThan(4)
    expect(scene.subjects()).toEqual([expect.stringMatching(/^\[lastalive\] UNKNOWN mdx: .*locked/)])
  })

  test('a server that accepts and never answers is told of within the time of the run and a second', async () => {
    const silent = createServer(() => {})
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void silent.close())
    const address = silent.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const outcome = await scene.run(['--url', `postgres://watch@127.0.0.1:${port}/mail`, '-t', '3'])
    expect(outcome).toMatchObject({ code: 2, stderr: '' })
    expect(outcome.seconds).toBeLessThan(4)
    expect(scene.subjects()).toEqual([expect.stringMatching(/^\[lastalive\] CRITICAL database mail: no answer/)])
  })

  test('a frozen server is told of within the time of the run and a second', async () => {
    server.freeze()
    onTestFinished(() => server.thaw())
    const outcome = await scene.run(['-t', '3'])
    expect(outcome).toMatchObject({ code: 2, stderr: '' })
    expect(outcome.seconds).toBeLessThan(4)
    expect(scene.subjects()).toEqual([expect.stringMatching(/^\[lastalive\] CRITICAL database mail: no answer/)])
  })

  test('a database that is down is one mail, and what it hid is told when it is back', async () => {
    await set(epoch(-2_525))
    await server.stop()
    expect(await scene.run()).toMatchObject({ code: 2 })
    expect(await scene.run()).toMatchObject({ code: 2 })
    expect(scene.subjects()).toEqual(['[lastalive] CRITICAL database mail: cannot connect (connection refused)'])
    await server.start()
    expect(await scene.run()).toMatchObject({ code: 2 })
    expect(scene.subjects()).toEqual([expect.stringMatching(/^\[lastalive\] CRITICAL mdx; OK database mail$/)])
    await set(epoch())
    expect(await scene.run()).toMatchObject({ code: 0 })
    expect(scene.subjects()).toEqual([expect.stringMatching(/^\[lastalive\] OK mdx: alive again after/)])
  })

  test('a wrong password is unknown, and told', async () => {
    await server.query("ALTER ROLE watch PASSWORD 'other'")
    onTestFinished(async () => void (await server.query("ALTER ROLE watch PASSWORD 's3cret'")))
    expect(await scene.run()).toMatchObject({ code: 3 })
    expect(scene.subjects()).toEqual([expect.stringMatching(/^\[lastalive\] UNKNOWN database mail: login refused/)])
  })

  test.each([
    ['exits non-zero', 1],
    ['is missing', undefined],
  ])('when sendmail %s the alert is told again by the next run', async (_, exitCode) => {
    const broken = await makeSendmail({ exitCode: exitCode ?? 0 })
    const whole = await makeSendmail()
    onTestFinished(async () => void (await Promise.all([broken.stop(), whole.stop()])))
    const scene = await makeScene({
      url: url(),
      sendmail: exitCode === undefined ? '/proc/nonexistent/sendmail' : broken.path,
    })
    await set(epoch(-2_525))
    expect(await scene.run()).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('not told: mail/alert@domain.tld of mdx'),
    })
    expect(await scene.run(['--sendmail', whole.path])).toMatchObject({ code: 2, stderr: '' })
    const calls = await whole.calls()
    expect(calls.map(({ args }) => args)).toEqual([['-i', '-f', 'alert-sender@domain.tld', '--', 'alert@domain.tld']])
    expect(calls[0]?.raw).toContain('Subject: [lastalive] CRITICAL mdx: silent for 42 min (limit 10 min)')
  })

  test('a lock that cannot be made: each run tells, says that it will repeat, and exits 4', async () => {
    writeFileSync(join(scene.dir, 'plain'), '')
    const lockfile = join(scene.dir, 'plain', 'x.lck')
    await set(epoch(-2_525))
    for (let i = 0; i < 2; i++) {
      expect(await scene.run(['--lockfile', lockfile])).toMatchObject({
        code: 4,
        stderr: expect.stringContaining(lockfile),
      })
      const [mail] = scene.mails()
      expect(mail?.parsed.subject).toBe('[lastalive] CRITICAL mdx: silent for 42 min (limit 10 min)')
      expect(mail?.parsed.text).toContain('every run says this again')
    }
  })

  const rounds = repetitions(40)
  test(`16 at once on a fresh incident send exactly one mail, ${rounds} times`, { timeout: 600_000 }, async () => {
    for (let round = 0; round < rounds; round++) {
      await set(epoch(-2_525))
      const lockfile = join(scene.dir, `${round}.lck`)
      const runs = await Promise.all(Array.from({ length: 16 }, () => scene.run(['--lockfile', lockfile])))
      expect(scene.subjects(), `round ${round}`).toEqual(['[lastalive] CRITICAL mdx: silent for 42 min (limit 10 min)'])
      expect(runs.map(({ stderr }) => stderr).join('')).toBe('')
      expect(runs.filter(({ code }) => code === 2).length, `round ${round}`).toBeGreaterThan(0)
    }
  })

  test('a dangling link at the path of the lock is refused, told, exit 4, and its target not created', async () => {
    const target = join(scene.dir, 'target')
    symlinkSync(target, scene.lockfile)
    await set(epoch(-2_525))
    expect(await scene.run()).toMatchObject({ code: 4, stderr: expect.stringContaining('symbolic link') })
    const [mail] = scene.mails()
    expect(mail?.parsed.text).toContain('every run says this again')
    expect(existsSync(target)).toBe(false)
    expect(lstatSync(scene.lockfile).isSymbolicLink()).toBe(true)
  })
})
