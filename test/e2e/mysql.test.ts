import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { MARIADB_MISSING, mariadbBinaries, startMariadb, type TestMariadb } from '../support/mariadb.ts'
import { lastaliveAgain as lastalive } from '../support/resident.ts'
import { epoch, makeScene, RUNTIME_INFO, type Scene } from '../support/scene.ts'

describe.skipIf(mariadbBinaries() === undefined)(
  `manitou's table in MariaDB (${MARIADB_MISSING} where skipped)`,
  () => {
    let server: TestMariadb
    let scene: Scene
    const url = (): string => `mysql://watch:s3cret@127.0.0.1:${server.port}/mail`
    const set = (value: string): Promise<string> =>
      server.query(`REPLACE INTO runtime_info VALUES ('last_alive', '${value}')`, 'mail')

    beforeAll(async () => {
      server = await startMariadb()
      await server.query('CREATE DATABASE mail')
      await server.query(RUNTIME_INFO, 'mail')
      await server.query("CREATE USER watch@'%' IDENTIFIED BY 's3cret'; GRANT SELECT ON mail.runtime_info TO watch@'%'")
    })
    afterAll(() => server?.remove())
    beforeEach(async () => {
      scene = await makeScene({ url: url() })
    })

    test('alive: exit 0', async () => {
      await set(epoch(-5))
      const outcome = await scene.check()
      expect(outcome).toMatchObject({ code: 0, stderr: '' })
      expect(outcome.stdout).toMatch(/^OK - /)
    })

    test('stale: exit 2, and one mail', async () => {
      await set(epoch(-2_525))
      expect(await scene.check()).toMatchObject({
        code: 2,
        stdout: expect.stringMatching(/^CRITICAL - .*silent for 42 min/),
      })
      expect(await scene.run()).toMatchObject({ code: 2, stdout: '', stderr: '' })
      expect(scene.subjects()).toEqual(['[lastalive] CRITICAL mdx: silent for 42 min (limit 10 min)'])
    })

    test('read by a Perl DBI string: the same', async () => {
      await set(epoch(-2_525))
      const dbi = `dbi:mysql:database=mail;host=127.0.0.1;port=${server.port};user=watch;password=s3cret`
      expect(await scene.check(['--url', dbi])).toMatchObject({ code: 2, stderr: '' })
    })

    test('a key with a quote and a missing key are no error of SQL', async () => {
      const outcome = await lastalive(['check', '--url', url(), '--key', "it's", '--critical', '10m'])
      expect(outcome).toMatchObject({ code: 3, stdout: expect.stringContaining('no row for key') })
    })

    test('a wrong password: exit 3, and it is not shown', async () => {
      const url = `mysql://watch:Geheimnis@127.0.0.1:${server.port}/mail`
      const { code, stdout, stderr } = await scene.check(['--url', url])
      expect(code).toBe(3)
      expect(stdout).toContain('login refused for user watch')
      expect(stdout + stderr).not.toContain('Geheimnis')
    })

    test('frozen: exit 2 in time', async () => {
      server.freeze()
      const outcome = await scene.check(['-t', '2s'])
      server.thaw()
      expect(outcome).toMatchObject({ code: 2, stdout: expect.stringContaining('no answer for') })
      expect(outcome.seconds).toBeLessThan(3.5)
    })

    test('down: exit 2, and back: exit 0', async () => {
      await set(epoch())
      await server.stop()
      const down = await scene.check()
      await server.start()
      expect(down).toMatchObject({ code: 2, stdout: expect.stringContaining('connection refused') })
      expect(await scene.check()).toMatchObject({ code: 0 })
    })
  },
)
