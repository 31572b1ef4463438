import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { recipe as agent } from '../../src/config/recipes/pgagent.ts'
import { recipe as jobs } from '../../src/config/recipes/pgagent-jobs.ts'
import { POSTGRES_MISSING, postgresBinaries, startPostgres, type TestPostgres } from '../support/postgres.ts'
import {
  areQueueDaemonsThere,
  makeQueueDatabase,
  QUEUE_DAEMONS_MISSING,
  startQueueDaemon,
} from '../support/queue-daemons.ts'
import { lookByRecipe, type RecipeLookOptions } from '../support/recipe-look.ts'
import type { Worker } from '../support/workers.ts'

const PATIENCE = { timeout: 20_000, interval: 250 }
const SOON = { critical: '5s' }

const isMissing = postgresBinaries() === undefined || !areQueueDaemonsThere()
describe.skipIf(isMissing)(`pgAgent (otherwise: ${POSTGRES_MISSING}; ${QUEUE_DAEMONS_MISSING})`, () => {
  let server: TestPostgres
  let pgagent: Worker
  let station: string

  const query = (sql: string): Promise<string> => server.query(sql, 'pgagent')
  const comes = (answer: string, sql: string): Promise<void> =>
    vi.waitFor(async () => expect(await query(sql)).toBe(answer), PATIENCE)
  const look = (options: Omit<RecipeLookOptions, 'use'> = {}) =>
    lookByRecipe(`postgres://watch@127.0.0.1:${server.port}/pgagent`, { use: [agent.name, jobs.name], ...options })
  const said = (agent: string, job: string) => ({ [`pgagent/${station}`]: agent, 'pgagent-jobs/1 nightly': job })
  const turns = (said: Readonly<Record<string, string>>, options: Omit<RecipeLookOptions, 'use'> = {}): Promise<void> =>
    vi.waitFor(async () => expect(await look(options)).toMatchObject({ said }), PATIENCE)
  const start = async (): Promise<void> => {
    pgagent = startQueueDaemon(server, 'pgagent')
    await comes('1', 'SELECT count(*) FROM pgagent.pga_jobagent JOIN pg_stat_activity ON pid = jagpid')
  }
  /** Makes the job due, and gives it what to do. */
  const due = (what: string): Promise<string> =>
    query(`UPDATE pgagent.pga_jobstep SET jstcode = '${what}'; UPDATE pgagent.pga_job SET jobnextrun = now()`)
  const runs = (count: number): Promise<void> =>
    comes(String(count), "SELECT count(*) FROM pgagent.pga_joblog WHERE jlgstatus = 's'")

  beforeAll(async () => {
    server = await startPostgres()
    await makeQueueDatabase(server, 'pgagent')
    const all = (size: number): string => `array_fill(true, ARRAY[${size}])`
    await query(`INSERT INTO pgagent.pga_job(jobjclid, jobname) VALUES (1, 'nightly');
      INSERT INTO pgagent.pga_jobstep(jstjobid, jstname, jstkind, jstcode, jstdbname)
        VALUES (1, 'only', 's', 'SELECT 1', 'pgagent');
      INSERT INTO pgagent.pga_schedule(jscjobid, jscname, jscminutes, jschours, jscweekdays, jscmonthdays, jscmonths, jscstart)
        VALUES (1, 'later', ${all(60)}, ${all(24)}, ${all(7)}, ${all(32)}, ${all(12)}, now() + '1 day'::interval)`)
    await start()
    station = await query('SELECT jagstation FROM pgagent.pga_jobagent')
    await query(`CREATE ROLE watch LOGIN; ${jobs.grants}`)
  })
  afterAll(async () => {
    await pgagent?.kill()
    await server?.remove()
  })

  test('says who sees the beats where the role may not', async () => {
    const hidden = expect.stringContaining('hidden from all but pg_monitor')
    expect(await look()).toMatchObject({ code: 3, summaries: { [`pgagent/${station}`]: hidden } })
    await query(agent.grants ?? '')
    expect(await look()).toMatchObject({ code: 0, stderr: '', said: said('ok: age', 'ok: overdue') })
  })

  test('is content with an agent that looks for jobs, though none is due', async () => {
    const beat = (): Promise<string> =>
      query('SELECT max(state_change) FROM pg_stat_activity JOIN pgagent.pga_jobagent ON jagpid = pid')
    const first = await beat()
    await expect.poll(beat, PATIENCE).not.toBe(first)
    expect(await look({ more: SOON })).toMatchObject({ code: 0, said: said('ok: age', 'ok: overdue') })
  })

  test('is content with a job that was due and ran, and with one that runs for long', async () => {
    await due('SELECT 1')
    await runs(1)
    expect(await look()).toMatchObject({ code: 0, said: said('ok: age', 'ok: overdue') })
    await due('SELECT pg_sleep(600)')
    await comes('1', "SELECT count(*) FROM pgagent.pga_joblog WHERE jlgstatus = 'r'")
    expect((await look({ minutes: 12 })).said).toMatchObject({ 'pgagent-jobs/1 nightly': 'ok: overdue' })
    expect((await look({ minutes: 60 * 25 })).said).toMatchObject({ 'pgagent-jobs/1 nightly': 'critical: overdue' })
  })

  test('misses the agent at once when it is killed, and the job that it ran as soon as that is late', async () => {
    await pgagent.kill()
    await query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(600)'")
    await turns(said('critical: absent', 'ok: overdue'))
    expect(await look({ minutes: 12 })).toMatchObject({ code: 2, said: said('critical: absent', 'critical: overdue') })
  })

  test('is content as soon as another agent has taken over', async () => {
    await start()
    await turns(said('ok: age', 'ok: overdue'))
    expect(await query('SELECT jobnextrun > now() FROM pgagent.pga_job')).toBe('t')
  })

  test('misses an agent that is frozen, and the job that is due meanwhile', async () => {
    pgagent.freeze()
    await due('SELECT 1')
    await turns(said('critical: age', 'critical: overdue'), { more: SOON })
    expect((await look({ minutes: 12 })).said).toMatchObject(said('critical: age', 'critical: overdue'))
    pgagent.thaw()
    await runs(2)
    await turns(said('ok: age', 'ok: overdue'), { more: SOON })
  })
})
