import { describe, expect, test } from 'vitest'
import { lastaliveAgain as lastalive } from '../support/resident.ts'
import { makeWatchingScene } from '../support/watching.ts'

describe('lastalive schedule', () => {
  test('prints due times as JSON', async () => {
    const place = ['--timezone', 'Europe/Paris', '--from', '2026-11-22T12:00:00Z', '--count', '1']
    const { code, stdout, stderr } = await lastalive([
      'schedule',
      '0 4 * * *',
      ...place,
      '--previous',
      '--format',
      'json',
    ])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(stdout)).toEqual({
      accepted: true,
      next: ['2026-11-23T03:00:00Z'],
      previous: ['2026-11-22T03:00:00Z'],
      warnings: [],
    })
  })

  test('prints them for a person, over a change of the clock', async () => {
    const place = ['--zone', 'Europe/Paris', '--from', '2026-10-24T12:00:00Z', '--count', '2']
    const { stdout } = await lastalive(['schedule', '30 4 * * *', ...place])
    expect(stdout).toBe('next due  2026-10-25 04:30:00 +01:00\nnext due  2026-10-26 04:30:00 +01:00\n')
  })

  test.each([
    [
      ['schedule', '5/15 * * * *', '--format', 'json'],
      { stdout: expect.stringMatching(/^\{"accepted":false,"error":"[^}]*"\}\n$/) },
    ],
    [
      ['schedule', '5/15 * * * *'],
      { stderr: expect.stringMatching(/^lastalive: 5\/15 \* \* \* \*: .*write 5-59\/15/) },
    ],
    [['schedule', '@daily', '--count', '0'], { stderr: expect.stringContaining('write a number from 1 to 10000') }],
    [['schedule', '@daily', '--zone', 'Mars'], { stderr: expect.stringContaining('IANA name') }],
    [
      ['schedule', '@daily', '--from', '2026-02-30T12:00:00Z'],
      { stderr: expect.stringContaining('write a time such as 2026-11-22T00:31:47Z') },
    ],
  ])('%j is wrong: exit 3', async (words, outcome) => {
    expect(await lastalive(words)).toMatchObject({ code: 3, ...outcome })
  })

  test('answers at once that a date never comes, and warns', async () => {
    const { code, stdout, seconds } = await lastalive(['schedule', '0 0 30 2 *'])
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^warning: it is never due.*\nnever due\n$/),
    })
    expect(seconds).toBeLessThan(3)
  })
})

describe('OnCalendar', () => {
  test('is shown as systemd reads it, over a change of the clock', async () => {
    const place = ['--zone', 'Europe/Paris', '--from', '2026-03-28T12:00:00Z', '--count', '2']
    const { code, stdout } = await lastalive(['schedule', 'OnCalendar=Mon..Sun *-*-* 02:30', ...place])
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'next due  2026-03-30 02:30:00 +02:00\nnext due  2026-03-31 02:30:00 +02:00\n',
    })
  })

  test.each([
    ['OnCalendar=*/5:00', /"\*\/5" is no step: .*write 0\/5/],
    ['Mon..Fri 02:30', /; as systemd has it, write OnCalendar=Mon\.\.Fri 02:30$/m],
    ['daily', /; as systemd has it, write OnCalendar=daily$/m],
  ])('%s is wrong: exit 3', async (expression, words) => {
    expect(await lastalive(['schedule', expression])).toMatchObject({ code: 3, stderr: expect.stringMatching(words) })
  })

  test('judges a check, alone and beside a schedule of cron', async () => {
    const scene = await makeWatchingScene()
    const at = "SELECT '2026-11-27T02:31:00Z'"
    scene.watch({
      timer: { query: at, schedule: 'OnCalendar=Mon..Fri *-*-* 02:30', grace: '10m' },
      cron: { query: at, schedule: '30 2 * * *', grace: '10m' },
    })
    const { stdout } = await scene.command(['check', '--now', '2026-11-29T12:00:00Z'])
    expect(stdout).toContain('OK - timer: ran 2 d 9 h ago (next due 2026-11-30 02:30 +00:00)')
    expect(stdout).toContain('CRITICAL - cron: missed the run of 02:30')
    const line = ['--url', `sqlite:${scene.path}`, '--query', at, '--schedule', 'OnCalendar=daily', '--zone', 'UTC']
    expect(await lastalive(['check', ...line, '--now', '2026-11-29T12:00:00Z'])).toMatchObject({ code: 2, stderr: '' })
  })

  test('is remarked on, and refused where it never comes', async () => {
    const scene = await makeWatchingScene()
    scene.watch({ two: { key: 'k', schedule: 'OnCalendar=12:34,15:00' } })
    const remarked = await scene.command(['validate'])
    expect(remarked.code).toBe(0)
    expect(`${remarked.stdout}${remarked.stderr}`).toContain('checks.two.schedule: it is due at 12:15 and 12:34')
    scene.watch({ never: { key: 'k', schedule: 'OnCalendar=Mon 2026-11-29' } })
    expect(await scene.command(['validate'])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('checks.never.schedule: is never due: 2026-11-29 is a Sunday'),
    })
  })
})

describe('a run that was missed', () => {
  test('is told once, and once that it has run again', async () => {
    const scene = await makeWatchingScene('CREATE TABLE backups(at text)')
    const query = 'SELECT max(at) FROM backups'
    scene.watch({ backup: { query, schedule: '0 4 * * *', grace: '30m', timezone: 'Europe/Paris' } })
    const put = (at: Date): unknown => scene.database.prepare('INSERT INTO backups VALUES (?)').run(at.toISOString())
    put(new Date(Date.now() - 3 * 86_400_000))
    expect(await scene.command(['run'])).toMatchObject({ code: 2, stdout: '', stderr: '' })
    expect(scene.subjects()).toEqual([
      expect.stringMatching(
        /^\[lastalive\] CRITICAL backup: missed the run of 04:00 \(due \d{4}-\d\d-\d\d 04:00 \+0\d:00, grace 30 min\)$/,
      ),
    ])
    expect((await scene.command(['run'])).code).toBe(2)
    expect(scene.mails()).toEqual([])
    put(new Date())
    expect(await scene.command(['run'])).toMatchObject({ code: 0, stderr: '' })
    expect(scene.subjects()).toEqual([expect.stringMatching(/^\[lastalive\] OK backup: ran again after/)])
  })

  test('is judged by the clock on the wall, at its grace and a second after', async () => {
    const scene = await makeWatchingScene()
    const query = "SELECT '2026-11-22T03:00:01Z'"
    scene.watch({ b: { query, schedule: '0 4 * * *', grace: '30m', timezone: 'Europe/Paris' } })
    const at = async (now: string): Promise<number | null> => (await scene.command(['check', '--now', now])).code
    expect(await at('2026-11-23T03:29:59Z')).toBe(0)
    expect(await at('2026-11-23T03:30:00Z')).toBe(2)
  })
})

test('only open hours count: what came last on Friday evening is no alarm on Monday morning', async () => {
  const scene = await makeWatchingScene()
  const during = 'mon-fri 08:00-18:00'
  scene.watch({ imports: { query: "SELECT '2026-11-20T16:50:00Z'", critical: '3h', during, timezone: 'Europe/Paris' } })
  const at = async (now: string): Promise<string> => (await scene.command(['check', '--now', now])).stdout
  expect(await at('2026-11-23T07:05:00Z')).toMatch(/^OK - imports: .*\| imports=900s;;10800;0/)
  expect(await at('2026-11-23T10:00:00Z')).toMatch(
    /^CRITICAL - imports: silent for 3 h 10 min of open hours, since Fri 17:50 \(limit 3 h\)/,
  )
})

describe('lastalive recipes', () => {
  test('lists them, and shows one with its source, its version and its trap', async () => {
    const { code, stdout } = await lastalive(['recipes'])
    expect(code).toBe(0)
    expect(stdout.split('\n').length).toBeGreaterThan(13)
    const one = await lastalive(['recipes', 'nextcloud'])
    expect(one.stdout).toMatch(
      /^Nextcloud's background jobs\n[\s\S]*use: nextcloud[\s\S]*Source: +nextcloud\/server [\s\S]*Trap: /,
    )
  })

  test('names the rights that a role needs, where they are not plain', async () => {
    const { stdout } = await lastalive(['recipes', 'pgagent'])
    expect(stdout).toMatch(/^Rights: +GRANT pg_monitor TO watch; GRANT USAGE ON SCHEMA pgagent TO watch; GRANT SELECT/m)
    expect((await lastalive(['recipes', 'pgq'])).stdout).not.toContain('Rights:')
  })

  test('names the nearest', async () => {
    expect(await lastalive(['recipes', 'nextclod'])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('write nextcloud'),
    })
  })
})
