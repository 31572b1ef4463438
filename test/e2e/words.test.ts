import { describe, expect, test } from 'vitest'
import { lastaliveAgain as lastalive } from '../support/resident.ts'
import { makeSqliteScene, NOBODY_TO_TELL } from '../support/scene.ts'

const AT = '2026-11-22T12:00:00Z'

describe('limits', () => {
  test.each([
    ['exactly at its limit is fine', '2026-11-22T11:50:00Z', '10m', 0],
    ['one second more is not', '2026-11-22T11:49:59Z', '10m', 2],
    ['a millisecond more is not', '2026-11-22T11:49:59.999Z', '10m', 2],
    ['600 is the same: at it', '2026-11-22T11:50:00Z', '600', 0],
    ['600 is the same: above it', '2026-11-22T11:49:59Z', '600', 2],
    ['PT10M is the same: at it', '2026-11-22T11:50:00Z', 'PT10M', 0],
    ['PT10M is the same: above it', '2026-11-22T11:49:59Z', 'PT10M', 2],
  ])('a beat %s', async (_, beat, limit, code) => {
    const scene = await makeSqliteScene()
    scene.set(beat)
    expect(await scene.check(['--critical', limit, '--now', AT])).toMatchObject({ code, stderr: '' })
  })

  test.each([
    ['below both', '2026-11-22T11:55:00Z', 0, 'OK - mdx: alive 5 min ago (limit 5 min) | mdx=300s;300;600;0'],
    [
      'above the first',
      '2026-11-22T11:54:59Z',
      1,
      'WARNING - mdx: silent for 5 min 1 s (limit 5 min) | mdx=301s;300;600;0',
    ],
    ['above both', '2026-11-22T11:18:00Z', 2, 'CRITICAL - mdx: silent for 42 min (limit 10 min) | mdx=2520s;300;600;0'],
  ])('%s, as a plugin says it', async (_, beat, code, stdout) => {
    const scene = await makeSqliteScene()
    scene.set(beat)
    const outcome = await scene.check(['-w', '5m', '--now', AT])
    expect(outcome).toMatchObject({ code, stderr: '' })
    expect(outcome.stdout.replace(/ skew_mail=0s response_mail=[\d.]+s;;;0\n$/, '')).toBe(stdout)
  })
})

describe('wrong usage is exit 3, says what to do, and asks no database', () => {
  const check = ['--key', 'last_alive', '--critical', '10m']
  test.each<[string, readonly string[], Readonly<Record<string, string>>, RegExp]>([
    ['an empty --url', ['run', '--url', '', ...check], {}, /URL is empty/],
    [
      'an empty --url although PGHOST is set',
      ['run', '--url', '', ...check],
      { PGHOST: '/tmp', PGDATABASE: 'test' },
      /URL is empty/,
    ],
    ['no --url at all', ['run', ...check], {}, /--url/],
    ['an unknown keyword', ['run', '--url', 'host=db dbnmae=mail', ...check], { PGDATABASE: 'test' }, /dbnmae.*dbname/],
    ['an unknown parameter', ['run', '--url', 'postgres://db/mail?sslmod=require', ...check], {}, /sslmod.*sslmode/],
    ['a database in memory', ['run', '--url', 'sqlite::memory:', ...check], {}, /memory/],
    ['an empty path', ['run', '--url', 'sqlite:', ...check], {}, /path of the SQLite file is empty/],
    ['no limit', ['run', '--url', 'sqlite:x.db', '--key', 'last_alive'], {}, /--critical/],
    ['no key', ['run', '--url', 'sqlite:x.db', '--critical', '10m'], {}, /--key/],
    [
      'a limit that is no duration',
      ['run', '--url', 'sqlite:x.db', '--key', 'k', '--critical', '30 minuts'],
      {},
      /--critical: "30 minuts" is not a duration/,
    ],
    ['an unknown option', ['run', '--crticial', '10m'], {}, /--crticial/],
    ['an unknown command', ['runn'], {}, /runn/],
    [
      'help on what there is not',
      ['help', 'statu'],
      {},
      /^lastalive: unknown command 'statu'\n\(Did you mean status\?\)\n$/,
    ],
    [
      'completion for no shell',
      ['completion'],
      {},
      /^lastalive: which shell\? Write bash, zsh, fish, as in: lastalive completion bash\n$/,
    ],
    ['no command', [], {}, /Usage/],
    [
      '--lockfile with two keys',
      ['run', '--url', 'sqlite:x.db', ...check, '--key', 'b', '--lockfile', 'f'],
      {},
      /--lockfile/,
    ],
    ['an empty --lockfile', ['run', '--url', 'sqlite:x.db', ...check, '--lockfile', ''], {}, /--lockfile is empty/],
    ['--now with a run that would tell', ['run', '--url', 'sqlite:x.db', ...check, '--now', AT], {}, /--now/],
    ['no configuration anywhere', ['run'], {}, /--config|lastalive.yaml/],
    ['a configuration that is not there', ['run', '--config', '/proc/nonexistent.yaml'], {}, /nonexistent/],
  ])('%s', async (_, args, env, words) => {
    const outcome = await lastalive(args, { env: { ...env, XDG_CONFIG_HOME: '/proc/nonexistent' } })
    expect(outcome).toMatchObject({ code: 3, stdout: '' })
    expect(outcome.stderr).toMatch(words)
  })

  test.each([
    ['schedule', '@daily', '--timezone', 'Mars'],
    ['schedule', '@daily', '--zone=Mars'],
    ['status', '--zone', 'Mars'],
    ['check', '--zone', 'Mars', '--url', 'sqlite:x.db', ...check],
  ])('a zone that there is not: %s %s %s %s', async (...words) => {
    const { code, stderr } = await lastalive(words)
    expect([code, stderr]).toEqual([3, expect.stringMatching(/write .*(IANA|Mars)/)])
  })

  test.each([
    ['schedule', '@daily', '--zone', 'Europe/Berln'],
    ['status', '--history', '--timezone', 'Berlin'],
  ])('a zone that is misspelt is told as it was meant: %s %s %s %s', async (...words) => {
    const { code, stderr } = await lastalive(words)
    expect([code, stderr]).toEqual([3, expect.stringMatching(/write Europe\/Berlin\.\n$/)])
  })

  test('help on what there is, is help', async () =>
    expect(await lastalive(['help', 'status'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('--max-age'),
    }))

  test('and a plugin puts its one line on stdout all the same', async () => {
    const outcome = await lastalive(['check', '--url', '', ...check])
    expect(outcome).toMatchObject({ code: 3 })
    expect(outcome.stdout).toMatch(/^UNKNOWN - lastalive: .*URL is empty.*\n$/)
  })
})

test('PG* variables alone serve where no --url is given', async () => {
  const args = ['check', '--key', 'last_alive', '--critical', '10m', '-t', '2']
  const outcome = await lastalive(args, { env: { PGHOST: '/proc/nonexistent', PGDATABASE: 'mail' } })
  expect(outcome).toMatchObject({ code: 2, stdout: expect.stringContaining('database mail: ') })
})

test('a run that tells nobody says so, once a day, and looks all the same', async () => {
  const scene = await makeSqliteScene()
  scene.beat(2_525)
  const line = [
    'run',
    ...'--key last_alive --critical 10m --url'.split(' '),
    `sqlite:${scene.path}`,
    '--state',
    scene.dir,
  ]
  expect(await lastalive(line)).toMatchObject({ code: 2, stdout: '', stderr: NOBODY_TO_TELL })
  expect(await lastalive(line)).toMatchObject({ code: 2, stdout: '', stderr: '' })
})
