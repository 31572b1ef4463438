import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { recipe as bullmq } from '../../src/config/recipes/bullmq.ts'
import type { Recipe } from '../../src/config/recipes/recipe.ts'
import { recipe as rq } from '../../src/config/recipes/rq.ts'
import { lookByRecipe } from '../support/recipe-look.ts'
import { REDIS_MISSING, redisBinaries, startRedis, type TestRedis } from '../support/redis.ts'
import { isRqThere, RQ_MISSING, startRqWorker } from '../support/rq.ts'
import { areWorkersThere, startWorker, WORKERS_MISSING, type Worker } from '../support/workers.ts'

/** Enough for a loaded machine to start a worker. */
const PATIENCE = { timeout: 20_000, interval: 100 }

/** A server with a role that has no rights but those that a recipe names. */
async function serverFor({ grants = '' }: Recipe): Promise<TestRedis> {
  const redis = await startRedis()
  await redis.cli(...grants.split(' '), 'on', 'nopass')
  return redis
}

const watching = ({ port }: TestRedis): string => `redis://watch@127.0.0.1:${port}`

const isBullMissing = redisBinaries() === undefined || !areWorkersThere()
describe.skipIf(isBullMissing)(`a real worker of BullMQ (otherwise: ${REDIS_MISSING}; ${WORKERS_MISSING})`, () => {
  let redis: TestRedis
  let worker: Worker
  const next = (): Promise<string> => redis.cli('ZSCORE', 'bull:mail:repeat', 'beat')
  const look = async (minutes = 0) => (await lookByRecipe(watching(redis), { use: ['bullmq'], minutes })).said
  const said = (words: string) => ({ bullmq: 'ok: rows', 'bullmq/bull:mail:repeat': words })

  beforeAll(async () => {
    redis = await serverFor(bullmq)
    worker = startWorker('bullmq', redis.url)
    await vi.waitFor(async () => expect(await redis.cli('ZSCORE', 'bull:mail:repeat', 'beat')).not.toBe(''), PATIENCE)
  }, 60_000)
  afterAll(async () => {
    await worker?.kill()
    await redis?.remove()
  })

  test('puts the next run into the future again and again, and is well', async () => {
    const first = await next()
    await expect.poll(next, PATIENCE).not.toBe(first)
    expect(await look()).toEqual(said('ok: overdue'))
  })

  test('is overdue once it was frozen for five minutes', async () => {
    worker.freeze()
    expect(await look(4)).toEqual(said('ok: overdue'))
    expect(await look(6)).toEqual(said('critical: overdue'))
    worker.thaw()
  })

  test('is overdue once it was killed, and well with the next one', async () => {
    await worker.kill()
    expect(await look(6)).toEqual(said('critical: overdue'))
    const last = await next()
    worker = startWorker('bullmq', redis.url)
    await expect.poll(next, PATIENCE).not.toBe(last)
    expect(await look()).toEqual(said('ok: overdue'))
  })
})

const isRqMissing = redisBinaries() === undefined || !isRqThere()
describe.skipIf(isRqMissing)(`a real worker of RQ (otherwise: ${REDIS_MISSING}; ${RQ_MISSING})`, () => {
  let redis: TestRedis
  let worker: Worker
  const members = (): Promise<string> => redis.cli('SMEMBERS', 'rq:workers')
  const look = async (minutes = 0) => (await lookByRecipe(watching(redis), { use: ['rq'], minutes })).said
  const start = async (): Promise<void> => {
    const before = await members()
    worker = startRqWorker(redis.url)
    // It cleans up first, and then puts its own name there.
    await vi.waitFor(async () => expect(['', before]).not.toContain(await members()), PATIENCE)
  }

  beforeAll(async () => {
    redis = await serverFor(rq)
    await start()
  }, 60_000)
  afterAll(async () => {
    await worker?.kill()
    await redis?.remove()
  })

  test('is well while it waits for jobs, also shortly before its next beat', async () => {
    expect(await look()).toEqual({ rq: 'ok: age' })
    expect(await look(6.7)).toEqual({ rq: 'ok: age' })
  })

  test('is silent once it was frozen for more than eight minutes', async () => {
    worker.freeze()
    expect(await look(9)).toEqual({ rq: 'critical: age' })
    worker.thaw()
  })

  test('is missing once it was killed and its hash has gone, and its successor is well', async () => {
    const name = await members()
    await worker.kill()
    await redis.cli('DEL', name)
    expect(await look()).toEqual({ rq: 'critical: absent' })
    await start()
    expect(await look()).toEqual({ rq: 'ok: age' })
  })
})
