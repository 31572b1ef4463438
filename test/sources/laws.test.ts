import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { type SourceHarness, type SourceMood, type SourceTrial, sourceLaws } from '../../src/conformance.ts'
import { parseDatabaseUrl } from '../../src/drivers/url.ts'
import { createRedisSource } from '../../src/sources/redis/redis.ts'
import { createSqlSource } from '../../src/sources/sql/sql.ts'
import { aCheck } from '../core/builders.ts'
import { POSTGRES_MISSING, postgresBinaries, startPostgres, type TestPostgres } from '../support/postgres.ts'
import { REDIS_MISSING, redisBinaries, startRedis, type TestRedis } from '../support/redis.ts'
import { checkOf as redisCheckOf } from './redis/reading.ts'

const PASSWORD = 'gehe1m-s3cret'
const KEYS = ['last_alive', 'last_import']
const HOSTILE = ["'; DROP TABLE runtime_info; --", 'a\u0000b\u001b[2J\r\nBcc: x', '\u202e\ud800', 'x'.repeat(100_000)]

const ENVIRONMENT = { env: {}, home: '/', userName: 'nobody' }

async function trialOf(url: string, remove: () => Promise<void>): Promise<SourceTrial> {
  const target = await parseDatabaseUrl(url, ENVIRONMENT)
  if (target.driver === 'redis') {
    const source = createRedisSource('app', target, { timeout: 20 })
    return { source, checks: KEYS.map((key) => redisCheckOf({ key }, { name: key, source: 'app' })), remove }
  }
  const source = createSqlSource('app', target, { timeout: 20 })
  const checks = KEYS.map((key) => aCheck({ name: key, source: 'app', look: { ...aCheck().look, key } }))
  return { source, checks, remove }
}

/** What stands in the table of a database in this mood. */
function values(mood: SourceMood): readonly (readonly [string, string])[] {
  if (mood !== 'is hostile') return KEYS.map((key) => [key, String(Math.floor(Date.now() / 1_000))])
  return KEYS.map((key, i) => [key, HOSTILE[i] ?? ''])
}

async function makeSqlite(mood: SourceMood): Promise<SourceTrial> {
  const directory = mkdtempSync(join(tmpdir(), 'lastalive-laws-'))
  const path = join(directory, 'app.db')
  if (mood !== 'is gone') {
    const file = new Database(path)
    file.exec('CREATE TABLE runtime_info(rt_key text, rt_value text)')
    for (const row of values(mood)) file.prepare('INSERT INTO runtime_info VALUES (?, ?)').run(...row)
    file.close()
  }
  return trialOf(path, () => rm(directory, { recursive: true }))
}

/** A server that says nothing, or a byte now and then. */
async function makeServer(scheme: string, mood: SourceMood): Promise<SourceTrial> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    if (mood !== 'drips') return
    const timer = setInterval(() => socket.write('\n'), 50)
    socket.on('close', () => clearInterval(timer))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = async () => {
    for (const socket of sockets) socket.destroy()
    if (server.listening) await new Promise((resolve) => server.close(resolve))
  }
  if (mood === 'is gone') await close()
  return trialOf(`${scheme}://watch:${PASSWORD}@127.0.0.1:${port}/${scheme === 'redis' ? 0 : 'app'}`, close)
}

function itKeepsTo(harness: SourceHarness): void {
  for (const { name, run } of sourceLaws(harness)) test(name, run, 40_000)
}

describe('a file of SQLite', () => itKeepsTo({ moods: ['answers', 'is hostile', 'is gone'], make: makeSqlite }))

describe.each(['postgres', 'mysql', 'redis'])('what stands for a server of %s', (scheme) =>
  itKeepsTo({
    moods: ['never answers', 'drips', 'is gone'],
    make: (mood) => makeServer(scheme, mood),
    secrets: [PASSWORD],
  }),
)

describe.skipIf(postgresBinaries() === undefined)(`PostgreSQL (${POSTGRES_MISSING} where skipped)`, () => {
  let server: TestPostgres
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server.remove())

  itKeepsTo({
    moods: ['answers', 'is hostile'],
    make: async (mood) => {
      await server.query('DROP TABLE IF EXISTS runtime_info; CREATE TABLE runtime_info(rt_key text, rt_value text)')
      for (const [key, value] of values(mood)) {
        const written = value
          .replaceAll('\0', '')
          .replaceAll(/\p{Cs}/gu, '')
          .replaceAll("'", "''")
        await server.query(`INSERT INTO runtime_info VALUES ('${key}', '${written}')`)
      }
      return trialOf(server.url, async () => {})
    },
  })
})

describe.skipIf(redisBinaries() === undefined)(`Redis (${REDIS_MISSING} where skipped)`, () => {
  let server: TestRedis
  beforeAll(async () => {
    server = await startRedis()
  })
  afterAll(() => server.remove())

  itKeepsTo({
    moods: ['answers', 'is hostile'],
    make: async (mood) => {
      for (const [key, value] of values(mood)) await server.cli('SET', key, value.replaceAll('\0', ''))
      return trialOf(server.url, async () => {})
    },
  })
})
