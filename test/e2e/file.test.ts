import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { lastalive } from '../support/command.ts'
import { canBeNobody, lastaliveAsNobody, NOBODY_MISSING } from '../support/nobody.ts'
import { makeWatchingScene } from '../support/watching.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'lastalive-files-'))
  chmodSync(dir, 0o755)
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
})

function put(name: string, secondsAgo: number, content = 'x'): void {
  const at = new Date(Date.now() - secondsAgo * 1_000)
  writeFileSync(join(dir, name), content)
  utimesSync(join(dir, name), at, at)
}

describe('on one line', () => {
  const check = (path: string, ...more: readonly string[]) =>
    lastalive(['check', '--file', join(dir, path), '--name', 'backup', ...more])

  test('the age of the newest is judged', async () => {
    put('a.dump', 7_200)
    put('b.dump', 600)
    expect(await check('*.dump', '-c', '1h')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /^OK - backup: alive 10 min ago \(limit 1 h\) \| backup=60\ds;;3600;0 backup_response=/,
      ),
    })
    expect((await check('a.dump', '-c', '1h')).stdout).toMatch(/^CRITICAL - backup: silent for 2 h \(limit 1 h\)/)
  })

  test.each([
    ['size', '4:', 'CRITICAL - backup: 3 (limit 4:) | backup=3;;4:'],
    ['count', '1', 'CRITICAL - backup: 2 (limit 1) | backup=2;;1'],
    ['number', '40', 'CRITICAL - backup: 42 (limit 40) | backup=42;;40'],
  ])('the %s is judged', async (measure, limit, line) => {
    put('a.dump', 7_200, '41')
    put('b.dump', 600, '42\n')
    expect((await check('*.dump', '--measure', measure, '-c', limit)).stdout).toContain(`${line} backup_response=`)
  })

  test('what stands inside is a deadline as well', async () => {
    put('lease.json', 0, JSON.stringify({ until: new Date(Date.now() - 60_000) }))
    const { stdout } = await check('lease.json', '--json', '$.until', '--expires')
    expect(stdout).toMatch(/^CRITICAL - backup: overdue for 1 min/)
  })

  test('a missing file is as bad as it is said to be', async () => {
    expect(await check('none', '-c', '1h')).toMatchObject({ code: 3 })
    expect(await check('none', '-c', '1h', '--missing', 'critical')).toMatchObject({
      code: 2,
      stdout: expect.stringContaining(`CRITICAL - backup: there is no ${dir}/none`),
    })
  })

  test('how long it took has limits', async () => {
    put('a', 0)
    const { stdout } = await check('a', '-c', '10', '--with', 'measure=size', '--response-critical', '1h')
    expect(stdout).toMatch(/^OK - backup: 1 \(limit 10\) \| backup=1;;10 backup_response=0.\d+s;;3600;0$/m)
  })

  test('text in a name and in a file is made harmless', async () => {
    put('a\x1b[2J\n|x=1', 0, '\x1b]0;x\x07 \0 | y=1')
    const { stdout } = await check('a*', '--measure', 'number', '-c', '1')
    expect(stdout).toContain('UNKNOWN - backup: ')
    expect(stdout).not.toMatch(/[\x00-\x09\x0b-\x1f]/)
    expect(stdout.trimEnd().split('\n')).toHaveLength(1)
  })
})

test('is told once when it goes silent, and once when it is back', async () => {
  const scene = await makeWatchingScene()
  put('a.dump', 7_200)
  scene.watch({ backup: { database: undefined, file: join(dir, '*.dump'), critical: '1h' } })
  expect(await scene.command(['run'])).toMatchObject({ code: 2, stdout: '', stderr: '' })
  expect(await scene.command(['run'])).toMatchObject({ code: 2 })
  expect(scene.subjects()).toEqual(['[lastalive] CRITICAL backup: silent for 2 h (limit 1 h)'])
  put('b.dump', 0)
  expect(await scene.command(['run'])).toMatchObject({ code: 0 })
  expect(await scene.command(['run'])).toMatchObject({ code: 0 })
  expect(scene.subjects()).toEqual([expect.stringMatching(/^\[lastalive\] OK backup: alive again after /)])
})

test('keeps a schedule', async () => {
  const scene = await makeWatchingScene()
  writeFileSync(join(dir, 'a'), '')
  const at = new Date('2026-11-21T03:10:00Z')
  utimesSync(join(dir, 'a'), at, at)
  scene.watch({ backup: { database: undefined, file: join(dir, 'a'), schedule: '0 3 * * *' } })
  const { stdout } = await scene.command(['check', '--now', '2026-11-22T04:00:00Z'])
  expect(stdout).toMatch(/^CRITICAL - backup: missed the run of 03:00/)
})

test('validate finds each mistake, with what to write', async () => {
  const scene = await makeWatchingScene()
  const check = (more: object) => ({ database: undefined, file: '/srv/a', ...more })
  scene.watch({
    relative: check({ file: 'srv/a', critical: '1h' }),
    deep: check({ file: '/srv/**/a', critical: '1h' }),
    inside: check({ measure: 'size', json: '$.a', critical: 1 }),
    unit: check({ unit: 'ms', critical: '1h' }),
    limit: check({}),
    measure: check({ measure: 'sizes', critical: 1 }),
    key: check({ key: 'a', critical: '1h' }),
  })
  const { code, stderr } = await scene.command(['validate'])
  expect(code).toBe(3)
  expect(
    stderr
      .replaceAll(/^.*?: checks\./gm, '')
      .trim()
      .split('\n'),
  ).toEqual([
    'relative.file: is not an absolute path; write /srv/backup/*.dump',
    'deep.file: has ** in it; write a * for each folder, as in /srv/*/*',
    'inside.json: goes with measure: age or measure: number; leave it out',
    'unit.unit: goes with json or pattern; leave it out',
    expect.stringMatching(/^limit: has no limit; write critical: 10m, say/),
    'measure.measure: "sizes" is not known; write size',
    'key.key: goes with database; leave it out',
  ])
})

test('checks with and without a database stand side by side', async () => {
  const scene = await makeWatchingScene('CREATE TABLE runtime_info(rt_key, rt_value)')
  put('a', 0)
  scene.watch({
    mdx: { key: 'last_alive', critical: '10m', missing: 'warning' },
    backup: { database: undefined, file: join(dir, 'a'), critical: '1h' },
  })
  expect(await scene.judged()).toMatchObject({
    backup: expect.stringMatching(/^ok: alive/),
    mdx: expect.stringMatching(/^warning: /),
  })
})

describe.skipIf(!canBeNobody())(`without rights (${NOBODY_MISSING} where skipped)`, () => {
  test.each([
    ['a folder that may not be listed', 'closed/*', 'no right to look at DIR/closed'],
    ['a folder that may not be entered', 'closed/a', 'no right to look at DIR/closed/a'],
    ['a file that may not be read', 'a', 'no right to look at DIR/a'],
  ])('%s is unknown', async (_, name, words) => {
    mkdirSync(join(dir, 'closed'))
    put('closed/a', 0)
    put('a', 0, '1')
    for (const path of ['closed', 'a']) chmodSync(join(dir, path), 0)
    if (process.getuid?.() === 0) execFileSync('chown', ['-R', '0', dir])
    const line = ['check', '--file', join(dir, name), '--measure', 'number', '-c', '1', '--name', 'a']
    const { code, stdout } = await lastaliveAsNobody(line)
    chmodSync(join(dir, 'closed'), 0o755)
    expect([code, stdout]).toEqual([3, expect.stringContaining(`UNKNOWN - a: ${words.replace('DIR', dir)}`)])
  })
})
