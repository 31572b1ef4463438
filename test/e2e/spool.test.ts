import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { type CommandOptions, lastalive } from '../support/command.ts'
import { makeJobScene, waitingIn } from '../support/jobs.ts'
import { MEETINGS, type Meeting } from '../support/meeting.ts'
import { canMount, lastaliveAfter, MOUNTS_MISSING } from '../support/own-mounts.ts'
import { POSTGRES_MISSING, postgresBinaries, startPostgres, type TestPostgres } from '../support/postgres.ts'
import { startRaw } from '../support/raw.ts'

const QUIET = { stdout: '', stderr: '', code: 0 }
/** What a job may lose where its database is away, in seconds, with what all of us takes on a busy machine. */
const LONGEST = 4

function stateOfOnesOwn(): string {
  const dir = mkdtempSync(join(tmpdir(), 'lastalive-spool-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return join(dir, 'state')
}

describe.each(MEETINGS)('beats in $kind', ({ canMeet, meet }) => {
  describe.skipIf(!canMeet)('(where its server is at hand)', () => {
    let place: Meeting
    let state: string
    beforeAll(async () => {
      place = await meet()
      const made = await lastalive(['schema', 'jobs', '--url', place.owner, ...place.roles, '--apply'])
      expect(made).toMatchObject({ code: 0 })
    })
    afterAll(() => place?.remove())
    beforeEach(async () => {
      await place.query('DELETE FROM lastalive_job_run')
      state = stateOfOnesOwn()
    })
    const run = (command: string, words: readonly string[], options?: CommandOptions) =>
      lastalive([command, '--url', place.writer, '--state', state, '-t', '5s', ...words], options)
    const count = async (condition: string): Promise<number> =>
      Number(await place.query(`SELECT count(*) FROM lastalive_job_run WHERE ${condition}`))

    test('wait while it is away, and go with the next one, with their own time', async () => {
      await place.away()
      const waited = await run('exec', ['n', '-t', '1s', '--', 'sh', '-c', 'echo out; exit 7'])
      expect(waited).toMatchObject({ code: 7, stdout: 'out\n' })
      expect(waited.stderr).toMatch(/^lastalive: the beat of n waits in the spool: [^\n]+\n$/)
      const beat = await run('beat', ['b', '-t', '1s'])
      expect(beat).toMatchObject({
        code: 0,
        stderr: expect.stringMatching(/^lastalive: the beat of b waits in the spool: [^\n]+\n$/),
      })
      expect(waitingIn(state)).toHaveLength(3)
      await place.back()
      await new Promise((resolve) => setTimeout(resolve, 2_000))
      expect(await run('beat', ['c'])).toMatchObject(QUIET)
      expect(waitingIn(state)).toEqual([])
      const known = await place.query('SELECT job FROM lastalive_job_run ORDER BY ended_at LIMIT 1')
      expect([known, await count("job = 'n' AND exit_code = 7 AND output_bytes = 4")]).toEqual(['n', 1])
    })

    test('are away only at the start, or only at the end', async () => {
      await place.away()
      const first = run('exec', ['n', '-t', '1s', '--', 'sleep', '6'])
      await new Promise((resolve) => setTimeout(resolve, 3_500))
      await place.back()
      expect(await first).toMatchObject({ code: 0 })
      const gone = run('exec', ['m', '-t', '1s', '--', 'sleep', '4'])
      await new Promise((resolve) => setTimeout(resolve, 2_500))
      await place.away()
      expect(await gone).toMatchObject({ code: 0 })
      await place.back()
      await run('beat', ['c'])
      expect([await count('ended_at IS NOT NULL AND started_at IS NOT NULL'), waitingIn(state)]).toEqual([2, []])
    })

    test('of twenty at once under one name are all there', async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, () => run('exec', ['n', '-t', '20s', '--', 'true'])),
      )
      expect(outcomes.filter(({ code, stderr }) => code !== 0 || stderr !== '')).toEqual([])
      expect(await count("job = 'n' AND exit_code = 0")).toBe(20)
    })

    test('with output to the last of 100,000 bytes', async () => {
      await run('exec', ['n', '--', 'sh', '-c', 'head -c 150000 /dev/zero; printf END'])
      expect(await count('length(output) = 100000 AND output_bytes = 150003')).toBe(1)
      const substr = place.kind === 'PostgreSQL' ? "encode(substr(output, 99998), 'escape')" : 'substr(output, 99998)'
      expect(String(await place.query(`SELECT ${substr} FROM lastalive_job_run`))).toMatch(/END|69,78,68/)
    })
  })
})

describe.skipIf(postgresBinaries() === undefined)(`a PostgreSQL (${POSTGRES_MISSING} where skipped)`, () => {
  let server: TestPostgres
  let state: string
  let url: string
  beforeAll(async () => {
    server = await startPostgres(['max_connections=60'])
    await lastalive(['schema', 'jobs', '--url', server.url, '--apply'])
    await server.query('CREATE DATABASE empty')
    url = `postgres://postgres@127.0.0.1:${server.port}/postgres`
  })
  afterAll(() => server?.remove())
  beforeEach(async () => {
    await server.query('TRUNCATE lastalive_job_run')
    state = stateOfOnesOwn()
  })
  const exec = (to: string, words: readonly string[] = []) =>
    lastalive(['exec', 'n', '--url', to, '--state', state, ...words, '--', 'sh', '-c', 'exit 9'])

  test.each([
    ['is mute', async () => `postgres://a@127.0.0.1:${await startRaw(() => {})}/a`, /no answer/],
    ['refuses', async () => 'postgres://a@127.0.0.1:1/a', /refused/],
    [
      'hangs up',
      async () => `postgres://a@127.0.0.1:${await startRaw((socket) => socket.destroy())}/a`,
      /hung up|closed/,
    ],
    ['lacks the tables', async () => url.replace(/postgres$/, 'empty'), /make it: lastalive schema jobs/],
    ['lacks the user', async () => url.replace('postgres@', 'nobody@'), /role "nobody" does not exist/],
    ['is read only', async () => `${url}?options=-c%20default_transaction_read_only%3Don`, /read only \(a standby\?\)/],
  ])('that %s costs a job a second, and its beats wait', async (_, to, says) => {
    const outcome = await exec(await to())
    expect(outcome).toMatchObject({ code: 9, stderr: expect.stringMatching(says) })
    expect(outcome.stderr.trimEnd().split('\n')).toHaveLength(1)
    expect(outcome.seconds).toBeLessThan(LONGEST)
    expect(waitingIn(state)).toHaveLength(2)
  })

  test('that is frozen costs a job a second, and is told all of it later', async () => {
    server.freeze()
    const outcome = await exec(url).finally(() => server.thaw())
    expect(outcome).toMatchObject({ code: 9, stderr: expect.stringMatching(/waits in the spool: no answer/) })
    expect(outcome.seconds).toBeLessThan(LONGEST)
    expect(await lastalive(['beat', 'later', '--url', url, '--state', state, '-t', '10s'])).toMatchObject(QUIET)
    expect(
      await server.query("SELECT exit_code FROM lastalive_job_run WHERE job = 'n' AND started_at IS NOT NULL"),
    ).toBe('9')
  })

  test('whose table is locked costs each of twenty jobs a second, and none is lost', async () => {
    const held = server.query('BEGIN; LOCK lastalive_job_run; SELECT pg_sleep(12); COMMIT')
    await new Promise((resolve) => setTimeout(resolve, 300))
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => exec(url)))
    expect(outcomes.map(({ code }) => code)).toEqual(Array(20).fill(9))
    await held
    await lastalive(['beat', 'later', '--url', url, '--state', state, '-t', '20s'])
    expect(await server.query("SELECT count(*) FROM lastalive_job_run WHERE job = 'n' AND exit_code = 9")).toBe('20')
    expect(waitingIn(state)).toEqual([])
  })

  test('is not held while the command runs', async () => {
    await server.query("ALTER SYSTEM SET idle_session_timeout = '500ms'")
    await server.reload()
    const words = ['n', '--url', url, '--state', state, '-t', '10s', '--', 'sleep', '2']
    expect(await lastalive(['exec', ...words])).toMatchObject(QUIET)
    await server.query('ALTER SYSTEM RESET idle_session_timeout')
    await server.reload()
    expect(await server.query('SELECT exit_code FROM lastalive_job_run')).toBe('0')
  })
})

describe('the spool', () => {
  const AWAY = ['--url', 'postgres://a@127.0.0.1:1/a']

  test('keeps what is said last, also where it was said while an earlier one waited', async () => {
    const { beat, database, rows, waiting } = makeJobScene()
    const run = ['n', '--run-id', 'one', '--log']
    database.exec('BEGIN EXCLUSIVE')
    await beat([...run, '--message', 'earlier', '-t', '1s'])
    database.exec('ROLLBACK')
    expect(waiting()).toHaveLength(1)
    await beat([...run, '--message', 'later'])
    expect([waiting(), rows()]).toMatchObject([[], [{ message: 'later' }]])
  })

  test('passes over what is for another database, and over what it cannot read', async () => {
    const { waiting, state, rows, url } = makeJobScene()
    await lastalive(['beat', 'other', ...AWAY, '--state', state])
    await lastalive(['beat', 'mine', '--url', url, '--state', state, '-t', '10s'])
    const [name = ''] = waiting()
    expect(rows().map(({ job }) => job)).toEqual(['mine'])
    writeFileSync(join(state, 'spool', name), 'no JSON')
    const { code, stderr } = await lastalive(['beat', 'other', ...AWAY, '--state', state])
    expect([code, stderr]).toEqual([0, expect.stringMatching(/waits in the spool: /)])
    expect(waiting()).toHaveLength(2)
  })

  test('that is full loses a beat, and says so: 4 of beat, of exec the one of the command', async () => {
    const { state, waiting } = makeJobScene()
    await lastalive(['beat', 'n', ...AWAY, '--state', state])
    const [name = ''] = waiting()
    for (let i = 0; i < 10_000; i++)
      writeFileSync(join(state, 'spool', `1${name.slice(1, 14)}-${i}${name.slice(name.indexOf('-', 15))}`), '')
    const lost = /^lastalive: the beat of n is lost: [^\n]*events wait in [^\n]*, which is as many as may\n$/
    const outcomes = [
      await lastalive(['beat', 'n', ...AWAY, '--state', state]),
      await lastalive(['exec', 'n', ...AWAY, '--state', state, '--', 'sh', '-c', 'exit 9']),
    ]
    expect(outcomes).toMatchObject([
      { code: 4, stderr: expect.stringMatching(lost) },
      { code: 9, stderr: expect.stringMatching(lost) },
    ])
  })

  test.skipIf(!canMount()).each([
    [
      'is full',
      (dir: string) => `mount -t tmpfs -o size=16k none '${dir}'; yes > '${dir}/full' 2>/dev/null || true`,
      /no space left/,
    ],
    ['is read-only', (dir: string) => `mount -t tmpfs -o ro none '${dir}'`, /the file system is read-only/],
  ])(`on a disk that %s loses a beat, and says so (${MOUNTS_MISSING} where skipped)`, async (_, mount, says) => {
    const { dir } = makeJobScene()
    for (const [command, code] of [
      ['beat', 4],
      ['exec', 9],
    ] as const) {
      const words = command === 'beat' ? [] : ['--', 'sh', '-c', 'echo out; exit 9']
      const outcome = await lastaliveAfter(mount(dir), [command, 'n', ...AWAY, '--state', join(dir, 'state'), ...words])
      expect(outcome).toMatchObject({
        code,
        stdout: command === 'beat' ? '' : 'out\n',
        stderr: expect.stringMatching(says),
      })
      expect(outcome.stderr).toMatch(/^lastalive: the beat of n is lost: [^\n]+\n$/)
    }
    expect(readdirSync(dir)).not.toContain('state')
  })
})
