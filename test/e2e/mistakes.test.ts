import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { check, configure, MDX, MDX_OPENED, type Parts, run, stale, WRONG } from '../support/mistaken.ts'
import { lastaliveAgain as lastalive } from '../support/resident.ts'
import { ALERT, type SqliteScene } from '../support/scene.ts'

/** A mistake in a configuration must not silence what is valid beside it, nor stay unsaid itself. */

describe('what is wrong beside a stale check', () => {
  test.each<readonly [string, Parts, RegExp, number]>([
    ['a limit of another check', { checks: `${MDX}${WRONG}` }, /"30 minuts" is not a duration; write 30m/, 2],
    ['an unset variable in another database', { databases: `  shop: \${NOT_SET_ANYWHERE}\n` }, /is not set/, 2],
    [
      'the URL of another database',
      { databases: '  shop: "postgres://a@b@c/d"\n' },
      /lastalive\.yaml:4: databases\.shop/,
      2,
    ],
    [
      'a name that stands twice',
      { checks: `${MDX}${WRONG.replace(' minuts', 'm')}${WRONG.replace('30 minuts', '20m')}` },
      /lastalive\.yaml:9: checks\.imports: stands here for the second time.*\n {2}Not read: {2}imports\n/,
      2,
    ],
    [
      'a key that stands twice',
      { checks: `${MDX}${WRONG.replace('30 minuts', '1h, critical: 2h')}` },
      /:8: .*critical/,
      2,
    ],
    ['a section that stands twice', { top: 'checks: {}\n' }, /lastalive\.yaml:7: checks: stands here for/, 2],
    ['a key that nobody knows', { top: 'colour: red\n' }, /there is no such key/, 2],
    ['who watches', { top: 'instance: ""\n' }, /lastalive\.yaml:2: instance/, 2],
    [
      'another notifier',
      { notifiers: '  chat: { webhook: { url: "no url" } }\n' },
      /lastalive\.yaml:6: notifiers\.chat/,
      4,
    ],
  ])('%s is told beside it, once', async (_, parts, words, code) => {
    const scene = await stale()
    configure(scene, parts)
    expect((await run(scene)).code).toBe(code)
    const [mail, ...more] = scene.mails()
    expect(more).toEqual([])
    expect(mail?.parsed.subject).toBe('[lastalive] CRITICAL mdx; UNKNOWN configuration')
    expect(mail?.parsed.text).toMatch(words)
    expect((await run(scene)).code).toBe(code)
    expect(scene.subjects()).toEqual([])
  })

  test('a file of conf.d that is no YAML is told, and what may stand in it does not end', async () => {
    const scene = await stale()
    configure(scene, {})
    const more = join(scene.dir, 'conf.d')
    mkdirSync(more)
    const write = (text: string) => writeFileSync(join(more, 'more.yaml'), text, { mode: 0o600 })
    write('checks:\n  other: { database: mail, key: last_alive, critical: 5m }\n')
    expect((await run(scene)).code).toBe(2)
    expect(scene.subjects()).toEqual(['[lastalive] CRITICAL 2 checks: mdx, other'])
    write('checks: [')
    expect((await run(scene)).code).toBe(2)
    expect(scene.subjects()).toEqual([expect.stringMatching(/^\[lastalive\] UNKNOWN configuration: .*more\.yaml/)])
    write('{}')
    expect((await run(scene)).code).toBe(2)
    expect(scene.subjects()).toEqual(['[lastalive] OK 2 checks: other, configuration'])
  })

  test('validate refuses, with each mistake of each stage', async () => {
    const scene = await stale()
    configure(scene, { checks: `${MDX}${WRONG}`, databases: '  shop: "postgres://a@b@c/d"\n' })
    const outcome = await lastalive(['validate', '--config', join(scene.dir, 'lastalive.yaml')])
    expect(outcome).toMatchObject({ code: 3, stdout: '' })
    expect(outcome.stderr).toMatch(/yaml:4: databases\.shop.*\n.*yaml:9: checks\.imports\.critical: "30 minuts"/)
  })

  test('nothing is told where nobody can be: the mistakes are refused, as wrong usage is', async () => {
    const scene = await stale()
    writeFileSync(
      join(scene.dir, 'lastalive.yaml'),
      `databases: { mail: "sqlite:${scene.path}" }\nchecks:\n${MDX}${WRONG}`,
      { mode: 0o600 },
    )
    expect(await run(scene)).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/yaml:4: checks\.imports\.critical/),
    })
  })
})

describe('from run to run', () => {
  test('a new mistake is told, fewer are not, and that there is none is told once', async () => {
    const scene = await stale()
    scene.beat(10)
    configure(scene, { checks: `${MDX}${WRONG}` })
    expect((await run(scene)).code).toBe(3)
    expect(scene.subjects()).toEqual([expect.stringMatching(/^\[lastalive\] UNKNOWN configuration: .*30 minuts/)])
    configure(scene, { top: '\n\n', checks: `${MDX}${WRONG}` })
    expect((await run(scene)).code).toBe(3)
    expect(scene.subjects()).toEqual([])
    configure(scene, { checks: `${MDX}${WRONG}`, databases: '  shop: ""\n' })
    expect((await run(scene)).code).toBe(3)
    expect(scene.subjects()).toEqual([
      expect.stringMatching(/^\[lastalive\] UNKNOWN configuration: 2 mistakes, the first in .*shop/),
    ])
    configure(scene, { databases: '  shop: ""\n' })
    expect((await run(scene)).code).toBe(3)
    expect(scene.subjects()).toEqual([])
    configure(scene, {})
    expect(await run(scene)).toMatchObject({ code: 0, stdout: '', stderr: '' })
    expect(scene.subjects()).toEqual([expect.stringMatching(/^\[lastalive\] OK configuration: valid again after/)])
    expect(await run(scene)).toMatchObject({ code: 0 })
    expect(scene.subjects()).toEqual([])
  })

  test('what is open of a check stays open, and silent, while its entry is wrong', async () => {
    const scene = await stale()
    const remind = MDX.replace('}', ', remind: always }')
    configure(scene, { checks: remind })
    await run(scene)
    expect(scene.subjects()).toEqual([MDX_OPENED])
    configure(scene, { checks: remind.replace('10m', '10 minuts') })
    expect((await run(scene)).code).toBe(3)
    expect(scene.subjects()).toEqual([expect.stringMatching(/^\[lastalive\] UNKNOWN configuration/)])
    configure(scene, { checks: remind })
    scene.beat(10)
    await run(scene)
    expect(scene.subjects()).toEqual(['[lastalive] OK 2 checks: mdx, configuration'])
  })

  test('a notifier whose entry is wrong is owed what there is to say, and hears it when that is mended', async () => {
    const scene = await stale()
    const second = (url: string) => `  boss: { mail: { to: [boss@domain.tld], from: w@domain.tld, smtp: "${url}" } }\n`
    configure(scene, { notifiers: second('smpt://nowhere') })
    const outcome = await run(scene)
    expect(outcome).toMatchObject({
      code: 4,
      stderr: expect.stringMatching(/not told: boss\/boss@domain\.tld of .*notifiers\.boss/),
    })
    expect(scene.mails()).toHaveLength(1)
    configure(scene, { notifiers: second(scene.smtp.url) })
    expect((await run(scene)).code).toBe(2)
    const mails = scene.mails().map(({ parsed }) => [JSON.stringify(parsed.to), parsed.subject])
    expect(mails).toContainEqual([expect.stringMatching(/boss@domain\.tld/), expect.stringMatching(/CRITICAL mdx/)])
  })

  test('a run of some checks opens and ends only what concerns these', async () => {
    const scene = await stale()
    scene.beat(10)
    configure(scene, { checks: `${MDX}${WRONG}` })
    expect((await run(scene, 'mdx')).code).toBe(0)
    expect(scene.subjects()).toEqual([])
    expect((await run(scene, 'imports')).code).toBe(3)
    expect(scene.subjects()).toEqual([expect.stringMatching(/UNKNOWN configuration/)])
    configure(scene, { checks: `${MDX}${WRONG.replace('30 minuts', '30m')}` })
    await run(scene, 'mdx')
    expect(scene.subjects()).toEqual([])
    await run(scene, 'imports')
    expect(scene.subjects()).toContainEqual(expect.stringMatching(/OK configuration/))
  })
})

describe('check', () => {
  test('has a row of the configuration', async () => {
    const scene = await stale()
    configure(scene, { checks: `${MDX}${WRONG}` })
    const outcome = await check(scene)
    expect(outcome).toMatchObject({ code: 2, stderr: '' })
    expect(outcome.stdout).toMatch(/^UNKNOWN - configuration: .*yaml:8: checks\.imports\.critical/m)
    expect(outcome.stdout).toMatch(/^CRITICAL - mdx: silent for 42 min/m)
  })

  test('of one that is well speaks of that alone, and says the mistake aside', async () => {
    const scene = await stale()
    scene.beat(10)
    configure(scene, { checks: `${MDX}${WRONG}` })
    const outcome = await check(scene, 'mdx')
    expect(outcome).toMatchObject({ code: 0, stderr: expect.stringMatching(/checks\.imports\.critical/) })
    expect(outcome.stdout).toMatch(/^OK - mdx: alive/)
  })

  test('of one that cannot be read says where the mistake is', async () => {
    const scene = await stale()
    configure(scene, { checks: `${MDX}${WRONG}` })
    const outcome = await check(scene, 'imports')
    expect(outcome.code).toBe(3)
    expect(outcome.stdout).toMatch(/^UNKNOWN - imports: not read: .*yaml:8: checks\.imports\.critical: "30 minuts"/)
  })
})

describe('a line of cron with a database that is not set', () => {
  const line = (scene: SqliteScene, url: string, ...more: readonly string[]) =>
    lastalive([
      ...['run', '--url', url, '--key', 'last_alive', '--critical', '10m', '--name', 'mdx'],
      ...['--to', ALERT, '--from', 'w@domain.tld', '--smtp', scene.smtp.url, ...more],
    ])

  test('is told once where it has a lockfile, and its end as well', async () => {
    const scene = await stale()
    scene.beat(10)
    expect(await line(scene, '', '--lockfile', scene.lockfile)).toMatchObject({ code: 3 })
    expect(scene.subjects()).toEqual([expect.stringMatching(/^\[lastalive\] UNKNOWN configuration: --url/)])
    expect(await line(scene, '', '--lockfile', scene.lockfile)).toMatchObject({ code: 3 })
    expect(scene.subjects()).toEqual([])
    expect(await line(scene, `sqlite:${scene.path}`, '--lockfile', scene.lockfile)).toMatchObject({ code: 0 })
    expect(scene.subjects()).toEqual([expect.stringMatching(/^\[lastalive\] OK configuration/)])
  })

  test('leaves what is open at the lockfile alone', async () => {
    const scene = await stale()
    await line(scene, `sqlite:${scene.path}`, '--lockfile', scene.lockfile)
    expect(scene.subjects()).toEqual([MDX_OPENED])
    await line(scene, '', '--lockfile', scene.lockfile)
    expect(scene.subjects()).toEqual([expect.stringMatching(/UNKNOWN configuration/)])
    scene.beat(10)
    await line(scene, `sqlite:${scene.path}`, '--lockfile', scene.lockfile)
    expect(scene.subjects()).toEqual(['[lastalive] OK 2 checks: mdx, configuration'])
  })

  test.each([
    ['an empty key', '', /--key: is empty \(a variable that is not set\?\)/],
    [
      'an empty limit behind a key',
      'last_alive=',
      /--key: "" behind the = is not a duration; write --key last_alive=10m/,
    ],
  ])('and so is %s', async (_, key, words) => {
    const scene = await stale()
    const written = ['--url', `sqlite:${scene.path}`, '--key', key, '--critical', '10m', '--lockfile', scene.lockfile]
    const tell = ['--to', ALERT, '--from', 'w@domain.tld', '--smtp', scene.smtp.url]
    expect(await lastalive(['run', ...written, ...tell])).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(words),
    })
    expect(scene.subjects()).toEqual([expect.stringMatching(/^\[lastalive\] UNKNOWN configuration: --key/)])
    expect(await lastalive(['run', ...written, ...tell])).toMatchObject({ code: 3 })
    expect(scene.subjects()).toEqual([])
  })

  test('is told once a day where it has none', async () => {
    const scene = await stale()
    const state = ['--state', join(scene.dir, 'state')]
    expect(await line(scene, '', ...state)).toMatchObject({ code: 3, stderr: expect.stringMatching(/--url/) })
    expect(scene.subjects()).toEqual([expect.stringMatching(/UNKNOWN configuration: --url/)])
    expect(await line(scene, '', ...state)).toMatchObject({ code: 3 })
    expect(scene.subjects()).toEqual([])
    expect(await lastalive(['status', ...state])).toMatchObject({ code: 0 })
  })

  test('is refused where nobody can be told', async () => {
    const refused = await lastalive(['run', '--url', '', '--key', 'last_alive', '--critical', '10m'])
    expect(refused).toMatchObject({ code: 3, stderr: expect.stringMatching(/^lastalive: --url/) })
  })
})
