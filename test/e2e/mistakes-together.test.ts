import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { check, configure, MDX, run, stale, WRONG } from '../support/mistaken.ts'

describe('what cannot be read may hold what is named', () => {
  test.each([
    ['a section that is no mapping', 'checks: 5\n'],
    ['a key that is nearly the name of a section', 'chekcs:\n  other: { database: mail, key: k, critical: 5m }\n'],
    ['a list in place of a file', '[checks]\n'],
    ['a file that is no YAML', 'checks: [\n'],
  ])('%s in a file of conf.d, where all checks stand, is one mistake', async (_, text) => {
    const scene = await stale()
    const file = configure(scene, { checks: '' })
    writeFileSync(file, readFileSync(file, 'utf8').replace('checks:\n', ''), { mode: 0o600 })
    mkdirSync(join(scene.dir, 'conf.d'))
    writeFileSync(join(scene.dir, 'conf.d', 'more.yaml'), text, { mode: 0o600 })
    expect((await run(scene)).code).toBe(3)
    expect(scene.subjects()).toEqual([
      expect.stringMatching(/^\[lastalive\] UNKNOWN configuration: [^ ]*conf\.d\/more\.yaml:\d+: /),
    ])
  })

  test('what is named in a section that cannot be read is no second mistake', async () => {
    const scene = await stale()
    const file = configure(scene, { checks: MDX.replace('}', ', notify: [ops] }') })
    const text = readFileSync(file, 'utf8')
    writeFileSync(file, text.replace(/databases:\n.*\n/, 'databases: 5\n'), { mode: 0o600 })
    expect(await check(scene, 'mdx')).toMatchObject({
      code: 3,
      stdout: expect.stringMatching(/^UNKNOWN - mdx: not read: .*yaml:2: databases: is not a mapping/),
    })
    expect((await run(scene)).code).toBe(3)
    expect(scene.subjects()).toEqual([expect.stringMatching(/UNKNOWN configuration: [^ ]*yaml:2: databases: /)])
    writeFileSync(file, text.replace('notifiers:', 'notifers:'), { mode: 0o600 })
    const refused = await run(scene)
    expect(refused.stderr).toMatch(/^lastalive: .*yaml:4: notifers: there is no such key; write notifiers\n$/)
  })
})

describe('what is said of several mistakes, and of what is not read for them', () => {
  const NOT_READ = /^ {2}not read: imports, orders$/m
  const SHOP = /^ {2}\S*yaml:4: databases\.shop: /m
  const IMPORTS = /^ {2}\S*yaml:9: checks\.imports\.critical: "30 minuts" is not a duration; write 30m$/m

  test.each([
    ['run --verbose', ['run', '--verbose'], [SHOP, IMPORTS, NOT_READ]],
    ['run --dry-run', ['run', '--dry-run'], [SHOP, IMPORTS, NOT_READ]],
    ['check --verbose', ['check', '--verbose'], [SHOP, IMPORTS, NOT_READ]],
    [
      'check --format json',
      ['check', '--format', 'json'],
      [/"mistakes":\["[^"]*yaml:4: databases\.shop: .*yaml:9: checks\..*write 30m"\],"notRead":\["imports","orders"\]/],
    ],
    [
      'run --format json',
      ['run', '--format', 'json'],
      [/"name":"run:configuration".*"summary":"2 mistakes, the first in .*"notRead":\["imports","orders"\]/],
    ],
  ] as const)('%s names them', async (_, [command, ...more], lines) => {
    const scene = await stale()
    const orders = '  orders: { database: shop, key: last_order, critical: 10m }\n'
    configure(scene, { checks: `${MDX}${WRONG}${orders}`, databases: '  shop: "postgres://a@b@c/d"\n' })
    const { stdout } = await (command === 'run' ? run : check)(scene, ...more)
    for (const line of lines) expect(stdout).toMatch(line)
  })

  test('the mail names the first of the checks that are not read, and how many more', async () => {
    const scene = await stale()
    const others = Array.from({ length: 12 }, (_, i) => `  n${i}: { database: shop, key: k, critical: 10m }\n`)
    configure(scene, { checks: `${MDX}${others.join('')}`, databases: '  shop: ""\n' })
    await run(scene)
    expect(scene.mails()[0]?.parsed.text).toMatch(
      /^ {2}Mistake: .*shop.*\n {2}Not read: {2}n0, n1, n10, n11, n2, n3, n4, n5, n6, n7 and 2 more\n {2}To do: /m,
    )
    await run(scene)
    expect(scene.mails()).toEqual([])
  })

  test.each([
    ['run', '--dry-run'],
    ['run', '--verbose'],
    ['run', '--format', 'json'],
    ['check', '--verbose'],
    ['check', 'nosuch'],
  ])('the name of a check that is a URL is not shown by %s %s', async (command, ...more) => {
    const scene = await stale()
    configure(scene, { checks: `${MDX}  "postgres://u:s3cret-word@h/d": { database: mail, key: k, critical: 1h }\n` })
    const { stdout, stderr } = await (command === 'run' ? run : check)(scene, ...more)
    const mails = scene.mails().map(({ raw }) => raw)
    expect(`${stdout}${stderr}${mails.join('')}`).not.toContain('s3cret')
    expect(`${stdout}${stderr}`).toMatch(/checks\.<url>: |there is no check nosuch/)
  })

  test('a plugin line without figures has no bar', async () => {
    const scene = await stale()
    configure(scene, { checks: WRONG })
    for (const names of [[], ['imports']])
      expect((await check(scene, ...names)).stdout).toMatch(/^UNKNOWN - [^|]*write 30m(?:; [^|]*[^ |])?\n$/)
  })
})
