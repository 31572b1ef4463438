import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MARIADB_MISSING, mariadbBinaries, startMariadb, type TestMariadb } from '../support/mariadb.ts'
import { eachLineOf } from '../support/plugin-output.ts'
import { POSTGRES_MISSING, postgresBinaries, startPostgres, type TestPostgres } from '../support/postgres.ts'
import { REDIS_MISSING, redisBinaries, startRedis, type TestRedis } from '../support/redis.ts'
import { epoch, RUNTIME_INFO } from '../support/scene.ts'
import { about, configure, makeTable, startServer } from './surroundings.ts'

const MINUTES = 60
const HOURS = 60 * MINUTES

const iso = (secondsAgo: number): string => new Date(Date.now() - secondsAgo * 1_000).toISOString()

/** The state and name of each line of a plugin's output. */
function statesIn(stdout: string): readonly string[] {
  return eachLineOf(stdout).flatMap((line) => /^(\w+ - [^:]+):/.exec(line)?.[1] ?? [])
}

/** A configuration of examples/ on an SQLite file of its own. */
async function makeExample(name: string, sql: string, env: Readonly<Record<string, string>> = {}) {
  const smtp = await startServer()
  const database = makeTable()
  database.file.exec(sql)
  const configured = configure(name, { APP_DATABASE: `sqlite:${database.path}`, SMTP_URL: smtp.url, ...env })
  const subjects = (): readonly (string | undefined)[] => smtp.messages.map(({ parsed }) => parsed.subject)
  return { ...configured, database, subjects }
}

describe(about('workers.yaml'), () => {
  const SQL = `CREATE TABLE worker_processes(name, kind, last_heartbeat_at);
    CREATE TABLE job_schedule(name, last_run, every_seconds, enabled)`

  async function makeWorkers(secondsAgo: Readonly<Record<string, number>>) {
    const example = await makeExample('workers.yaml', SQL)
    const put = example.database.file.prepare('INSERT INTO worker_processes VALUES (?, ?, ?)')
    for (const [name, seconds] of Object.entries(secondsAgo)) {
      put.run(name, name.startsWith('leader') ? 'leader' : 'worker', iso(seconds))
    }
    example.database.file.exec(`INSERT INTO job_schedule VALUES
      ('hourly', '${iso(2 * HOURS)}', 3600, 1), ('often', '${iso(10 * MINUTES)}', 60, 1), ('new', NULL, 60, 1)`)
    return example
  }

  test('is valid, without a remark, and quiet while all are alive', async () => {
    const { validate, run, subjects, database } = await makeWorkers({ mailer: 0, 'leader-1': 0 })
    database.file.exec("DELETE FROM job_schedule WHERE name = 'often'")
    expect(await validate()).toMatchObject({ code: 0, stdout: expect.not.stringContaining('remark'), stderr: '' })
    expect(await run()).toMatchObject({ code: 0, stdout: '', stderr: '' })
    expect(subjects()).toEqual([])
  })

  test('tells the rows apart, and knows which are enough', async () => {
    const { check } = await makeWorkers({ 'leader-1': 90, 'leader-2': 9 * MINUTES, other: 5 })
    expect(statesIn((await check([])).stdout)).toEqual([
      'CRITICAL - workers/leader-2',
      'CRITICAL - workers/mailer',
      'CRITICAL - jobs/often',
      'WARNING - workers/leader-1',
      'OK - workers',
      'OK - workers/other',
      'OK - leader',
      'OK - everybody',
      'OK - jobs',
      'OK - jobs/hourly',
      'OK - jobs/new',
    ])
  })

  test('takes a worker that was taken away for over', async () => {
    const { run, subjects, database } = await makeWorkers({ mailer: 0, 'leader-1': 0, old: 6 * MINUTES })
    database.file.exec("DELETE FROM job_schedule WHERE name = 'often'")
    await run()
    database.file.exec("DELETE FROM worker_processes WHERE name = 'old'")
    expect((await run()).code).toBe(0)
    expect(subjects()).toEqual([
      '[lastalive] CRITICAL workers/old: silent for 6 min (limit 5 min)',
      expect.stringMatching(/^\[lastalive\] OK workers\/old: no entry any more after 6 min/),
    ])
  })
})

test(`${about('many-keys.yaml')} watches each key that is like its pattern`, async () => {
  const { validate, check, database } = await makeExample('many-keys.yaml', '')
  expect(await validate()).toMatchObject({ code: 0, stdout: expect.not.stringContaining('remark'), stderr: '' })
  database.set('last_import', epoch(-4 * 24 * HOURS))
  database.set('last_sent', epoch())
  database.set('nb_errors', '7')
  expect(statesIn((await check([])).stdout)).toEqual([
    'CRITICAL - last/last_import',
    'UNKNOWN - alive',
    'OK - last',
    'OK - last/last_sent',
    'OK - last/last_alive',
  ])
})

describe(about('values.yaml'), () => {
  async function makeValues(secondsAgo: number, length: number) {
    const at = epoch(-secondsAgo)
    const php = `i:${at};`
    return await makeExample(
      'values.yaml',
      `CREATE TABLE backups(tenant, finished_at); INSERT INTO backups VALUES ('us', ${at}), ('them', 1);
       CREATE TABLE outbox(id); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${length})
         INSERT INTO outbox SELECT i FROM n;
       CREATE TABLE leases(name, expires_at); INSERT INTO leases VALUES ('leader', ${epoch(60 - secondsAgo)});
       CREATE TABLE certificates(host, not_after); INSERT INTO certificates VALUES ('shop', ${epoch((8 - secondsAgo / HOURS) * 86_400)});
       CREATE TABLE devices(name, state); INSERT INTO devices VALUES ('door', '{"radio":{"last seen":"${iso(secondsAgo)}"}}');
       CREATE TABLE logs(id, source, line); INSERT INTO logs VALUES (1, 'sync', 'started'), (2, 'sync', 'done at=${at} ok');
       CREATE TABLE key_value(name, value); INSERT INTO key_value VALUES ('system.cron_last', CAST('${php}' AS BLOB))`,
      { TENANT: 'us' },
    )
  }

  test('is valid, without a remark', async () => {
    const { validate } = await makeValues(0, 1)
    expect(await validate()).toMatchObject({ code: 0, stdout: expect.not.stringContaining('remark'), stderr: '' })
  })

  test.each([
    [
      'now',
      0,
      10,
      ['OK - backup', 'OK - queue', 'OK - lease', 'OK - certificate', 'OK - sensor', 'OK - log', 'OK - drupal'],
    ],
    [
      'two hours ago, and a long queue',
      2 * HOURS,
      500,
      [
        'CRITICAL - lease',
        'CRITICAL - sensor',
        'CRITICAL - log',
        'WARNING - queue',
        'WARNING - certificate',
        'OK - backup',
        'OK - drupal',
      ],
    ],
  ])('reads them all: %s', async (_, secondsAgo, length, states) => {
    const { check } = await makeValues(secondsAgo, length)
    expect(statesIn((await check([])).stdout)).toEqual(states)
  })
})

test(`${about('clocks.yaml')} is content where the clocks agree, and shows their difference`, async () => {
  const { validate, check, database } = await makeExample('clocks.yaml', '')
  expect(await validate()).toMatchObject({ code: 0, stdout: expect.not.stringContaining('remark'), stderr: '' })
  database.set('last_alive', epoch(-30))
  const { code, stdout } = await check([])
  expect(code).toBe(0)
  expect(stdout).toMatch(/^OK - clock of database app: [\d.]+ s (behind|ahead of) this host's \(limit 30 s\)/m)
  expect(statesIn(stdout)).toEqual(['OK - clock of database app', 'OK - usual', 'OK - writer'])
})

describe.skipIf(mariadbBinaries() === undefined)(`${about('mariadb.yaml')} (${MARIADB_MISSING} where skipped)`, () => {
  let server: TestMariadb
  beforeAll(async () => {
    server = await startMariadb()
  }, 60_000)
  afterAll(() => server.remove())

  test('watches a shop', async () => {
    await server.query(`CREATE USER watch@'%'; CREATE DATABASE shop; GRANT SELECT ON shop.* TO watch@'%'; USE shop; CREATE TABLE cron_schedule(status varchar(7), finished_at timestamp NULL);
      CREATE TABLE QRTZ_SCHEDULER_STATE(INSTANCE_NAME varchar(200), LAST_CHECKIN_TIME bigint, CHECKIN_INTERVAL bigint);
      INSERT INTO cron_schedule VALUES ('success', now() - INTERVAL 16 MINUTE), ('error', now());
      INSERT INTO QRTZ_SCHEDULER_STATE VALUES ('one', unix_timestamp() * 1000, 15000), ('two', unix_timestamp() * 1000 - 30000, 15000)`)
    const smtp = await startServer()
    const { validate, check } = configure('mariadb.yaml', {
      SHOP_DATABASE: `dbi:mysql:database=shop;host=127.0.0.1;port=${server.port};user=watch`,
      SMTP_URL: smtp.url,
    })
    expect(await validate()).toMatchObject({ code: 0, stdout: expect.not.stringContaining('remark'), stderr: '' })
    expect(statesIn((await check([])).stdout)).toEqual([
      'CRITICAL - magento',
      'CRITICAL - quartz/two',
      'OK - quartz',
      'OK - quartz/one',
    ])
  })
})

describe.skipIf(postgresBinaries() === undefined)(
  `${about('failover.yaml')} (${POSTGRES_MISSING} where skipped)`,
  () => {
    let server: TestPostgres
    beforeAll(async () => {
      server = await startPostgres()
    })
    afterAll(() => server.remove())

    test('reads the primary, whichever host it is', async () => {
      await server.query(`${RUNTIME_INFO}; INSERT INTO runtime_info VALUES ('last_alive', '${epoch()}')`)
      const smtp = await startServer()
      const env = { MAIL_HOSTS: '127.0.0.1,127.0.0.1', MAIL_PORTS: `1,${server.port}`, SMTP_URL: smtp.url }
      const { validate, check } = configure('failover.yaml', env)
      expect(await validate()).toMatchObject({ code: 0, stdout: expect.not.stringContaining('remark'), stderr: '' })
      expect(statesIn((await check([])).stdout)).toEqual(['OK - mdx', 'OK - replication'])
    })
  },
)

test(`${about('schedules.yaml')} knows when something is due, and what rests when`, async () => {
  const { validate, check, database } = await makeExample(
    'schedules.yaml',
    `CREATE TABLE backups(finished_at); INSERT INTO backups VALUES ('2026-11-22T03:10:00Z');
     CREATE TABLE oc_appconfig(appid, configkey, configvalue);
     INSERT INTO oc_appconfig VALUES ('core', 'lastcron', strftime('%s', '2026-11-23T06:00:00'))`,
  )
  expect(await validate()).toMatchObject({ code: 0, stdout: expect.not.stringContaining('remark'), stderr: '' })
  database.set('last_import', String(Date.parse('2026-11-21T10:55:00Z') / 1_000))
  const { stdout } = await check(['--now', '2026-11-23T07:05:00Z'])
  expect(statesIn(stdout)).toEqual(['CRITICAL - backup', 'WARNING - cloud', 'OK - imports'])
  expect(stdout).toMatch(/^CRITICAL - backup: missed the run of 04:00 \(due 2026-11-23 04:00 \+01:00, grace 30 min\)/m)
})

describe.skipIf(redisBinaries() === undefined)(`${about('redis.yaml')} (${REDIS_MISSING} where skipped)`, () => {
  let redis: TestRedis
  beforeAll(async () => {
    redis = await startRedis()
  }, 60_000)
  afterAll(() => redis?.remove())

  test('watches workers, a schedule and a queue', async () => {
    await redis.cli('SADD', 'workers', 'one', 'two')
    await redis.cli('HSET', 'worker:one', 'beat', epoch())
    await redis.cli('ZADD', 'schedule', epoch(-600), 'late', epoch(600), 'later')
    const smtp = await startServer()
    const { validate, check } = configure('redis.yaml', { CACHE_DATABASE: redis.url, SMTP_URL: smtp.url })
    expect(await validate()).toMatchObject({ code: 0, stdout: expect.not.stringContaining('remark'), stderr: '' })
    expect(statesIn((await check([])).stdout)).toEqual([
      'CRITICAL - workers/two',
      'CRITICAL - schedule',
      'OK - workers',
      'OK - workers/one',
      'OK - queue',
    ])
  })
})
