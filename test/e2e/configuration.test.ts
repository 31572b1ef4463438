import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { Outcome } from '../support/command.ts'
import { eachLineOf } from '../support/plugin-output.ts'
import { POSTGRES_MISSING, postgresBinaries, startPostgres, type TestPostgres } from '../support/postgres.ts'
import { lastaliveAgain as lastalive } from '../support/resident.ts'
import { epoch, RUNTIME_INFO } from '../support/scene.ts'
import { startSmtp } from '../support/smtp.ts'

function directory(): string {
  const dir = mkdtempSync(join(tmpdir(), 'lastalive-config-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

function write(text: string): { readonly config: string; readonly state: string } {
  const dir = directory()
  const config = join(dir, 'lastalive.yaml')
  writeFileSync(config, text, { mode: 0o600 })
  return { config, state: join(dir, 'state') }
}

describe('a configuration with mistakes', () => {
  const text = `databases:
  mail: { url: "host=/proc/nonexistent dbname=mail", tiemout: 5s }
notifiers:
  ops: { mail: { to: [nobody], form: x@y.example } }
checks:
  mdx: { database: mial, key: last_alive, critical: 30 minuts }
  constructor: { database: mail, key: k, critical: 10m }
`
  test('is a row of what check prints, and nothing is read', async () => {
    const { config, state } = write(text)
    const outcome = await lastalive(['check', '--config', config, '--state', state])
    expect(outcome).toMatchObject({ code: 3, stderr: '' })
    expect(outcome.stdout).toMatch(/^UNKNOWN - configuration: 5 mistakes, the first in .*lastalive.yaml:2: .*timeout/)
    expect(() => readdirSync(state)).toThrow(/ENOENT/)
  })

  test.each(['run', 'validate'])(
    'that nobody can be told of is told of all at once by %s, each with its line, and nothing is run',
    async (command) => {
      const { config, state } = write(text)
      const outcome = await lastalive([
        command,
        '--config',
        config,
        ...(command === 'validate' ? [] : ['--state', state]),
      ])
      expect(outcome.code).toBe(3)
      expect(outcome.stderr).toContain('lastalive.yaml:2: databases.mail.tiemout:')
      expect(outcome.stderr).toMatch(/tiemout.*timeout/)
      expect(outcome.stderr).toMatch(/lastalive.yaml:4: notifiers.ops.mail.form:.*from/)
      expect(outcome.stderr).toMatch(/lastalive.yaml:6: checks.mdx.critical: "30 minuts" is not a duration; write 30m/)
      expect(outcome.stderr).toMatch(/lastalive.yaml:6: checks.mdx.database:.*mail/)
      expect(outcome.stderr).toMatch(/lastalive.yaml:7: checks.constructor/)
      expect(() => readdirSync(state)).toThrow(/ENOENT/)
    },
  )
})

describe.skipIf(postgresBinaries() === undefined)(
  `many checks in PostgreSQL (${POSTGRES_MISSING} where skipped)`,
  () => {
    let server: TestPostgres
    beforeAll(async () => {
      server = await startPostgres([
        'logging_collector=on',
        'log_directory=log',
        'log_filename=server.log',
        'log_statement=all',
      ])
      await server.query('CREATE DATABASE mail')
      await server.query(`${RUNTIME_INFO}; CREATE TABLE jobs AS SELECT * FROM runtime_info`, 'mail')
      await server.query(
        `INSERT INTO runtime_info VALUES ('last_alive','${epoch(-2_525)}'),('last_import','${epoch(-60)}'),('last_sent',NULL);` +
          `INSERT INTO jobs VALUES ('backup','${epoch(-60)}')`,
        'mail',
      )
    })
    afterAll(() => server?.remove())

    const text = (smtp: string): string => `instance: watch1
timezone: UTC
databases:
  mail: "host=${server.socketDir} port=${server.port} dbname=mail user=postgres"
notifiers:
  ops: { mail: { to: [alert@domain.tld], from: w@domain.tld, smtp: "${smtp}" } }
checks:
  mdx: { database: mail, key: last_alive, warning: 5m, critical: 10m }
  imports: { database: mail, key: last_import, critical: 3h }
  sent: { database: mail, key: last_sent, critical: 3h, missing: ok }
  backup: { database: mail, table: jobs, key: backup, critical: 1d }
`

    async function run(more: readonly string[] = [], command = 'run'): Promise<Outcome> {
      const smtp = await startSmtp()
      onTestFinished(() => smtp.stop())
      const { config, state } = write(text(smtp.url))
      return lastalive([command, '--config', config, '--state', state, ...more])
    }

    const statements = (): number =>
      readFileSync(join(server.dataDir, 'log', 'server.log'), 'utf8')
        .split('\n')
        .filter((line) => /SELECT c\.now/.test(line)).length

    test('all keys of one table come in one query, with the time', async () => {
      const before = statements()
      expect(await run()).toMatchObject({ code: 2, stderr: '', stdout: '' })
      expect(statements() - before).toBe(2)
    })

    test('the report as JSON keeps to its contract', async () => {
      const { code, stdout } = await run(['--format', 'json'])
      expect(code).toBe(2)
      const report = JSON.parse(stdout)
      const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
      expect(report).toEqual({
        version: 1,
        state: 'critical',
        at: instant,
        instance: 'watch1',
        checks: expect.any(Array),
        mistakes: [],
        notRead: [],
        quiet: [],
        undelivered: [],
        problems: [],
      })
      const rows = new Map(report.checks.map((row: { name: string }) => [row.name, row]))
      expect([...rows.keys()]).toEqual(['database:mail', 'mdx', 'imports', 'sent', 'backup'])
      expect(rows.get('mdx')).toEqual({
        name: 'mdx',
        kind: 'check',
        item: null,
        state: 'critical',
        cause: 'age',
        summary: 'silent for 42 min (limit 10 min)',
        blockedBy: null,
        observed: instant,
        age_s: expect.any(Number),
        amount: null,
        limits: { warning_s: 300, critical_s: 600, warning: '300', critical: '600' },
        skew_s: expect.any(Number),
        response_s: null,
        incident: {
          id: expect.any(String),
          since: instant,
          episode: 1,
          told: { 'ops/alert@domain.tld': { kind: 'opened', at: instant } },
        },
      })
      expect(rows.get('sent')).toMatchObject({
        state: 'ok',
        cause: 'absent',
        observed: null,
        age_s: null,
        incident: null,
      })
      expect(rows.get('database:mail')).toMatchObject({
        kind: 'database',
        state: 'ok',
        amount: null,
        limits: { warning_s: null, critical_s: null, warning: null, critical: null },
      })
    })

    test('a locked table takes nothing from the checks of another', async () => {
      const locker = new Client({ host: server.socketDir, port: server.port, user: 'postgres', database: 'mail' })
      await locker.connect()
      onTestFinished(() => locker.end())
      await locker.query('BEGIN; LOCK TABLE runtime_info IN ACCESS EXCLUSIVE MODE')
      const outcome = await run(['-t', '4', '-v'])
      expect(outcome.code).toBe(3)
      expect(outcome.seconds).toBeLessThan(5)
      expect(outcome.stdout).toMatch(/UNKNOWN {3}mdx .*locked/)
      expect(outcome.stdout).toMatch(/ok {8}backup .*alive 1 min/)
    })

    test('a missing table takes nothing from the checks of another', async () => {
      await server.query('ALTER TABLE runtime_info RENAME TO elsewhere', 'mail')
      onTestFinished(async () => void (await server.query('ALTER TABLE elsewhere RENAME TO runtime_info', 'mail')))
      const outcome = await run(['-v'])
      expect(outcome.code).toBe(3)
      expect(outcome.stdout).toMatch(/UNKNOWN {3}mdx .*does not exist/)
      expect(outcome.stdout).toMatch(/ok {8}backup/)
    })

    test('a value that would fill the memory takes nothing from the others', async () => {
      await server.query("CREATE TABLE big AS SELECT 'k' AS rt_key, repeat('x', 200000000) AS rt_value", 'mail')
      const { config, state } = write(
        `${text('smtp://127.0.0.1:1')}  huge: { database: mail, table: big, key: k, critical: 1d }\n`,
      )
      const outcome = await lastalive(['check', '--config', config, '--state', state, '-t', '60s'])
      expect(outcome.stdout).toMatch(/^UNKNOWN - huge: the answer is larger than 64 MB/m)
      expect(outcome.stdout).toMatch(/^OK - backup: alive/m)
    })

    test('a plugin prints a line for each check, the worst first', async () => {
      const { code, stdout } = await run([], 'check')
      expect(code).toBe(2)
      expect(eachLineOf(stdout)).toEqual([
        expect.stringMatching(/^CRITICAL - mdx: silent for 42 min \(limit 10 min\) \| mdx=25\d\ds;300;600;0$/),
        expect.stringMatching(/^OK - imports: alive 1 min.* ago \(limit 3 h\) \| imports=\d+s;;10800;0$/),
        'OK - sent: last_sent says that it has never been (NULL) | sent=U;;10800;0',
        expect.stringMatching(/^OK - backup: /),
      ])
    })
  },
)
