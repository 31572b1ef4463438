import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { lastalive } from '../support/command.ts'
import { type JobScene, makeJobScene, waitingIn } from '../support/jobs.ts'
import { MARIADB_MISSING, mariadbBinaries, startMariadb, type TestMariadb } from '../support/mariadb.ts'
import { canTrace, nameOf, STRACE_MISSING, strike, trace } from '../support/strace.ts'

const QUIET = { stdout: '', stderr: '', code: 0 }
const LONG = { timeout: 900_000 }

describe.skipIf(mariadbBinaries() === undefined)(`MariaDB (${MARIADB_MISSING} where skipped)`, () => {
  let server: TestMariadb
  let state: string
  let url: string
  beforeAll(async () => {
    server = await startMariadb(['--max-allowed-packet=64K'])
    await server.query(
      "CREATE DATABASE jobs; CREATE USER writer@'127.0.0.1'; GRANT ALL ON jobs.* TO writer@'127.0.0.1'",
    )
    url = `mysql://writer@127.0.0.1:${server.port}/jobs`
    expect(await lastalive(['schema', 'jobs', '--url', url, '--apply'])).toMatchObject({ code: 0 })
  })
  afterAll(() => server?.remove())
  beforeEach(async () => {
    await server.query('DELETE FROM lastalive_job_run', 'jobs')
    const dir = mkdtempSync(join(tmpdir(), 'lastalive-maria-'))
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
    state = join(dir, 'state')
  })
  const run = (command: string, words: readonly string[]) =>
    lastalive([command, '--url', url, '--state', state, '-t', '5s', ...words])

  test.each(['', 'STRICT_ALL_TABLES'])("with sql_mode='%s' keeps the last of 100,000 bytes", async (mode) => {
    await server.query(`SET GLOBAL sql_mode='${mode}'; SET GLOBAL max_allowed_packet=1024*1024`)
    expect(await run('exec', ['n', '--', 'sh', '-c', 'head -c 150000 /dev/zero; printf END'])).toMatchObject({
      code: 0,
      stderr: '',
    })
    expect(await server.query('SELECT length(output), substr(output, 99998) FROM lastalive_job_run', 'jobs')).toBe(
      '100000\tEND',
    )
    await server.query('SET GLOBAL max_allowed_packet=64*1024')
  })

  test('that takes no packet as large as the output has the end without it, and the row says so', async () => {
    const { code, stderr } = await run('exec', ['n', '--', 'sh', '-c', 'head -c 150000 /dev/zero; exit 2'])
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/^lastalive: the beat of n is stored, but its output is not stored: [^\n]+\n$/),
    ])
    expect(
      await server.query('SELECT exit_code, output_bytes, output, left(message, 24) FROM lastalive_job_run', 'jobs'),
    ).toBe('2\tNULL\tNULL\tits output is not stored')
    expect(waitingIn(state)).toEqual([])
  })

  test('that is read only keeps the beats waiting', async () => {
    await server.query('SET GLOBAL read_only=ON')
    const { code, stderr } = await run('exec', ['n', '--', 'sh', '-c', 'exit 2'])
    await server.query('SET GLOBAL read_only=OFF')
    expect([code, stderr]).toEqual([2, expect.stringMatching(/waits in the spool: read only \(a standby\?\)\n$/)])
    expect(await run('beat', ['m'])).toMatchObject(QUIET)
    expect(waitingIn(state)).toEqual([])
  })

  test('whose row is locked costs a job a second, and nothing is lost', async () => {
    await run('beat', ['n', '--every', '1d'])
    const held = server.query(
      "BEGIN; SELECT * FROM lastalive_job WHERE name = 'n' FOR UPDATE; DO SLEEP(8); COMMIT",
      'jobs',
    )
    await new Promise((resolve) => setTimeout(resolve, 300))
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () =>
        lastalive(['exec', 'n', '--url', url, '--state', state, '--every', '2d', '--', 'sh', '-c', 'exit 9']),
      ),
    )
    expect(outcomes.map(({ code }) => code)).toEqual(Array(20).fill(9))
    await held
    await run('beat', ['m', '-t', '20s'])
    expect(await server.query("SELECT count(*) FROM lastalive_job_run WHERE job = 'n' AND exit_code = 9", 'jobs')).toBe(
      '20',
    )
    expect(waitingIn(state)).toEqual([])
  })
})

describe.skipIf(!canTrace())(`killed at each system call (${STRACE_MISSING} where skipped)`, () => {
  const AWAY = 'postgres://a@127.0.0.1:1/a'

  /** What a beat does to its state, by the calls that a kill can come before. */
  async function momentsOf(scene: JobScene, url: string) {
    const args = ['beat', 'n', '--url', url, '--state', scene.state, '--run-id', 'traced', '-t', '20s']
    const places = { state: realpathSync(scene.state), log: join(scene.dir, 'strace') }
    const { moments, paths } = await trace(args, places)
    return { args, places, paths, moments: moments.filter(({ isOfState }) => isOfState) }
  }

  test('a beat that has to wait leaves the others as they were, and is whole or not there', LONG, async () => {
    const scene = makeJobScene()
    await lastalive(['beat', 'first', '--url', AWAY, '--state', scene.state, '--run-id', 'kept'])
    const { args, places, paths, moments } = await momentsOf(scene, AWAY)
    expect(moments.length).toBeGreaterThan(3)
    for (const moment of moments) {
      const { diedAt } = await strike(moment, args, { ...places, paths, count: moment.count })
      const texts = waitingIn(scene.state).map((name) => readFileSync(join(scene.state, 'spool', name), 'utf8'))
      expect(
        texts.map((text) => JSON.parse(text).event.runId),
        `${nameOf(moment)}, ${diedAt}`,
      ).toContain('kept')
    }
  })

  test('a beat that takes what waits along loses nothing, and has nothing twice', LONG, async () => {
    const scene = makeJobScene()
    const wait = async (): Promise<void> => {
      scene.database.exec('BEGIN EXCLUSIVE')
      await lastalive([
        'exec',
        'w',
        '--url',
        scene.url,
        '--state',
        scene.state,
        '-t',
        '1s',
        '--run-id',
        'waiting',
        '--',
        'sh',
        '-c',
        'echo out; exit 3',
      ])
      scene.database.exec('ROLLBACK')
      expect(scene.waiting()).toHaveLength(2)
    }
    await wait()
    const { args, places, paths, moments } = await momentsOf(scene, scene.url)
    expect(moments.length).toBeGreaterThan(1)
    for (const moment of moments) {
      scene.database.exec('DELETE FROM lastalive_job_run')
      await wait()
      await strike(moment, args, { ...places, paths, count: moment.count })
      expect(await scene.beat(['after'])).toMatchObject(QUIET)
      expect(scene.waiting()).toEqual([])
      const rows = scene.rows().filter(({ job }) => job === 'w')
      expect(rows, nameOf(moment)).toMatchObject([{ run_id: 'waiting', exit_code: 3, output_bytes: 4 }])
    }
  })
})
