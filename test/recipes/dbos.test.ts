import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { recipe as executors } from '../../src/config/recipes/dbos.ts'
import { recipe as workflows } from '../../src/config/recipes/dbos-workflows.ts'
import { POSTGRES_MISSING, postgresBinaries, startPostgres, type TestPostgres } from '../support/postgres.ts'
import { lookByRecipe, type RecipeLookOptions } from '../support/recipe-look.ts'
import { areWorkersThere, startWorker, WORKERS_MISSING, type Worker } from '../support/workers.ts'

const PATIENCE = { timeout: 20_000, interval: 250 }
const SOON = { critical: '5s' }
const IDLE = { dbos: 'ok: age', 'dbos-workflows': 'ok: absent' }
const said = (executors: string, workflows: string) => ({ dbos: executors, 'dbos-workflows/jobs': workflows })

const isMissing = postgresBinaries() === undefined || !areWorkersThere()
describe.skipIf(isMissing)(`DBOS (otherwise: ${POSTGRES_MISSING}; ${WORKERS_MISSING})`, () => {
  let server: TestPostgres
  let executor: Worker

  const start = (): void => {
    executor = startWorker('@dbos-inc/dbos-sdk', `postgres://postgres@127.0.0.1:${server.port}/postgres`)
  }
  const comes = (answer: string, sql: string): Promise<void> =>
    vi.waitFor(async () => expect(await server.query(sql)).toBe(answer), PATIENCE)
  const look = (options: Omit<RecipeLookOptions, 'use'> = {}) =>
    lookByRecipe(`postgres://watch@127.0.0.1:${server.port}/postgres`, {
      use: [executors.name, workflows.name],
      ...options,
    })
  const turns = (said: Readonly<Record<string, string>>, options: Omit<RecipeLookOptions, 'use'> = {}): Promise<void> =>
    vi.waitFor(async () => expect(await look(options)).toMatchObject({ said }), PATIENCE)
  const enqueue = (more = ''): Promise<string> => server.query(`SELECT dbos.enqueue_workflow('beat', 'jobs'${more})`)
  const done = (count: number): Promise<void> =>
    comes(String(count), "SELECT count(*) FROM dbos.workflow_status WHERE status = 'SUCCESS'")

  beforeAll(async () => {
    server = await startPostgres()
    start()
    await vi.waitFor(async () => expect(await server.query('SELECT name FROM dbos.queues')).toBe('jobs'), PATIENCE)
    await server.query(`CREATE ROLE watch LOGIN; ${workflows.grants}`)
  })
  afterAll(async () => {
    await executor?.kill()
    await server?.remove()
  })

  test('says who sees the beats where the role may not', async () => {
    const summaries = { dbos: expect.stringContaining('hidden from all but pg_monitor') }
    expect(await look()).toMatchObject({ code: 3, summaries })
    await server.query(executors.grants ?? '')
    expect(await look()).toMatchObject({ code: 0, stderr: '', said: IDLE })
  })

  test('is content with an executor that looks for work, though there is none', async () => {
    const beat = (): Promise<string> =>
      server.query("SELECT max(state_change) FROM pg_stat_activity WHERE application_name LIKE 'dbos%'")
    const first = await beat()
    await expect.poll(beat, PATIENCE).not.toBe(first)
    expect(await look({ more: SOON })).toMatchObject({ code: 0, said: IDLE })
  })

  test('is content with a workflow that was taken, and with one that is to wait', async () => {
    await enqueue()
    await done(1)
    expect(await look({ minutes: 12 })).toMatchObject({ said: { 'dbos-workflows': 'ok: absent' } })
    const later = 'delay_until_epoch_ms => (EXTRACT(EPOCH FROM now()) * 1000)::bigint + 3600000'
    await enqueue(`, ${later}`)
    expect((await look()).said).toMatchObject(said('ok: age', 'ok: overdue'))
    await server.query("DELETE FROM dbos.workflow_status WHERE status = 'DELAYED'")
  })

  test('misses who takes a workflow of a version that nobody runs, while an executor lives', async () => {
    await enqueue(", app_version => 'of last year'")
    await turns(said('ok: age', 'critical: overdue'), { more: SOON })
    await server.query("DELETE FROM dbos.workflow_status WHERE application_version = 'of last year'")
  })

  test('misses an executor that is frozen, and whoever takes what waits meanwhile', async () => {
    executor.freeze()
    await enqueue()
    await turns(said('critical: age', 'critical: overdue'), { more: SOON })
    executor.thaw()
    await done(2)
    await turns(IDLE, { more: SOON })
  })

  test('misses an executor at once when it is killed, and whoever takes what waits after ten minutes', async () => {
    await executor.kill()
    await enqueue()
    await turns(said('critical: absent', 'ok: overdue'))
    expect(await look({ minutes: 8 })).toMatchObject({ code: 2, said: said('critical: absent', 'ok: overdue') })
    expect(await look({ minutes: 12 })).toMatchObject({ code: 2, said: said('critical: absent', 'critical: overdue') })
    start()
    await done(3)
    await turns(IDLE)
  })
})
