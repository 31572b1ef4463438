import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Outcome } from '../support/command.ts'
import { MARIADB_MISSING, mariadbBinaries, startMariadb, type TestMariadb } from '../support/mariadb.ts'
import { lastaliveAgain as lastalive } from '../support/resident.ts'
import { epoch, RUNTIME_INFO } from '../support/scene.ts'

const DOCUMENTATION = readFileSync(new URL('../../docs/databases.md', import.meta.url), 'utf8')
const STATEMENTS = (/```sql\n(CREATE USER .*?)```/s.exec(DOCUMENTATION)?.[1] ?? '').trim().split('\n')

describe.skipIf(mariadbBinaries() === undefined)(`a user of one's own in MariaDB (${MARIADB_MISSING})`, () => {
  let server: TestMariadb

  beforeAll(async () => {
    server = await startMariadb()
    await server.query('CREATE DATABASE mail; CREATE DATABASE vault; CREATE TABLE vault.runtime_info (a int)')
    await server.query(`${RUNTIME_INFO}; CREATE TABLE secrets (rt_key text, rt_value text)`, 'mail')
    await server.query(`INSERT INTO runtime_info VALUES ('last_alive', '${epoch()}')`, 'mail')
  })
  afterAll(() => server?.remove())
  beforeEach(() => server.query("DROP USER IF EXISTS 'watch'@'%'"))

  const give = async (statements: readonly string[]): Promise<void> => {
    for (const statement of statements) await server.query(statement)
  }
  const check = async (more: readonly string[] = [], database = 'mail'): Promise<Outcome> => {
    const url = `mysql://watch:${encodeURIComponent('…')}@127.0.0.1:${server.port}/${database}`
    return await lastalive(['check', '--url', url, '-c', '10m', ...(more.length > 0 ? more : ['--key', 'last_alive'])])
  }

  test('what the documentation grants is enough', async () => {
    expect(STATEMENTS).toHaveLength(2)
    await give(STATEMENTS)
    expect(await check()).toMatchObject({ code: 0, stderr: '' })
    expect(await check(['--key', 'last_*'])).toMatchObject({ code: 0, stderr: '' })
    const query = 'SELECT max(rt_value) FROM runtime_info'
    expect(await check(['--query', query])).toMatchObject({ code: 0, stderr: '' })
  })

  test.each([
    ['CREATE USER', 'login refused for user watch (wrong password, no such user, or TLS required)'],
    ['GRANT SELECT', 'user watch may not use database mail; GRANT SELECT ON `mail`.`TABLE` TO '],
  ])('%s is needed: without it there is no reading', async (left, words) => {
    const isGranted = left !== 'CREATE USER'
    await give(isGranted ? STATEMENTS.filter((statement) => !statement.startsWith(left)) : [])
    const { code, stdout } = await check()
    expect(code).toBe(3)
    expect(stdout).toContain(words)
  })

  test('it is no right to anything else', async () => {
    await give(STATEMENTS)
    const { stdout } = await check(['--table', 'secrets', '--key', 'last_alive'])
    expect(stdout).toMatch(
      /^UNKNOWN - \S+ SELECT command denied to user 'watch'@'\S+' for table `mail`\.`secrets`; GRANT SELECT ON `mail`\.`secrets` TO 'watch'@'%'/,
    )
    expect((await check([], 'vault')).stdout).toContain('user watch may not use database vault')
  })
})
