import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { isPgCronThere, PG_CRON_MISSING, startPgCron } from '../support/pg-cron.ts'
import { POSTGRES_MISSING, postgresBinaries, type TestPostgres } from '../support/postgres.ts'
import { lookByRecipe } from '../support/recipe-look.ts'

const PATIENCE = { timeout: 20_000 }
const DAY = 24 * 60

/** Schedules as they are written, and how many days may lie between two runs. */
const SCHEDULES: readonly (readonly [schedule: string, days: number])[] = [
  ['0 3 * * *', 1],
  ['0  3 *   * *', 1],
  ['0\t3\t*\t*\t*', 1],
  [' \t0 3 * * *  ', 1],
  ['# nightly\n0 3 * * *', 1],
  ['*/5 * * * *', 1],
  ['0 3 */1 * *', 1],
  ['0 3 1-31 * *', 1],
  ['0 3 1-15,16-31 1-12 0-6', 1],
  ['0 3 * */1 */1', 1],
  ['0 3 * Jan-Dec 0-7', 1],
  ['0 3 1-31 * 1', 1],
  ['@hourly', 1],
  ['@daily', 1],
  ['@midnight', 1],
  ['0 3 */2 * *', 2],
  ['0 3 * * MON-FRI', 3],
  ['0 3 * * 1,2,3,4,5', 3],
  ['0 3 * * mon,thu', 4],
  ['0 3 * * 1', 7],
  ['0 3 * * Sun', 7],
  ['0 3 * * 7', 7],
  ['0 3 * * */7', 7],
  ['0 3 1 * 1', 7],
  ['@weekly', 7],
  ['0 3 1 * *', 31],
  ['0 3 31 1-12/2 *', 184],
  ['0 3 */31 * *', 31],
  ['@monthly', 31],
  ['0 3 1 jan,JUL *', 184],
  ['0 3 1 1 *', 366],
  ['0 3 29 2 *', 1461],
  ['0 3 31 * *', 61],
  ['0 3 */2 * 1', 21],
  ['0 3 * 5-9 0', 224],
  ['0 3 * * 5-7', 5],
  ['0 3 31 * */7', 609],
  ['0 3 */15 */3 3', 1309],
]

const isMissing = postgresBinaries() === undefined || !isPgCronThere()
describe.skipIf(isMissing)(`pg_cron (otherwise: ${POSTGRES_MISSING}; ${PG_CRON_MISSING})`, () => {
  let server: TestPostgres

  const look = (minutes = 0, role = 'postgres') =>
    lookByRecipe(`postgres://${role}@127.0.0.1:${server.port}/postgres`, { use: ['pg-cron'], minutes })
  const comes = (answer: string, sql: string): Promise<void> =>
    vi.waitFor(async () => expect(await server.query(sql)).toBe(answer), PATIENCE)
  const schedule = (name: string, schedule: string): Promise<string> =>
    server.query(`SELECT cron.schedule('${name}', '${schedule}', 'SELECT 1')`)
  const hasRun = (status: string, name: string, ago = '0'): Promise<string> =>
    server.query(`INSERT INTO cron.job_run_details(jobid, status, username, start_time, end_time)
      SELECT jobid, '${status}', username, now() - INTERVAL '${ago}', now() - INTERVAL '${ago}' FROM cron.job WHERE jobname = '${name}'`)
  const itemOf = async (name: string): Promise<string> =>
    await server.query(`SELECT concat('pg-cron/', jobid, ' ', jobname) FROM cron.job WHERE jobname = '${name}'`)
  const wordsOf = async (name: string): Promise<string> => {
    const [{ said, summaries }, item] = [await look(), await itemOf(name)]
    return `${said[item]}, ${summaries[item]}`
  }
  const forgetAll = (): Promise<string> => server.query('TRUNCATE cron.job, cron.job_run_details')

  beforeAll(async () => {
    server = await startPgCron()
    await server.query('CREATE ROLE watch LOGIN; CREATE ROLE app LOGIN; GRANT USAGE ON SCHEMA cron TO watch, app')
  })
  afterAll(async () => {
    await server?.remove()
  })

  test('is heard of as soon as it has run a job', async () => {
    await schedule('starts', '@reboot')
    await server.stop()
    await server.start()
    await comes('succeeded', "SELECT status FROM cron.job_run_details WHERE status = 'succeeded'")
    await schedule('starts', '0 3 * * *')
    expect(await look()).toMatchObject({ code: 0, said: { [await itemOf('starts')]: 'ok: age' } })
    await forgetAll()
  })

  describe('takes schedules, however they are written,', () => {
    const names = new Map(SCHEDULES.map(([written], index) => [written, `job ${index}`]))

    beforeAll(async () => {
      for (const [written, name] of names) {
        await schedule(name, written)
        await hasRun('succeeded', name)
      }
    })
    afterAll(forgetAll)

    test.each(SCHEDULES)('and %j is late after %i days, and some hours or a day', async (written, days) => {
      const item = await itemOf(names.get(written) ?? '')
      const grace = days === 1 ? 120 : DAY
      const [due, late] = [await look(days * DAY + grace - 30), await look(days * DAY + grace + 30)]
      expect([due.said[item], late.said[item]]).toEqual(['ok: age', 'critical: age'])
    })
  })

  describe('has a new job', () => {
    afterAll(forgetAll)

    test('that is not yet due, and so is well from the last run before it was made', async () => {
      await schedule('old', '* * * * *')
      await hasRun('succeeded', 'old', '1 hour')
      await schedule('new', '0 3 * * *')
      const item = await itemOf('new')
      expect((await look()).said[item]).toBe('ok: age')
      expect((await look(24 * 60)).said[item]).toBe('ok: age')
      expect((await look(26 * 60)).said[item]).toBe('critical: age')
    })

    test('that has failed at once', async () => {
      await schedule('fails', '0 3 * * *')
      await hasRun('failed', 'fails')
      expect(await wordsOf('fails')).toBe('warning: absent, it has failed, and no success is noted')
    })

    test.each(['0 3 31 2 *', '@yearly'])('for %s, that is never due', async (written) => {
      await schedule('never', written)
      expect(await wordsOf('never')).toBe('warning: absent, it is never due')
    })

    test('before any has run, so that nobody knows since when', async () => {
      await forgetAll()
      await schedule('first', '0 3 * * *')
      expect(await wordsOf('first')).toBe('warning: absent, no run of it is noted')
    })

    test('that runs only when the server starts, and so is never late', async () => {
      await schedule('starts', '@reboot')
      expect(Object.keys((await look()).said)).not.toContain(await itemOf('starts'))
    })
  })

  describe('hides jobs by row security', () => {
    const hidden = 'pg-cron/jobs of other roles'

    beforeAll(async () => {
      await server.queryAt(
        `host=${server.socketDir} port=${server.port} user=app dbname=postgres`,
        `SELECT cron.schedule('of app', '0 3 * * *', 'SELECT 1')`,
      )
      await hasRun('succeeded', 'of app')
    })

    test('and a role that sees all it has is told of nothing', async () => {
      expect(await look(0, 'app')).toMatchObject({ code: 0, said: { [await itemOf('of app')]: 'ok: age' } })
      expect((await look(0, 'app')).said).not.toHaveProperty([hidden])
    })

    test('and a role that has some of them is told that there are more', async () => {
      await schedule('of postgres', '0 3 * * *')
      await hasRun('succeeded', 'of postgres')
      await comes('2', "SELECT pg_stat_get_live_tuples(CAST('cron.job' AS regclass))")
      const seen = await look(0, 'app')
      expect(seen).toMatchObject({
        code: 3,
        said: { [await itemOf('of app')]: 'ok: age', [hidden]: 'unknown: invalid' },
      })
      expect(seen.summaries[hidden]).toContain('hidden by row security')
    })

    test('and a role that has none is told', async () => {
      expect(await look(0, 'watch')).toMatchObject({ code: 3, said: { [hidden]: 'unknown: invalid' } })
    })

    test.each([
      [
        'a policy',
        'CREATE POLICY watch ON cron.job FOR SELECT TO watch USING (true); CREATE POLICY watch ON cron.job_run_details FOR SELECT TO watch USING (true)',
      ],
      ['BYPASSRLS', 'ALTER ROLE watch BYPASSRLS'],
    ])('but not with %s', async (_, sql) => {
      await server.query(sql)
      const { code, said } = await look(0, 'watch')
      expect([code, Object.keys(said).length, said[hidden]]).toEqual([0, 3, undefined])
    })
  })
})
