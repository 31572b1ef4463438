import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { recipe } from '../../src/config/recipes/sidequest.ts'
import { mariadbBinaries, startMariadb } from '../support/mariadb.ts'
import { postgresBinaries, startPostgres } from '../support/postgres.ts'
import { lookByRecipe, type RecipeLookOptions } from '../support/recipe-look.ts'
import {
  areWorkersThere,
  SIDEQUEST_JOB,
  startWorker,
  WORKERS_MISSING,
  type Worker,
  type WorkerName,
} from '../support/workers.ts'

const PATIENCE = { timeout: 20_000, interval: 250 }
const SOON = { critical: '3s' }
const IDLE = { sidequest: 'ok: absent' }
const late = { 'sidequest/jobs': 'critical: overdue' }

interface Place {
  readonly worker: WorkerName
  /** for the one who owns the tables */
  readonly own: string
  /** for the role `watch` */
  readonly url: string
  query(sql: string): Promise<string>
  remove(): Promise<void>
}

async function onPostgres(): Promise<Place> {
  const { port, query, remove } = await startPostgres()
  await query('CREATE ROLE watch LOGIN')
  const urlOf = (role: string): string => `postgres://${role}@127.0.0.1:${port}/postgres`
  return { worker: '@sidequest/postgres-backend', own: urlOf('postgres'), url: urlOf('watch'), query, remove }
}

async function onMariadb(): Promise<Place> {
  const { port, query, remove } = await startMariadb([], { timeZone: 'UTC' })
  await query("CREATE DATABASE app; CREATE USER app@'%'; GRANT ALL ON app.* TO app@'%'; CREATE USER watch@'%'")
  const urlOf = (role: string): string => `mysql://${role}@127.0.0.1:${port}/app`
  const inApp = (sql: string): Promise<string> => query(sql, 'app')
  return { worker: '@sidequest/mysql-backend', own: urlOf('app'), url: urlOf('watch'), query: inApp, remove }
}

const isMissing = postgresBinaries() === undefined || mariadbBinaries() === undefined || !areWorkersThere()
describe.skipIf(isMissing).each([
  ['PostgreSQL', onPostgres],
  ['MariaDB', onMariadb],
])(`Sidequest on %s (otherwise: no servers; ${WORKERS_MISSING})`, (_, make) => {
  let place: Place
  let engine: Worker
  const dir = mkdtempSync(join(tmpdir(), 'lastalive-sidequest-'))
  const script = join(dir, 'beat.mjs')

  const comes = (answer: string, sql: string): Promise<void> =>
    vi.waitFor(async () => expect(await place.query(sql)).toBe(answer), PATIENCE)
  const look = (options: Omit<RecipeLookOptions, 'use'> = {}) =>
    lookByRecipe(place.url, { use: [recipe.name], ...options })
  const turns = (said: Readonly<Record<string, string>>, options: Omit<RecipeLookOptions, 'use'> = {}): Promise<void> =>
    vi.waitFor(async () => expect(await look(options)).toMatchObject({ said }), PATIENCE)
  const enqueue = (queue = 'jobs', at = 'CURRENT_TIMESTAMP'): Promise<string> =>
    place.query(`INSERT INTO sidequest_jobs
      (queue, state, script, class, args, constructor_args, attempt, max_attempts, available_at, backoff_strategy)
      VALUES ('${queue}', 'waiting', 'file://${script}', 'Beat', '[]', '[]', 0, 1, ${at}, 'fixed')`)
  const done = (count: number): Promise<void> =>
    comes(String(count), "SELECT count(*) FROM sidequest_jobs WHERE state = 'completed'")

  beforeAll(async () => {
    writeFileSync(script, SIDEQUEST_JOB)
    place = await make()
    engine = startWorker(place.worker, place.own)
    await vi.waitFor(async () => expect(await place.query('SELECT name FROM sidequest_queues')).toBe('jobs'), PATIENCE)
    await place.query(recipe.grants ?? '')
  })
  afterAll(async () => {
    await engine?.kill()
    await place?.remove()
    rmSync(dir, { recursive: true, force: true })
  })

  test('is content with an engine that has nothing to do', async () => {
    expect(await look()).toMatchObject({ code: 0, stderr: '', said: IDLE })
  })

  test('is content with one that works, and with a job that is to come', async () => {
    await enqueue()
    await done(1)
    expect(await look({ minutes: 12 })).toMatchObject({ code: 0, said: IDLE })
    await enqueue('jobs', "CURRENT_TIMESTAMP + INTERVAL '1' HOUR")
    expect(await look({ minutes: 12 })).toMatchObject({ code: 0, said: { 'sidequest/jobs': 'ok: overdue' } })
    await place.query("DELETE FROM sidequest_jobs WHERE state = 'waiting'")
  })

  test('misses an engine that is frozen as soon as a job is late', async () => {
    engine.freeze()
    await enqueue()
    await turns(late, { more: SOON })
    engine.thaw()
    await done(2)
    await turns(IDLE, { more: SOON })
  })

  test('misses one that was killed after ten minutes, and no queue that is paused', async () => {
    await engine.kill()
    await enqueue()
    expect(await look({ minutes: 8 })).toMatchObject({ code: 0, said: { 'sidequest/jobs': 'ok: overdue' } })
    expect(await look({ minutes: 12 })).toMatchObject({ code: 2, said: late })
    await place.query("UPDATE sidequest_queues SET state = 'paused'")
    expect(await look({ minutes: 12 })).toMatchObject({ code: 0, said: IDLE })
    await place.query("UPDATE sidequest_queues SET state = 'active'")
    engine = startWorker(place.worker, place.own)
    await done(3)
    await turns(IDLE)
  })
})
