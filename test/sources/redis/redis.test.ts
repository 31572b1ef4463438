import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { epochAgo } from '../../support/ago.ts'
import { REDIS_MISSING, redisBinaries, startRedis, type TestRedis } from '../../support/redis.ts'
import { answerOf, checkOf, type Entry, said } from './reading.ts'

const isMissing = redisBinaries() === undefined

describe.skipIf(isMissing)(isMissing ? REDIS_MISSING : 'keys of Redis', () => {
  let redis: TestRedis
  beforeAll(async () => {
    redis = await startRedis()
    const ms = (seconds: number): string => String(Date.now() - seconds * 1_000)
    await redis.cli('SET', 'last', epochAgo(60))
    await redis.cli('SET', 'from a shell', `${epochAgo(60)}\n`)
    await redis.cli('SET', 'iso', new Date(Date.now() - 60_000).toISOString())
    await redis.cli('SET', 'json', `{\n\t"at": ${epochAgo(60)}, "n": 7\n}`)
    await redis.cli('SET', 'counted', '42')
    await redis.cli('SET', 'empty', '')
    await redis.cli('HSET', 'worker:1', 'beat', epochAgo(60), 'busy', '3')
    await redis.cli('ZADD', 'schedule', epochAgo(-30), 'soon', epochAgo(90), 'late')
    await redis.cli('ZADD', 'endless', 'inf', 'never')
    await redis.cli('XADD', 'events', `${ms(60)}-1`, 'a', 'b')
    await redis.cli('XTRIM', 'events', 'MAXLEN', '0')
    await redis.cli('XADD', 'by hand', '5-0', 'a', 'b')
    await redis.cli('XGROUP', 'CREATE', 'unwritten', 'group', '$', 'MKSTREAM')
    await redis.cli('RPUSH', 'queue', 'a', 'b', 'c')
    await redis.cli('SADD', 'tags', 'a', 'b')
    await redis.cli('SET', 'fading', 'x', 'EX', '110')
    await redis.cli('SET', 'job[1]', epochAgo(60))
    await redis.cli('SET', String.raw`a\b`, epochAgo(60))
    await redis.cli('SET', 'a*b', epochAgo(60))
    await redis.cli('SET', 'axb', epochAgo(10))
  }, 60_000)
  afterAll(() => redis?.remove())

  test.each<[string, Entry, string]>([
    ['a string', { key: 'last' }, '60 s ago'],
    ['what a shell has written, with the end of its line', { key: 'from a shell' }, '60 s ago'],
    ['a time as text', { key: 'iso' }, '60 s ago'],
    ['a time in JSON of many lines', { key: 'json', json: '$.at' }, '60 s ago'],
    ['a number in JSON', { key: 'json', json: '$.n', measure: 'number' }, '7'],
    ['a time that a pattern finds', { key: 'json', pattern: String.raw`"at": (\d+)` }, '60 s ago'],
    ['a number', { key: 'counted', measure: 'number' }, '42'],
    ['a field of a hash', { key: 'worker:1', field: 'beat' }, '60 s ago'],
    ['a number of a hash', { key: 'worker:1', field: 'busy', measure: 'number' }, '3'],
    ['the newest score of a sorted set', { key: 'schedule' }, '-30 s ago'],
    ['its oldest score', { key: 'schedule', score: 'oldest', expires: true }, '90 s ago'],
    ['a score that never comes', { key: 'endless', expires: true }, 'endless: inf'],
    ['the last id of a stream that was emptied', { key: 'events' }, '60 s ago'],
    ['how long a key has to live', { key: 'fading', measure: 'ttl' }, '-120 s ago'],
    ['the length of a list', { key: 'queue', measure: 'length' }, '3'],
    ['the length of a set', { key: 'tags', measure: 'length' }, '2'],
    ['the length of a stream', { key: 'events', measure: 'length' }, '0'],
    ['the length of a list that is not there, since Redis keeps no empty one', { key: 'no', measure: 'length' }, '0'],
    ['a key with signs that mean more in patterns', { key: 'job[1]' }, '60 s ago'],
    ['a key with a backslash', { key: String.raw`a\b` }, '60 s ago'],
    ['a key with a star that is meant', { key: String.raw`a\*b` }, '60 s ago'],
  ])('%s is read', async (_, entry, words) => {
    expect(await said(redis.url, entry)).toEqual({ '': words })
  })

  test.each<[string, Entry, string]>([
    ['a missing key', { key: 'no' }, 'absent: there is no key no'],
    ['a missing field', { key: 'worker:1', field: 'no' }, 'absent: there is no field no in worker:1'],
    ['a missing hash', { key: 'worker:2', field: 'beat' }, 'absent: there is no field beat in worker:2'],
    ['an empty string', { key: 'empty' }, 'absent: empty says that it has never been (empty)'],
    ['a stream that was only made', { key: 'unwritten' }, 'absent: nothing was ever written to unwritten'],
    ['a missing key with a time to live', { key: 'no', measure: 'ttl' }, 'absent: there is no key no'],
    ['a missing key that is idle', { key: 'no', measure: 'idle' }, 'absent: there is no key no'],
    ['an id that was counted by hand', { key: 'by hand' }, 'invalid: "by hand": its last id, 5-0, is no time'],
    [
      'a key that never expires',
      { key: 'last', measure: 'ttl' },
      'invalid: last never expires; measure something else of it',
    ],
    [
      'a hash without a field',
      { key: 'worker:1' },
      'invalid: worker:1 is a hash, which holds no time or number by itself; write field: and its name',
    ],
    [
      'a list',
      { key: 'queue' },
      'invalid: queue is a list, which holds no time or number by itself; write measure: length, or another key',
    ],
    ['a field of a string', { key: 'last', field: 'x' }, 'invalid: last is no hash; leave field out'],
    ['a score of a string', { key: 'last', score: 'oldest' }, 'invalid: last is no sorted set; leave score out'],
    [
      'a number of a stream',
      { key: 'events', measure: 'number' },
      'invalid: events is a stream, whose last id is a time; write measure: age',
    ],
    ['JSON that is none', { key: 'last', json: '$.at' }, 'absent: last: there is no $.at'],
  ])('%s is said', async (_, entry, words) => {
    expect(await said(redis.url, entry)).toEqual({ '': words })
  })

  test('how long a key was idle is read by what does not touch it, and so is its time to live', async () => {
    await redis.cli('SET', 'idle', 'x')
    await sleep(2_100)
    for (const _ of [1, 2]) {
      const { readings } = await answerOf(redis.url, [checkOf({ key: 'idle', measure: 'idle' })])
      const [reading] = readings.get('one') ?? []
      const seconds = reading?.kind === 'beat' ? (reading.asOf.getTime() - reading.at.getTime()) / 1_000 : 0
      expect(seconds).toBeGreaterThanOrEqual(2)
      await said(redis.url, { key: 'idle', measure: 'ttl' })
    }
  })

  test('where the server tracks no idle time that is said, with what to do', async () => {
    await redis.cli('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lfu')
    const words = await said(redis.url, { key: 'last', measure: 'idle' })
    await redis.cli('CONFIG', 'SET', 'maxmemory-policy', 'noeviction')
    expect(words['']).toMatch(/^failed: the server tracks no idle time \(its maxmemory-policy is LFU\); measure age/)
  })

  test('all checks of a run are asked in one go, with the time before them', async () => {
    const asked: string[] = []
    const checks = ['last', 'iso', 'counted'].map((key) => checkOf({ key }, { name: key }))
    const answer = await answerOf(redis.url, checks, { onAsked: ({ what }) => void asked.push(what) })
    expect(asked).toEqual(['GET last; GET iso; GET counted'])
    expect([...answer.readings.keys()]).toEqual(['last', 'iso', 'counted'])
    expect(Math.abs(Number(answer.clocks?.asOf) - Number(answer.clocks?.readAt))).toBeLessThan(2_000)
    expect(answer.response).toBeGreaterThan(0)
  })
})
