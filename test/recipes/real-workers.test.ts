import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { POSTGRES_MISSING, postgresBinaries, startPostgres, type TestPostgres } from '../support/postgres.ts'
import { lookByRecipe } from '../support/recipe-look.ts'
import { areWorkersThere, startWorker, WORKERS_MISSING, type Worker, type WorkerName } from '../support/workers.ts'

const RECIPES = ['pg-boss', 'graphile-worker', 'graphile-worker-jobs']
const said = (boss: string, worker: string, jobs: string) => ({
  'pg-boss': boss,
  'graphile-worker': worker,
  'graphile-worker-jobs': jobs,
})

/** Enough for a loaded machine to start a worker that makes its tables. */
const PATIENCE = { timeout: 20_000 }

const isMissing = postgresBinaries() === undefined || !areWorkersThere()
describe.skipIf(isMissing)(`real workers (otherwise: ${POSTGRES_MISSING}; ${WORKERS_MISSING})`, () => {
  const workers: Worker[] = []
  let server: TestPostgres

  const urlOf = (role: string): string => `postgres://${role}@127.0.0.1:${server.port}/postgres`
  const start = (name: WorkerName): Worker => {
    const worker = startWorker(name, urlOf('postgres'))
    workers.push(worker)
    return worker
  }
  const killAll = async (): Promise<void> => void (await Promise.all(workers.map((worker) => worker.kill())))
  const comes = (answer: string, sql: string): Promise<void> =>
    vi.waitFor(async () => expect(await server.query(sql)).toBe(answer), PATIENCE)
  const look = (minutes = 0, role = 'postgres') => lookByRecipe(urlOf(role), { use: RECIPES, minutes })

  beforeAll(async () => {
    server = await startPostgres()
    start('pg-boss')
    const first = start('graphile-worker')
    // Its first run makes the tables. The next one finds that it has missed some minutes, and makes them good.
    const passed = "UPDATE graphile_worker._private_known_crontabs SET known_since = now() - INTERVAL '5 minutes'"
    await comes('UPDATE 1', passed)
    await first.kill()
    start('graphile-worker')
    await comes('t', 'SELECT max(last_execution) IS NOT NULL FROM graphile_worker._private_known_crontabs')
    await comes('t', 'SELECT cron_on IS NOT NULL FROM pgboss.version')
  })
  afterAll(async () => {
    await killAll()
    await server?.remove()
  })

  describe('that live', () => {
    test('take a job that is due, so that none waits', async () => {
      await server.query("SELECT graphile_worker.add_job('beat')")
      await comes('0', 'SELECT count(*) FROM graphile_worker._private_jobs WHERE is_available')
      expect(await look()).toMatchObject({ code: 0, stderr: '', said: said('ok: age', 'ok: age', 'ok: absent') })
    })

    test('beat again and again, as pg-boss does', async () => {
      const beat = (): Promise<string> => server.query('SELECT cron_on FROM pgboss.version')
      const first = await beat()
      await expect.poll(beat, PATIENCE).not.toBe(first)
    })
  })

  describe('that were killed, while a job is due', () => {
    beforeAll(async () => {
      await killAll()
      await server.query("SELECT graphile_worker.add_job('beat')")
      await server.query(`CREATE ROLE watch LOGIN; GRANT USAGE ON SCHEMA pgboss, graphile_worker TO watch;
        GRANT SELECT ON ALL TABLES IN SCHEMA pgboss, graphile_worker TO watch`)
    })

    test.each([
      [4, 'still within all limits', 0, said('ok: age', 'ok: age', 'ok: overdue')],
      [7, 'missed by the limit of pg-boss', 2, said('critical: age', 'ok: age', 'ok: overdue')],
      [12, 'missed by all limits', 2, said('critical: age', 'critical: age', 'critical: overdue')],
    ])('are after %i min %s', async (minutes, _, code, said) => {
      expect(await look(minutes)).toMatchObject({ code, stderr: '', said })
    })

    test('are hidden from others by row security, and by that alone', async () => {
      const hidden = expect.stringContaining('hidden by row security')
      const { summaries } = await look(12, 'watch')
      expect(Object.values(summaries)).toEqual([expect.stringContaining('silent'), hidden, hidden])
      await server.query('ALTER ROLE watch BYPASSRLS')
      expect((await look(12, 'watch')).said).toEqual(said('critical: age', 'critical: age', 'critical: overdue'))
    })
  })
})
