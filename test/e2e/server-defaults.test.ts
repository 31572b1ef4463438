import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { POSTGRES_MISSING, postgresBinaries, startPostgres, type TestPostgres } from '../support/postgres.ts'
import { lastaliveAgain as lastalive } from '../support/resident.ts'
import { epoch, RUNTIME_INFO } from '../support/scene.ts'

/** What an administrator may have set: where it is taken over, reading fails on a standby, and waits on a primary. */
const DEFAULTS = `CREATE ROLE watch LOGIN; GRANT SELECT ON runtime_info TO watch;
  ALTER ROLE watch SET default_transaction_isolation = serializable;
  ALTER ROLE watch SET default_transaction_deferrable = on`

describe.skipIf(postgresBinaries() === undefined)(`a server with other defaults (or: ${POSTGRES_MISSING})`, () => {
  let primary: TestPostgres
  let standby: TestPostgres

  beforeAll(async () => {
    primary = await startPostgres()
    await primary.query(`${RUNTIME_INFO}; INSERT INTO runtime_info VALUES ('last_alive', '${epoch(-60)}'); ${DEFAULTS}`)
    standby = await startPostgres([], { primary })
  })
  afterAll(async () => {
    await standby?.remove()
    await primary?.remove()
  })

  const at = (...servers: readonly TestPostgres[]): string =>
    `postgres://watch@${servers.map(({ port }) => `127.0.0.1:${port}`).join(',')}/postgres`
  const KEY = ['--key', 'last_alive', '-c', '10m']
  const check = (url: string) => lastalive(['check', '--url', url, ...KEY, '-t', '8s'])

  test('a hot standby whose default is serializable is read', async () => {
    expect(await check(at(standby))).toMatchObject({ code: 0, stderr: '' })
  })

  test.each(['primary', 'read-write'])('the %s behind such a standby is found', async (kind) => {
    expect(await check(`${at(standby, primary)}?target_session_attrs=${kind}`)).toMatchObject({ code: 0, stderr: '' })
  })

  test.each(['standby', 'read-only'])('such a %s behind its primary is found', async (kind) => {
    expect(await check(`${at(primary, standby)}?target_session_attrs=${kind}`)).toMatchObject({ code: 0, stderr: '' })
  })

  test('serializable and deferrable: nobody who writes is waited for', async () => {
    const writer = spawn(join(postgresBinaries() ?? '', 'psql'), [
      '-X',
      '-q',
      '-d',
      `host=127.0.0.1 port=${primary.port} user=postgres dbname=postgres`,
    ])
    writer.stdin.write(
      'BEGIN ISOLATION LEVEL SERIALIZABLE; CREATE TABLE w(n int); SELECT count(*) FROM w; \\echo begun\n',
    )
    await once(writer.stdout, 'data')
    try {
      expect(await check(at(primary))).toMatchObject({ code: 0, stderr: '' })
    } finally {
      writer.stdin.end('ROLLBACK;\n')
      await once(writer, 'exit')
    }
  })
})
