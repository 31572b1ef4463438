import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { startScript } from '../notifiers/mail/smtp-servers.ts'
import { expectLines, TEN } from '../support/query-lines.ts'
import { lastaliveAgain as lastalive } from '../support/resident.ts'
import { makeSqliteScene } from '../support/scene.ts'
import { makeWatchingScene } from '../support/watching.ts'

test('a sender whom a mail server with PIPELINING refuses is told as that, and not as a refused recipient', async () => {
  const after = { RCPT: '503 5.5.1 need MAIL', DATA: '503 5.5.1 need MAIL' }
  const { url } = await startScript('220 hello', { EHLO: '250-fine\r\n250 PIPELINING', MAIL: '550 not you', ...after })
  const line = await makeSqliteScene()
  line.beat(2_525)
  expect(await line.run(['--smtp', url])).toMatchObject({
    code: 4,
    stderr: expect.stringMatching(/refused the sender alert-sender@domain\.tld: 550 not you/),
  })
})

test.each([
  ['of this zone, where it is that of UTC', [], /^ {2}Seen at: +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+00:00$/m],
  ['of both zones, where they differ', ['--timezone', 'Asia/Kathmandu'], /Seen at: .*\+05:45 \(.*Z\)$/m],
])('a mail has the time %s', async (_, words, shown) => {
  const line = await makeSqliteScene()
  line.beat(2_525)
  await line.run(words)
  expect(line.mails()[0]?.parsed.text).toMatch(shown)
})

test('times are read as other programs write them', () =>
  expectLines(
    [
      '2026-11-22 11:50:30.123456789 +0000 UTC',
      '2026-11-22 12:50:30.5 +0100 CET m=+0.000012345',
      '2026-11-22 17:20:30 +0530 +0530',
      'Sun, 22 Nov 2026 11:50:30 GMT',
      'Sun, 22 Nov 2026 12:50:30 +0100 (CET)',
      'Sun Nov 22 2026 12:50:30 GMT+0100 (Central European Standard Time)',
      '2026-11-22T12:50:30.123456+01:00[Europe/Berlin]',
      '20261122115030',
      '1.79534823E9',
      '"2026-11-22T11:50:30Z"',
      '2026-11-22T11:50:30+00:00Z',
    ].map((text) => [text, `SELECT '${text}'`, TEN, 'OK - x: alive 9 min ']),
  ))

test('a date that may be one of two is refused by name', () =>
  expectLines([['of April or March', "SELECT '03/04/2026'", TEN, 'UNKNOWN - x: the value: "03/04/2026" does not say']]))

test.each(['tu%2dwhit%21', 'tu-whit%21', 'tu%2Dwhit!'])(
  'a password is hidden where a mail server quotes it as %s, which is not how it was written',
  async (quoted) => {
    const { url } = await startScript('220 hello', { EHLO: '250-fine\r\n250 AUTH PLAIN', AUTH: `535 not ${quoted}` })
    const line = await makeSqliteScene()
    line.beat(2_525)
    const { stderr } = await line.run(['--smtp', url.replace('//', '//watch:%74u-whit!@')])
    expect(stderr).toContain('535 not ')
    expect(stderr).not.toContain(quoted)
  },
)

test('a keyword that only libpq knows is called that', async () => {
  const url = 'host=db dbname=mail require_auth=scram-sha-256'
  expect(await lastalive(['check', '--url', url, '--key', 'a', '-c', '10m'])).toMatchObject({
    code: 3,
    stdout: expect.stringContaining(`libpq's keyword "require_auth" is not supported`),
  })
})

describe('a configuration', () => {
  test('may keep what several checks share under a key of its own at the top', async () => {
    const scene = await makeWatchingScene()
    const file = join(scene.state, '../shared.yaml')
    writeFileSync(
      file,
      [
        'x-minutes: &minutes { database: app, critical: 10m }',
        `databases: { app: 'sqlite:${scene.path}' }`,
        'checks: { mdx: { <<: *minutes, key: last_alive } }',
        '',
      ].join('\n'),
      { mode: 0o600 },
    )
    expect(await lastalive(['validate', '--config', file])).toMatchObject({ code: 0 })
  })

  test('may leave the password of a mail server in a file', async () => {
    const scene = await makeWatchingScene()
    const file = join(scene.state, '../password')
    writeFileSync(file, 'secret\n', { mode: 0o600 })
    const mail = {
      to: 'alert@domain.tld',
      from: 'a@domain.tld',
      smtp: 'smtps://watch@mail.example',
      password_file: file,
    }
    scene.watch({ mdx: { key: 'k', critical: '10m' } }, { notifiers: { ops: { mail } } })
    expect(await scene.command(['validate'])).toMatchObject({ code: 0 })
  })

  test('names the criticality that was meant, and no other key', async () => {
    const scene = await makeWatchingScene()
    scene.watch({ mdx: { key: 'k', crit: '10m' } })
    const { code, stderr } = await scene.command(['validate'])
    expect([code, stderr.length < 400, stderr]).toEqual([
      3,
      true,
      expect.stringMatching(/checks\.mdx\.crit: .*critical/),
    ])
  })
})

test('a history of less than a day has no figure for the days before', async () => {
  const line = await makeSqliteScene()
  for (const age of [2_525, 5]) {
    line.beat(age)
    await line.run()
  }
  const { stdout } = await lastalive(['status', '--history', '--lockfile', line.lockfile])
  expect(stdout).toMatch(/–/)
  expect(stdout).not.toMatch(/\b\d{1,2}\.\d+ ?%/)
})
