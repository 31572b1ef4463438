import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
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
const USE = ['pgq', 'pgq-consumers']
const said = (ticker: string, consumer: string) => ({ 'pgq/news': ticker, 'pgq-consumers/news reader': consumer })

const isMissing = postgresBinaries() === undefined || !areQueueDaemonsThere()
describe.skipIf(isMissing)(`PgQ (otherwise: ${POSTGRES_MISSING}; ${QUEUE_DAEMONS_MISSING})`, () => {
  let server: TestPostgres
  let pgqd: Worker

  const query = (sql: string): Promise<string> => server.query(sql, 'pgq')
  const look = (options: Omit<RecipeLookOptions, 'use'> = {}) =>
    lookByRecipe(`postgres://watch@127.0.0.1:${server.port}/pgq`, { use: USE, ...options })
  const turns = (said: Readonly<Record<string, string>>, options: Omit<RecipeLookOptions, 'use'> = {}): Promise<void> =>
    vi.waitFor(async () => expect(await look(options)).toMatchObject({ said }), PATIENCE)
  const lastTick = (): Promise<string> => query('SELECT max(tick_id) FROM pgq.tick')
  const ticks = async (): Promise<void> => {
    const before = await lastTick()
    await vi.waitFor(async () => expect(await lastTick()).not.toBe(before), PATIENCE)
  }
  const start = (): void => {
    pgqd = startQueueDaemon(server, 'pgq')
  }
  /** Takes one batch after the other, as a consumer does, until there is none. */
  const consume = (): Promise<string> =>
    query(`DO $$ DECLARE batch bigint; BEGIN
      LOOP
        batch := pgq.next_batch('news', 'reader');
        EXIT WHEN batch IS NULL;
        PERFORM pgq.finish_batch(batch);
      END LOOP;
    END $$`)

  beforeAll(async () => {
    server = await startPostgres()
    await server.query('CREATE ROLE watch LOGIN')
    await makeQueueDatabase(server, 'pgq')
    await query("SELECT pgq.create_queue('news'), pgq.register_consumer('news', 'reader')")
    // By default a queue without events has a tick each minute.
    await query("SELECT pgq.set_queue_config('news', 'ticker_idle_period', '1 second')")
    start()
    await ticks()
  })
  afterAll(async () => {
    await pgqd?.kill()
    await server?.remove()
  })

  test('is content with a queue that has a tick now and then, though nothing happens', async () => {
    await ticks()
    await consume()
    expect(await look()).toMatchObject({ code: 0, stderr: '', said: said('ok: age', 'ok: age') })
  })

  test('misses a consumer that no longer takes what comes, while pgqd lives', async () => {
    await query("SELECT pgq.insert_event('news', 'some', 'words')")
    await ticks()
    await turns(said('ok: age', 'critical: age'), { more: { critical: '3s' } })
    await consume()
    await turns(said('ok: age', 'ok: age'), { more: { critical: '10s' } })
  })

  test('misses a consumer that hangs in a batch', async () => {
    await ticks()
    await query("SELECT pgq.next_batch('news', 'reader')")
    await turns(said('ok: age', 'critical: age'), { more: { critical: '3s' } })
    await consume()
  })

  test.each([
    ['is frozen', () => pgqd.freeze(), () => pgqd.thaw()],
    ['was killed', () => pgqd.kill(), start],
  ])('misses a pgqd that %s, and no consumer for its sake', async (_, stop, resume) => {
    await stop()
    await consume()
    const before = await lastTick()
    await new Promise((resolve) => setTimeout(resolve, 4_000))
    expect(await lastTick()).toBe(before)
    expect(await look()).toMatchObject({ code: 0, said: said('ok: age', 'ok: age') })
    expect(await look({ minutes: 3 })).toMatchObject({ code: 2, said: said('critical: age', 'ok: age') })
    resume()
    await ticks()
    await turns(said('ok: age', 'ok: age'))
  })

  test('says nothing of a queue whose ticker is paused', async () => {
    await query("SELECT pgq.set_queue_config('news', 'ticker_paused', 'true')")
    expect(await look({ minutes: 30 })).toMatchObject({ said: { pgq: 'warning: absent' } })
  })
})
