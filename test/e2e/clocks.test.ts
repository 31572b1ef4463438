import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { onOtherHost } from '../support/other-host.ts'
import { POSTGRES_MISSING, postgresBinaries, startPostgres, type TestPostgres } from '../support/postgres.ts'
import { makeWatchingScene } from '../support/watching.ts'

const [HOUR, YEAR] = [3_600, 365 * 86_400]

describe.skipIf(postgresBinaries() === undefined)(`clocks that differ (${POSTGRES_MISSING} where skipped)`, () => {
  let server: TestPostgres

  beforeAll(async () => {
    server = await startPostgres(['allow_system_table_mods=on'])
    // The server's clock, as it will be told: a server of one's own may be bent like this.
    await server.query(
      `CREATE TABLE drift(seconds int); GRANT SELECT ON drift TO PUBLIC;
       ALTER FUNCTION pg_catalog.clock_timestamp() RENAME TO real_clock;
       CREATE FUNCTION pg_catalog.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS
         'SELECT pg_catalog.real_clock() + (SELECT max(seconds) FROM public.drift) * interval ''1 s''';
       CREATE TABLE runtime_info(rt_key text, rt_value text)`,
    )
  })
  beforeEach(() => server.query('TRUNCATE drift; TRUNCATE runtime_info; INSERT INTO drift VALUES (0)'))
  afterAll(() => server.remove())

  /** The clock of the database is so many seconds ahead, and a beat so many behind ours. */
  async function differ(seconds: number, beatSecondsAgo: number): Promise<void> {
    const at = Math.floor(Date.now() / 1_000) - beatSecondsAgo
    await server.query(`UPDATE drift SET seconds = ${seconds}; INSERT INTO runtime_info VALUES ('k', '${at}')`)
  }

  const KEY = { key: 'k', critical: '10m' }

  test('more than skew is a warning of its own, once, and once its end', async () => {
    const scene = await makeWatchingScene()
    scene.watch({ mdx: KEY }, { databases: { app: { url: server.url, skew: '30s' } } })
    await differ(42, 0)
    expect(await scene.command(['run'])).toMatchObject({ code: 1, stdout: '', stderr: '' })
    expect(scene.subjects()).toEqual([
      expect.stringMatching(
        /^\[lastalive\] WARNING clock of database app: 4[12](\.\d)? s ahead of this host's \(limit 30 s\)$/,
      ),
    ])
    expect((await scene.command(['run'])).code).toBe(1)
    expect(scene.mails()).toEqual([])
    await server.query('UPDATE drift SET seconds = -29')
    expect(await scene.command(['run'])).toMatchObject({ code: 0, stderr: '' })
    expect(scene.subjects()).toEqual([expect.stringMatching(/^\[lastalive\] OK clock of database app: ok again after/)])
    expect(scene.lockfiles()).toEqual([])
  })

  test('as a plugin it is a line, and a figure with its limit', async () => {
    const scene = await makeWatchingScene()
    scene.watch({ mdx: KEY }, { databases: { app: { url: server.url, skew: '30s' } } })
    await differ(-3_600, 0)
    const { code, stdout } = await scene.command(['check', 'mdx'])
    expect(code).toBe(1)
    expect(stdout).toMatch(/ clock:app=-3[56]\d\d[.\d]*s;-30:30 /)
    expect(stdout).toMatch(
      /^WARNING - clock of database app: (59 min|1 h)[^|]* behind this host's \(limit 30 s\); [^|]* \| /,
    )
  })

  test('an unreachable database says nothing of its clock', async () => {
    const scene = await makeWatchingScene()
    scene.watch({ mdx: KEY }, { databases: { app: { url: server.url.replace(/:\d+/, ':1'), skew: '30s' } } })
    expect((await scene.command(['run'])).code).toBe(2)
    expect(scene.subjects()).toEqual([expect.stringMatching(/^\[lastalive\] CRITICAL database app: cannot connect/)])
  })

  test.each([
    ['the age is the database’s to tell', 3_600, 1_800, {}, /^critical: silent for 1 h 30 min/],
    ['or this host’s, where its clock counts', 3_600, 30, { clock: 'local' }, /^ok: alive 3\d s ago/],
    [
      'a beat after the database’s now, where the database is behind',
      -3_600,
      0,
      {},
      /^unknown: the last beat lies (59 min|1 h)[^;]* in the future of the database's clock, which is (59 min|1 h)[^;]* behind this host's; check the database's clock$/,
    ],
    [
      'a beat after everybody’s now',
      0,
      -3_600,
      {},
      /^unknown: the last beat lies (59 min|1 h)[^;]* in the future of the database's clock; check the writer's clock and the unit$/,
    ],
    [
      'a beat after this host’s now',
      3_600,
      -3_600,
      { clock: 'local' },
      /^unknown: the last beat lies (59 min|1 h)[^;]* in the future of this host's clock; check the writer's clock, this one, and the unit$/,
    ],
  ])('%s', async (_, seconds, beatSecondsAgo, more, words) => {
    const scene = await makeWatchingScene()
    scene.watch({ mdx: { ...KEY, ...more } }, { databases: { app: server.url } })
    await differ(seconds, beatSecondsAgo)
    expect(await scene.judged()).toEqual({ mdx: expect.stringMatching(words) })
  })

  test('a query of the user’s is judged by the database’s clock as well', async () => {
    const scene = await makeWatchingScene()
    const query = 'SELECT to_timestamp(rt_value::int) FROM runtime_info'
    scene.watch({ mdx: { query, critical: '10m' } }, { databases: { app: server.url } })
    await differ(3_600, 0)
    expect(await scene.judged()).toEqual({ mdx: expect.stringMatching(/^critical: silent for 1 h/) })
  })

  describe.each([
    ['7 years behind', -7 * YEAR],
    ['a year ahead', YEAR],
    ['3 hours behind', -3 * HOUR],
    ['an hour ahead', HOUR],
  ])('what opened while this host’s clock was %s', (_, seconds) => {
    const env = onOtherHost({ clockOffBy: seconds })
    const COUNT = { query: 'SELECT count(*) FROM runtime_info', measure: 'number', critical: '~:0' }
    const ago = (iso: string): number => Math.round((Date.now() - Date.parse(iso)) / 60_000)

    test.each([
      ['silence', KEY, {}, 32, 42, /alive again after 42 min$/],
      ['number', COUNT, {}, 0, 0, /ok again after \d+(\.\d)? s$/],
      ['number of two runs', COUNT, { failures: 2 }, 0, 0, /ok again after \d+(\.\d)? s$/],
    ])('is as long as the database’s clock says: a %s', async (_, check, policy, since, start, words) => {
      const scene = await makeWatchingScene()
      scene.watch({ mdx: { ...check, ...policy } }, { databases: { app: server.url } })
      await differ(0, 2_525)
      expect(await scene.command(['run'], { env })).toMatchObject({ code: 2, stderr: '' })
      expect(await scene.command(['run'])).toMatchObject({ code: 2, stderr: '' })
      expect(scene.mails()).toHaveLength(1)
      await server.query('TRUNCATE runtime_info')
      if (check === KEY) await differ(0, 0)
      expect(await scene.command(['run'])).toMatchObject({ code: 0, stderr: '' })
      expect(scene.subjects()).toEqual([expect.stringMatching(words)])
      const { stdout } = await scene.command(['status', '--history', '--format', 'json'])
      const { notedSince, outages, availability } = JSON.parse(stdout)
      const [outage] = outages
      expect([notedSince, outage.opened, outage.closed].map(ago)).toEqual([0, 0, 0])
      expect([outage.since, outage.start].map(ago)).toEqual([since, start])
      expect(Math.round(outage.lasted_s / 60)).toBe(start)
      expect(availability).toMatchObject([{ outages: 1 }])
      expect(availability[0].down_s).toBeLessThan(60)
    })
  })
})
