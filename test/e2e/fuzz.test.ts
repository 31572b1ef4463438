import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo, NetConnectOpts } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { repetitions, runProgram } from '../support/command.ts'
import { type Built, buildProgram } from '../support/faults/build.ts'
import { MARIADB_MISSING, mariadbBinaries, startMariadb } from '../support/mariadb.ts'
import { POSTGRES_MISSING, postgresBinaries, startPostgres } from '../support/postgres.ts'
import { epoch } from '../support/scene.ts'
import { startSmtp } from '../support/smtp.ts'

/** What real servers have said, with some of it changed at random: each run ends in time, and tells all else. */

const COUNT = repetitions(2_000) === 2_000 ? 2_000 : 100
const TABLE = 'runtime_info(rt_key varchar(100), rt_value text)'

let program: Built
beforeAll(async () => {
  program = await buildProgram(join(import.meta.dirname, '../support/fuzz/flood.ts'))
})
afterAll(() => program?.remove())

/** Nothing wrong, and mutations of both kinds: those that matter, and those that do not. */
async function expectHarmless(url: string, server: NetConnectOpts): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'lastalive-fuzz-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  const [job, result] = [join(dir, 'job.json'), join(dir, 'result.json')]
  writeFileSync(job, JSON.stringify({ url, server, first: 1, count: COUNT, result }))
  const outcome = await runProgram([process.execPath, '--max-old-space-size=400', program.path, job], {
    killAfterMs: 900_000,
  })
  expect(outcome).toMatchObject({ code: 0, stdout: '', stderr: '' })
  const { wrong, seen } = JSON.parse(readFileSync(result, 'utf8'))
  expect(wrong).toEqual([])
  expect(seen.told).toBeGreaterThan(COUNT / 4)
}

describe(`${COUNT} mutated servers harm nobody else`, { timeout: 900_000 }, () => {
  test.skipIf(postgresBinaries() === undefined)(`of PostgreSQL (${POSTGRES_MISSING} where skipped)`, async () => {
    const server = await startPostgres()
    onTestFinished(() => server.remove())
    await server.query(`CREATE TABLE ${TABLE}; INSERT INTO runtime_info VALUES ('last_alive', '${epoch()}')`)
    const { searchParams, port } = new URL(server.url.replace('@:', '@localhost:'))
    const path = join(searchParams.get('host') ?? '', `.s.PGSQL.${port}`)
    await expectHarmless('postgresql://postgres@127.0.0.1:PORT/postgres?sslmode=disable', { path })
  })

  test.skipIf(mariadbBinaries() === undefined)(`of MySQL (${MARIADB_MISSING} where skipped)`, async () => {
    const server = await startMariadb()
    onTestFinished(() => server.remove())
    await server.query(`CREATE DATABASE mail; CREATE TABLE mail.${TABLE};
      INSERT INTO mail.runtime_info VALUES ('last_alive', '${epoch()}'); CREATE USER watch@'%' IDENTIFIED BY '';
      GRANT SELECT ON mail.* TO watch@'%'`)
    await expectHarmless('mysql://watch@127.0.0.1:PORT/mail?ssl-mode=DISABLED', {
      host: '127.0.0.1',
      port: server.port,
    })
  })

  test('of SMTP', async () => {
    const { port, stop } = await startSmtp()
    onTestFinished(stop)
    await expectHarmless('smtp://127.0.0.1:PORT', { host: '127.0.0.1', port })
  })

  test('of HTTP', async () => {
    const server = createServer((request, response) => {
      request.resume()
      request.on('end', () => response.setHeader('x-trace', '1').end('{"ok":true}'))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    // The address of a server that listens on a port is never a string.
    await expectHarmless('http://127.0.0.1:PORT/hook', {
      host: '127.0.0.1',
      port: (server.address() as AddressInfo).port,
    })
  })
})
