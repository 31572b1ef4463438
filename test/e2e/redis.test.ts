import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { epochAgo } from '../support/ago.ts'
import { lastalive } from '../support/command.ts'
import { REDIS_MISSING, redisBinaries, startRedis, type TestRedis } from '../support/redis.ts'
import { makeWatchingScene } from '../support/watching.ts'

const isMissing = redisBinaries() === undefined

describe.skipIf(isMissing)(isMissing ? REDIS_MISSING : 'Redis, by the command', () => {
  let redis: TestRedis
  beforeAll(async () => {
    redis = await startRedis()
    await redis.cli('ACL', 'SETUSER', 'watch', 'on', '>s3cret-word', '~worker:*', '+get', '+scan', '+time')
  }, 60_000)
  beforeEach(async () => {
    await redis.cli('FLUSHALL')
    await redis.cli('SET', 'worker:last', epochAgo(5))
  })
  afterAll(() => redis?.remove())

  const url = (): string => `redis://127.0.0.1:${redis.port}`

  test('one line checks a key', async () => {
    const { code, stdout } = await lastalive([
      'check',
      '--url',
      url(),
      '--key',
      'worker:last',
      '-c',
      '10m',
      '--name',
      'a',
    ])
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /^OK - a: alive \d+ s ago \(limit 10 min\) \| a=\d+s;;600;0 skew_redis=\S+ response_redis=\S+$/m,
    )
  })

  test.each([
    [['--key', 'queue', '--measure', 'length', '-c', '100', '--name', 'a'], 0, /^OK - a: 0 \(limit 100\)/],
    [['--key', 'queue=100', '--measure', 'length', '--name', 'a'], 0, /^OK - a: 0 \(limit 100\)/],
    [['--key', 'lease', '--measure', 'ttl', '-c', '1m left', '--name', 'a'], 2, /^CRITICAL - a: due in \d+ s/],
    [['--key', 'worker:*', '-c', '1m', '--name', 'a'], 0, /^OK - /],
    [['--key', 'a-hash', '--with', 'field=beat', '-c', '1m', '--name', 'a'], 0, /^OK - a: alive \d+ s ago/],
    [['--key', 'of-{member}', '--with', 'members=a-set', '-c', '1m', '--name', 'a'], 0, /^OK - /],
    [['--key', 'a-hash', '--with', 'feild=beat', '-c', '1m', '--name', 'a'], 3, /feild/],
  ])('one line takes %j', async (words, code, line) => {
    const now = String(Math.floor(Date.now() / 1_000))
    await redis.cli('SET', 'lease', 'x', 'EX', '30')
    await redis.cli('HSET', 'a-hash', 'beat', now)
    await redis.cli('SADD', 'a-set', 'one')
    await redis.cli('SET', 'of-one', now)
    await redis.cli('SET', 'last', now)
    const outcome = await lastalive(['check', '--url', url(), ...words])
    expect(outcome).toMatchObject({ code, stdout: expect.stringMatching(line) })
  })

  test.each([
    ['database=other', '--with database is not for this; write --url'],
    ['key=other', '--with key is not for this; write --key'],
  ])('one line refuses --with %s', async (further, words) => {
    const { code, stderr } = await lastalive(['validate', '--url', url(), '--key', 'last=1h', '--with', further])
    expect([code, stderr]).toEqual([3, expect.stringContaining(words)])
  })

  test.each([
    ['lasting', /^UNKNOWN - a: lasting never expires; .* \| a=U;\S+ skew_redis=\S+ response_redis=\S+$/m],
    ['no', /^UNKNOWN - a: there is no key no \| a=U;\S+ skew_redis=\S+ response_redis=\S+$/m],
  ])('how long %s has to live is unknown, and its figure is none', async (key, line) => {
    await redis.cli('SET', 'lasting', 'x')
    const words = ['check', '--url', url(), '--key', key, '--measure', 'ttl', '-c', '1m left', '--name', 'a']
    expect(await lastalive(words)).toMatchObject({ code: 3, stdout: expect.stringMatching(line) })
  })

  test('what goes silent is told once, and its end once', async () => {
    const scene = await makeWatchingScene()
    const more = { databases: { cache: url() } }
    scene.watch({ last: { database: 'cache', key: 'worker:last', critical: '10m' } }, more)
    await scene.command(['run'])
    expect(scene.subjects()).toEqual([])
    await redis.cli('SET', 'worker:last', epochAgo(3_600))
    expect(await scene.command(['run'])).toMatchObject({ code: 2 })
    await scene.command(['run'])
    expect(scene.subjects()).toEqual(['[lastalive] CRITICAL last: silent for 1 h (limit 10 min)'])
    await redis.cli('SET', 'worker:last', epochAgo(1))
    expect(await scene.command(['run'])).toMatchObject({ code: 0 })
    expect(scene.subjects()).toEqual([expect.stringMatching(/^\[lastalive\] OK last: /)])
  })

  test('a server that is gone is one incident of the database, and no key of it is missing', async () => {
    const own = await startRedis()
    const scene = await makeWatchingScene()
    const checks = {
      one: { database: 'cache', key: 'a', critical: '10m' },
      two: { database: 'cache', key: 'b*', critical: '10m' },
    }
    scene.watch(checks, { databases: { cache: own.url } })
    await own.remove()
    await scene.command(['run'])
    expect(scene.subjects()).toEqual(['[lastalive] CRITICAL database cache: cannot connect (connection refused)'])
  })

  test('the password comes from a file, and is shown nowhere', async () => {
    const scene = await makeWatchingScene()
    const file = join(dirname(scene.path), 'password')
    const cache = { url: `redis://watch@127.0.0.1:${redis.port}`, password_file: file }
    scene.watch({ workers: { database: 'cache', key: 'worker:*', critical: '10m' } }, { databases: { cache } })
    writeFileSync(file, 's3cret-word\n', { mode: 0o600 })
    expect(await scene.judged()).toMatchObject({ 'workers/worker:last': expect.stringMatching(/^ok/) })
    writeFileSync(file, 'wr0ng-word\n', { mode: 0o600 })
    const { stdout, stderr } = await scene.command(['check'])
    expect(stdout + stderr).toMatch(/login refused for user watch \(wrong password/)
    expect(stdout + stderr).not.toMatch(/wr0ng|s3cret/)
  })

  test('a URL out of a file or a variable says as well that it is Redis', async () => {
    const scene = await makeWatchingScene()
    const file = join(dirname(scene.path), 'url')
    writeFileSync(file, `redis://watch:s3cret-word@127.0.0.1:${redis.port}\n`, { mode: 0o600 })
    const databases = { byFile: { url_file: file }, byName: `\${CACHE}` }
    const keys = { key: 'worker:*', measure: 'ttl', critical: '1m left' }
    scene.watch({ one: { database: 'byFile', ...keys }, two: { database: 'byName', ...keys } }, { databases })
    expect(await scene.command(['validate'], { env: { CACHE: url() } })).toMatchObject({ code: 0 })
  })

  test('a check of how long a key is idle is remarked on where another touches it, and on no other', async () => {
    const scene = await makeWatchingScene()
    const idle = { database: 'cache', key: 'a', measure: 'idle', critical: '10m' }
    const checks = {
      idle,
      read: { ...idle, measure: 'age' },
      other: { ...idle, key: 'b' },
      ttl: { ...idle, key: 'b', measure: 'ttl', critical: '1m left' },
    }
    scene.watch(checks, { databases: { cache: url() } })
    const { code, stdout, stderr } = await scene.command(['validate'])
    expect(code).toBe(0)
    expect((stdout + stderr).match(/checks\..*idle.*/g)).toEqual([
      'checks.idle.measure: reads how long the key is idle, which check read ends at each run; measure something else',
    ])
  })

  test('each mistake is found, with its line', async () => {
    const scene = await makeWatchingScene()
    const databases = { cache: 'redis://watch:s3cret-word@cache.invalid' }
    const check = (entry: object) => ({ database: 'cache', critical: '10m', ...entry })
    const checks = {
      a: check({ query: 'SELECT 1' }),
      b: check({ members: 'workers', key: 'worker', field: 'beat' }),
      c: check({ key: 'worker:{member}' }),
      d: check({ key: 'a', measure: 'ttl', field: 'x' }),
      e: check({ key: 'a', measure: 'size' }),
      f: check({ key: 'a', field: 'x', score: 'newest' }),
      g: check({ members: 'workers', key: 'worker:*:{member}' }),
      h: { database: 'cache', key: 'a', measure: 'length' },
      i: check({ key: 'a', judge: 'any' }),
      j: check({ key: 'a', table: 'runtime_info' }),
    }
    scene.watch(checks, { databases })
    const { code, stdout, stderr } = await scene.command(['validate'])
    const lines = (stdout + stderr).split('\n').flatMap((line) => /:\d+: checks\.(.*)$/.exec(line)?.[1] ?? [])
    expect(code).toBe(3)
    expect(lines).toEqual([
      'a: does not say what to look at; write key: worker:last, say',
      expect.stringMatching(/^a\.query: there is no such key; /),
      'b.members: stands for nothing; write {member} in key or field',
      'c.key: has {member} in it, which goes with members; write members',
      'd.field: goes with measure: age or number; leave it out',
      'e.measure: "size" is not known; write age, number, idle, ttl, length',
      'f.score: is of a sorted set, and field of a hash; remove one of them',
      String.raw`g.key: has a * in it, which does not go with members; write \* for one that is meant`,
      'h: has no limit; write critical: 100, say',
      expect.stringMatching(/^i\.judge: goes with many rows/),
      expect.stringMatching(/^j\.table: there is no such key; /),
    ])
    expect(stdout + stderr).not.toContain('s3cret')
  })
})
