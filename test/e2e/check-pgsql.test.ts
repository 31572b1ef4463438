import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { POSTGRES_MISSING, postgresBinaries, startPostgres, type TestPostgres } from '../support/postgres.ts'
import { lastaliveAgain as lastalive } from '../support/resident.ts'

describe.skipIf(postgresBinaries() === undefined)(`as check_pgsql (${POSTGRES_MISSING} where skipped)`, () => {
  let server: TestPostgres
  beforeAll(async () => {
    server = await startPostgres()
    await server.query('CREATE TABLE jobs(id int); INSERT INTO jobs SELECT generate_series(1, 7)')
  })
  afterAll(() => server.remove())

  const run = (...words: readonly string[]) => {
    const place = ['-H', server.socketDir, '-P', String(server.port), '-d', 'postgres', '-l', 'postgres']
    return lastalive(['check', ...place, ...words])
  }

  test.each([
    ['a connection', [], 0, /^OK - .*connection: 1 \| connection=1 /],
    ['a connection that took too long', ['-w', '0.001', '-c', '30'], 1, /^WARNING - .*answered within/],
    ['a query', ['-q', 'SELECT count(*) FROM jobs'], 0, /^OK - .*: 7 /],
    ['a query within its limits', ['-q', 'SELECT count(*) FROM jobs', '-W', '10', '-C', '20'], 0, /^OK - .*: 7 /],
    ['a query beyond one', ['-q', 'SELECT count(*) FROM jobs', '-W', '5', '-C', '20'], 1, /^WARNING - .*: 7 /],
    ['a query beyond both', ['-q', 'SELECT count(*) FROM jobs', '-W', '5', '-C', '@6:8'], 2, /^CRITICAL - .*: 7 /],
    ['a query as it spells its limits', ['-q', 'SELECT(7)', '--query_warning', '5'], 1, /^WARNING - .*: 7 /],
    ['a query that fails', ['-q', 'SELECT count(*) FROM nothing', '-C', '1'], 3, /^UNKNOWN - .*nothing/],
  ])('%s', async (_, words, code, line) => {
    const outcome = await run(...words)
    expect(outcome).toMatchObject({ code, stdout: expect.stringMatching(line) })
  })

  test.each(['e', 'on', 'crit'])('the short password %s takes no letters out of other words', async (password) => {
    const words = ['check', '-H', 'h', '-l', 'y', '-p', password, '--crtical', '5']
    const { code, stdout } = await lastalive(words)
    expect({ code, stdout }).toMatchObject({ code: 3, stdout: expect.stringMatching(/unknown option '--crtical'/) })
    expect((await lastalive(['check', '-H', 'h', `-p${password}`])).stderr).not.toContain('<')
  })

  test('a server that is not there is critical', async () => {
    expect(await lastalive(['check', '-H', '127.0.0.1', '-P', '1', '-d', 'x', '-l', 'y'])).toMatchObject({ code: 2 })
  })
})
