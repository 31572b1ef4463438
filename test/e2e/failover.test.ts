import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseDatabaseUrl } from '../../src/drivers/url.ts'
import { ask, faultOf, textsOf } from '../drivers/conformance.ts'
import type { Outcome } from '../support/command.ts'
import { POSTGRES_MISSING, postgresBinaries, startPostgres, type TestPostgres } from '../support/postgres.ts'
import { lastaliveAgain as lastalive } from '../support/resident.ts'
import { epoch, makeScene, RUNTIME_INFO } from '../support/scene.ts'

const target = (text: string) => parseDatabaseUrl(text, { env: {}, home: '/proc/nonexistent', userName: 'watch' })

describe.skipIf(postgresBinaries() === undefined)(`failover (otherwise: ${POSTGRES_MISSING})`, () => {
  let primary: TestPostgres
  let standby: TestPostgres
  let url: string

  beforeAll(async () => {
    primary = await startPostgres()
    await primary.query(`${RUNTIME_INFO}; INSERT INTO runtime_info VALUES ('last_alive', '${epoch(-60)}')`)
    standby = await startPostgres([], { primary })
    url = `postgres://postgres@127.0.0.1:${primary.port},127.0.0.1:${standby.port}/postgres`
  })
  afterAll(async () => {
    await standby?.remove()
    await primary?.remove()
  })

  const check = async (kind: string): Promise<Outcome> =>
    await lastalive(['check', '--url', `${url}?target_session_attrs=${kind}`, '--key', 'last_alive', '-c', '10m'])

  const IS_NO_PRIMARY = 'is in recovery, primary wanted'

  test.each([
    ['any', 'primary'],
    ['primary', 'primary'],
    ['read-write', 'primary'],
    ['read-only', 'standby'],
    ['standby', 'standby'],
    ['prefer-standby', 'standby'],
  ])('of both, target_session_attrs=%s reads the %s', async (kind, which) => {
    const sql = "SELECT CASE WHEN pg_is_in_recovery() THEN 'standby' ELSE 'primary' END"
    expect(textsOf(await ask(target(`${url}?target_session_attrs=${kind}`), sql))).toEqual([which])
  })

  test('a standby that is only preferred may be missing', async () => {
    const without = `postgres://postgres@127.0.0.1:1,127.0.0.1:${primary.port}/postgres?target_session_attrs=prefer-standby`
    expect(textsOf(await ask(target(without), 'SELECT pg_is_in_recovery()'))).toEqual(['f'])
  })

  test('a primary that is frozen leaves the standby its time', async () => {
    primary.freeze()
    const result = await ask(target(url), 'SELECT pg_is_in_recovery()', { timeoutMs: 1_500 })
    primary.thaw()
    expect(textsOf(result)).toEqual(['t'])
  })

  test('a server of the wrong kind alone is told by its name', async () => {
    const alone = `host=127.0.0.1 port=${primary.port} user=postgres target_session_attrs=read-only`
    const message = `cannot connect (127.0.0.1:${primary.port}: is read-write, read-only wanted)`
    expect(await faultOf(ask(target(alone), 'SELECT 1'))).toEqual({ kind: 'unreachable', scope: 'source', message })
  })

  test('the primary fails, the standby takes over, and one incident tells it', async () => {
    const scene = await makeScene({ url: `${url}?target_session_attrs=primary` })
    expect(await scene.run()).toMatchObject({ code: 0 })
    expect(scene.subjects()).toEqual([])

    await primary.stop()
    const plugin = await check('primary')
    expect(plugin.code).toBe(2)
    expect(plugin.stdout).toContain(
      `cannot connect (127.0.0.1:${primary.port}: connection refused; 127.0.0.1:${standby.port}: ${IS_NO_PRIMARY})`,
    )
    expect(await check('any')).toMatchObject({ code: 0 })
    expect(await scene.run()).toMatchObject({ code: 2 })
    expect(await scene.run()).toMatchObject({ code: 2 })
    expect(scene.subjects()).toEqual([expect.stringContaining('] CRITICAL database postgres: ')])

    await standby.query('SELECT pg_promote()')
    await standby.query(`UPDATE runtime_info SET rt_value = '${epoch(-5)}'`)
    expect(await check('primary')).toMatchObject({ code: 0 })
    expect(await scene.run()).toMatchObject({ code: 0 })
    expect(await scene.run()).toMatchObject({ code: 0 })
    expect(scene.subjects()).toEqual([expect.stringContaining('] OK database postgres: ')])
  })
})
