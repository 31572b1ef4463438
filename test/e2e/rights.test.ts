import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { CommandOptions, Outcome } from '../support/command.ts'
import { POSTGRES_MISSING, postgresBinaries, startPostgres, type TestPostgres } from '../support/postgres.ts'
import { lastaliveAgain as lastalive } from '../support/resident.ts'
import { epoch, RUNTIME_INFO } from '../support/scene.ts'

const DOCUMENTATION = readFileSync(new URL('../../docs/databases.md', import.meta.url), 'utf8')
const STATEMENTS = (/```sql\n(CREATE ROLE watch .*?)```/s.exec(DOCUMENTATION)?.[1] ?? '').trim().split('\n')

describe.skipIf(postgresBinaries() === undefined)(`a user of one's own (otherwise: ${POSTGRES_MISSING})`, () => {
  const home = mkdtempSync(join(tmpdir(), 'lastalive-rights-'))
  let server: TestPostgres

  beforeAll(async () => {
    server = await startPostgres()
    await server.query('CREATE DATABASE mail')
    await server.query('REVOKE ALL ON DATABASE mail FROM PUBLIC')
    await server.query('REVOKE ALL ON SCHEMA public FROM PUBLIC', 'mail')
    await server.query(`${RUNTIME_INFO}; INSERT INTO runtime_info VALUES ('last_alive', '${epoch()}')`, 'mail')
    writeFileSync(
      join(home, 'services'),
      `[mail]\nhost=127.0.0.1\nport=${server.port}\ndbname=mail\nuser=watch\npassword=hush hush\n`,
    )
  })
  afterAll(async () => {
    await server?.remove()
    rmSync(home, { recursive: true })
  })
  beforeEach(async () => {
    await server.query(
      "DO $$ BEGIN IF to_regrole('watch') IS NOT NULL THEN DROP OWNED BY watch; END IF; END $$",
      'mail',
    )
    await server.query('DROP ROLE IF EXISTS watch', 'mail')
  })

  const give = async (statements: readonly string[]): Promise<void> => {
    for (const statement of statements) await server.query(statement, 'mail')
  }
  const check = async (more: readonly string[], env: CommandOptions['env'] = {}): Promise<Outcome> =>
    await lastalive(['check', ...more, '--key', 'last_alive', '-c', '10m'], {
      env: { PGSERVICEFILE: join(home, 'services'), ...env },
    })

  test('what the documentation grants is enough, with a service by --url and by PGSERVICE', async () => {
    expect(STATEMENTS).toHaveLength(4)
    await give(STATEMENTS)
    expect(await check(['--url', 'service=mail'])).toMatchObject({ code: 0, stderr: '' })
    expect(await check([], { PGSERVICE: 'mail' })).toMatchObject({ code: 0, stderr: '' })
  })

  test.each([
    ['GRANT CONNECT', 'permission denied for database "mail"'],
    ['GRANT USAGE', 'relation "runtime_info" does not exist'],
    ['GRANT SELECT', 'permission denied for table runtime_info'],
  ])('%s is needed: without it there is no reading', async (left, words) => {
    await give(STATEMENTS.filter((statement) => !statement.startsWith(left)))
    const { code, stdout } = await check(['--url', 'service=mail'])
    expect(code).toBe(3)
    expect(stdout).toContain(words)
  })
})
