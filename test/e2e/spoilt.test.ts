import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eachLineOf } from '../support/plugin-output.ts'
import { POSTGRES_MISSING, postgresBinaries, startPostgres, type TestPostgres } from '../support/postgres.ts'
import { lastaliveAgain as lastalive } from '../support/resident.ts'
import { ALERT, epoch, makeSqliteScene, SENDER } from '../support/scene.ts'

describe.skipIf(postgresBinaries() === undefined)(
  `a check that goes wrong takes nothing from the others of its database (${POSTGRES_MISSING} where skipped)`,
  () => {
    const dir = mkdtempSync(join(tmpdir(), 'lastalive-spoilt-'))
    let server: TestPostgres

    beforeAll(async () => {
      server = await startPostgres()
      await server.query(`CREATE TABLE runtime_info(rt_key text, rt_value text);
        INSERT INTO runtime_info VALUES ('ok', '${epoch()}');
        CREATE TABLE numbered(id int, seen timestamptz); INSERT INTO numbered VALUES (1, now()), (2, now());
        CREATE FUNCTION elsewhere() RETURNS timestamptz LANGUAGE plpgsql AS
          $$ BEGIN RAISE EXCEPTION 'could not connect to server "dead"' USING ERRCODE = '08001'; END $$;
        CREATE TABLE evil AS SELECT 'n' || g AS name, repeat('a', 40) || '!' AS value FROM generate_series(1, 10000) g`)
    })
    afterAll(async () => {
      rmSync(dir, { recursive: true, force: true })
      await server.remove()
    })

    async function judged(checks: Readonly<Record<string, object>>, more: readonly string[] = []) {
      const file = join(dir, 'lastalive.yaml')
      const named = Object.entries(checks).map(([name, check]) => [name, { database: 'd', critical: '10m', ...check }])
      const configuration = { databases: { d: server.url }, checks: Object.fromEntries(named) }
      writeFileSync(file, JSON.stringify(configuration), { mode: 0o600 })
      const outcome = await lastalive(['check', '--config', file, '--state', dir, ...more])
      const lines = eachLineOf(outcome.stdout).map((line) => line.replace(/ \|.*/, '').replace(/ \d+ s ago.*/, ''))
      return { ...outcome, lines: lines.filter((line) => line !== '').toSorted() }
    }

    test.each([
      [
        'parameters that are too few',
        { query: 'SELECT $1::timestamptz' },
        /^UNKNOWN - bad: bind message supplies 0 parameters/,
      ],
      [
        'another server that cannot be reached',
        { query: 'SELECT elsewhere()' },
        /^UNKNOWN - bad: could not connect to server/,
      ],
    ])('%s', async (_, bad, words) => {
      const { lines } = await judged({ bad, good: { query: 'SELECT now()' }, key: { key: 'ok' } })
      expect(lines).toEqual(['OK - good: alive', 'OK - key: alive', expect.stringMatching(words)])
    })

    test.each([
      ['that the server cannot hold', 'runtime_info', 'rt_key', 'rt_value', ['ok', 'a\0b'], /invalid byte sequence/],
      [
        'that is of another type than its column',
        'numbered',
        'id',
        'seen',
        ['1', 'x', '2'],
        /invalid input syntax for type integer/,
      ],
    ])('a key %s', async (_, table, key_column, value_column, keys, words) => {
      const place = { table, key_column, value_column }
      const checks = Object.fromEntries(keys.map((key, i) => [`c${i}`, { ...place, key }]))
      const { lines } = await judged(checks)
      expect(lines.filter((line) => line.startsWith('OK'))).toHaveLength(keys.length - 1)
      expect(lines.at(-1)).toMatch(words)
    })

    test('a pattern that searches for ever, in ten thousand rows, within the time', async () => {
      const evil = { rows: 'SELECT name, value FROM evil', pattern: '^(a+)+$' }
      const { lines, seconds } = await judged({ evil, good: { query: 'SELECT now()' } }, ['-t', '6s'])
      expect(lines).toContain('OK - good: alive')
      expect(lines).toContain('UNKNOWN - evil/n1: its value: the pattern "^(a+)+$" took too long to search')
      expect(seconds).toBeLessThan(6.7)
    })
  },
)

describe('a line that finds the incident of another at its lockfile', () => {
  test('does not take it for its own, says so, and tells of its own', async () => {
    const scene = await makeSqliteScene()
    scene.set('1000', 'old')
    scene.beat(0)
    const line = (key: string, limit: string): readonly string[] => {
      const told = ['--to', 'a@domain.tld', '--from', 'b@domain.tld', '--smtp', scene.smtp.url]
      return ['run', '--url', scene.path, '--key', key, '-c', limit, '--lockfile', scene.lockfile, ...told]
    }
    expect((await lastalive(line('old', '5m'))).code).toBe(2)
    expect(scene.subjects()).toEqual([expect.stringMatching(/CRITICAL old-/)])
    scene.beat(60)
    const other = await lastalive(line('last_alive', '30s'))
    expect(other.code).toBe(4)
    expect(other.stderr).toMatch(
      /manitou-alert\.lck holds an incident of another line, .*; kept as .*\.other; give each line a lockfile/,
    )
    expect(scene.subjects()).toEqual([expect.stringMatching(/CRITICAL last_alive-/)])
    expect(readdirSync(scene.dir)).toContain('manitou-alert.lck.other')
    scene.beat(0)
    expect(await lastalive(line('last_alive', '30s'))).toMatchObject({ code: 0, stderr: '' })
    expect(scene.subjects()).toEqual([expect.stringMatching(/OK last_alive-.*alive again/)])
  })

  test.each(['a#1', 'a#b#', '#', `x#${'0'.repeat(20)}`])('nor in a directory called %s', async (name) => {
    const scene = await makeSqliteScene()
    mkdirSync(join(scene.dir, name))
    scene.set('1000', 'old')
    const line = (key: string): readonly string[] => {
      const told = ['--to', ALERT, '--from', SENDER, '--smtp', scene.smtp.url]
      return [
        'run',
        '--url',
        scene.path,
        '--key',
        key,
        '-c',
        '5m',
        '--lockfile',
        join(scene.dir, name, 'l.lck'),
        ...told,
      ]
    }
    expect((await lastalive(line('old'))).code).toBe(2)
    expect(scene.subjects()).toEqual([expect.stringMatching(/CRITICAL old-/)])
    expect(await lastalive(line('old'))).toMatchObject({ code: 2, stderr: '' })
    const other = await lastalive(line('last_alive'))
    expect(other.stderr).toContain('holds an incident of another line')
    expect(scene.subjects()).toEqual([])
  })

  test('goes on with its own where it was given a name, or another limit', async () => {
    const scene = await makeSqliteScene()
    scene.beat(700)
    expect((await scene.run()).code).toBe(2)
    expect(await scene.run(['--name', 'renamed', '--critical', '11m'])).toMatchObject({ code: 2, stderr: '' })
    expect(scene.subjects()).toHaveLength(1)
    scene.beat(0)
    expect(await scene.run(['--name', 'renamed'])).toMatchObject({ code: 0, stderr: '' })
    expect(scene.subjects()).toEqual([expect.stringMatching(/OK renamed: alive again/)])
  })
})
