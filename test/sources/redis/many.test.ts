import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Many } from '../../../src/core/check.ts'
import { epochAgo } from '../../support/ago.ts'
import { REDIS_MISSING, redisBinaries, startRedis, type TestRedis } from '../../support/redis.ts'
import { answerOf, checkOf, type Entry, said } from './reading.ts'

const isMissing = redisBinaries() === undefined
const MANY: Many = { judge: 'each', vanished: 'unknown', expect: [], minRows: 0, maxRows: 100 }
/** Two hosts, one of which has gone without taking its name out. */
const WORKERS: Entry = { members: 'workers', key: 'worker:{member}', field: 'beat' }

describe.skipIf(isMissing)(isMissing ? REDIS_MISSING : 'many keys of Redis', () => {
  let redis: TestRedis
  beforeAll(async () => {
    redis = await startRedis()
    await redis.cli('SET', 'job:1', epochAgo(60))
    await redis.cli('SET', 'job:2', epochAgo(120))
    await redis.cli('HSET', 'job:hash', 'a', 'b')
    await redis.cli('SET', 'job[1]:x', epochAgo(30))
    await redis.cli('SET', 'jobs', epochAgo(10))
    await redis.cli('HSET', 'worker:host-1', 'beat', epochAgo(60))
    await redis.cli('HSET', 'worker:*', 'beat', epochAgo(30))
    await redis.cli('HSET', 'worker:half', 'birth', epochAgo(30))
    await redis.cli('SADD', 'workers', 'host-1', 'host-2', '*', 'half')
    await redis.cli('ZADD', 'ranked', '1', 'host-1', '2', 'host-2')
    await redis.cli('HSET', 'beats', 'host-1', epochAgo(60), 'gone', epochAgo(9_000))
    await redis.cli('SET', 'text', 'x')
    await redis.cli('EVAL', "for i = 1, 5000 do redis.call('set', 'bulk:' .. i, ARGV[1]) end", '0', epochAgo(60))
    await redis.cli(
      'EVAL',
      String.raw`redis.call('set', 'raw:\255', ARGV[1]); redis.call('set', 'raw:\254', ARGV[1])`,
      '0',
      epochAgo(60),
    )
  }, 60_000)
  afterAll(() => redis?.remove())

  test('each key of a pattern is read once, those that hold no time are said, and no others are read', async () => {
    expect(await said(redis.url, { key: 'job:*' })).toEqual({
      '': '3 rows',
      'job:1': '60 s ago',
      'job:2': '120 s ago',
      'job:hash': expect.stringContaining('invalid: job:hash is a hash'),
    })
  })

  test('signs that mean more in patterns of Redis stand for themselves', async () => {
    expect(await said(redis.url, { key: 'job[1]*' })).toEqual({ '': '1 rows', 'job[1]:x': '30 s ago' })
  })

  test('thousands of keys are each read once', async () => {
    const { readings } = await answerOf(redis.url, [checkOf({ key: 'bulk:*' })])
    const items = (readings.get('one') ?? []).map(({ item }) => item)
    expect(items).toHaveLength(5_001)
    expect(new Set(items).size).toBe(5_001)
  })

  test('more keys than may be are a fault, and none of them is read', async () => {
    expect(await said(redis.url, { key: 'bulk:*' }, { many: MANY })).toEqual({
      '': 'invalid: there are more than 100 keys; write a narrower pattern, or a higher max_rows',
    })
  })

  test('names that are no text stay two', async () => {
    expect(Object.keys(await said(redis.url, { key: 'raw:*' })).toSorted()).toEqual([
      '',
      String.raw`raw:\xfe`,
      String.raw`raw:\xff`,
    ])
  })

  test('each member is read, whatever it is called: one without its key, or half of it, has no time', async () => {
    expect(await said(redis.url, WORKERS)).toEqual({
      '': '4 rows',
      'host-1': '60 s ago',
      'host-2': 'absent: there is no field beat in worker:host-2',
      half: 'absent: there is no field beat in worker:half',
      '*': '30 s ago',
    })
  })

  test('members may stand in a sorted set', async () => {
    expect(await said(redis.url, { ...WORKERS, members: 'ranked' })).toMatchObject({
      '': '2 rows',
      'host-1': '60 s ago',
    })
  })

  test('a field may be named by a member: those of a hash that no member names are not read', async () => {
    expect(await said(redis.url, { members: 'ranked', key: 'beats', field: '{member}' })).toEqual({
      '': '2 rows',
      'host-1': '60 s ago',
      'host-2': 'absent: there is no field host-2 in beats',
    })
  })

  test.each([
    ['no set', 'no', '0 rows'],
    ['a string', 'text', 'invalid: text is neither a set nor a sorted set'],
  ])('where %s has the members that is said', async (_, members, words) => {
    expect(await said(redis.url, { ...WORKERS, members })).toEqual({ '': words })
  })

  test('how long many keys have to live is read, and one that never expires is said', async () => {
    await redis.cli('SET', 'lease:1', 'x', 'EX', '50')
    await redis.cli('SET', 'lease:2', 'x')
    expect(await said(redis.url, { key: 'lease:*', measure: 'ttl' })).toEqual({
      '': '2 rows',
      'lease:1': '-60 s ago',
      'lease:2': expect.stringContaining('invalid: lease:2 never expires'),
    })
  })
})
