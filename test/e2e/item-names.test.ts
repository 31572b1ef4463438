import fc from 'fast-check'
import { expect, test } from 'vitest'
import { repetitions } from '../support/command.ts'
import { parsePerfdata } from '../support/plugin-output.ts'
import { makeWatchingScene } from '../support/watching.ts'

/** Names that somebody could write into a table in order to do harm, or without meaning any. */
const NASTY = [
  '../../etc/x',
  '/etc/passwd',
  '..',
  '.',
  '-rf',
  'a/b',
  'a\\b',
  'worker',
  'Worker',
  'WORKER',
  'worker ',
  ' worker',
  "it's",
  '"quoted"',
  "o'=1;2|evil=9",
  'a|b',
  'a\nSubject: you have won',
  'a\r\nBcc: everyone@example.org',
  'a\0b',
  '\u0000',
  '\u001b[2J',
  '\u202egnp.exe',
  '\ufeff',
  'é',
  'e\u0301',
  'ПРИВЕТ',
  '漢字',
  '👩‍👩‍👧',
  'ß',
  'SS',
  'İ',
  'constructor',
  '__proto__',
  'prototype',
  'toString',
  'null',
  '0',
  '*',
  '?',
  '${HOME}',
  '$(reboot)',
  '`id`',
  '<script>alert(1)</script>',
  'x'.repeat(300),
  `${'x'.repeat(299)}y`,
  '漢'.repeat(100),
]

/** So many different names, the nasty ones first; the others are made of the same stuff, by a seed that does not change. */
function namesFor(count: number): readonly string[] {
  const part = fc.oneof(
    fc.constantFrom(...NASTY),
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.string({ maxLength: 8 }),
  )
  const name = fc
    .array(part, { minLength: 1, maxLength: 3 })
    .map((parts) => Buffer.from(parts.join('').slice(0, 300)).toString())
  const more = fc.sample(name, { numRuns: 4 * count, seed: 20_261_122 })
  return [...new Set([...NASTY, ...more])].filter((text) => text !== '').slice(0, count)
}

/** Sorted by name the one with nothing else comes first, as an escape. */
const NUL = String.raw`\x00`

const COUNT = repetitions(2_000)

test(`${COUNT} names give as many incidents, and back`, { timeout: 240_000 }, async () => {
  const scene = await makeWatchingScene('CREATE TABLE w(name text, seen integer)')
  const names = namesFor(COUNT)
  const put = scene.database.prepare('INSERT INTO w VALUES (?, 1000)')
  scene.database.transaction(() => names.forEach((name) => void put.run(name)))()
  scene.watch({ w: { rows: 'SELECT name, seen FROM w', critical: '5m' } })
  const { code, stdout, stderr } = await scene.command(['run', '--format', 'json', '-t', '2m'])
  expect({ code, stderr }).toEqual({ code: 2, stderr: '' })
  const rows: readonly { readonly item: string | null }[] = JSON.parse(stdout).checks
  expect(new Set(rows.flatMap(({ item }) => (item === null ? [] : [item])))).toEqual(new Set(names))
  expect(scene.lockfiles()).toHaveLength(COUNT)
  expect(scene.mails().map(({ parsed }) => [parsed.headers.get('bcc'), parsed.subject?.slice(0, 37)])).toEqual([
    [undefined, `[lastalive] CRITICAL ${COUNT} checks: w/${NUL}`.slice(0, 37)],
  ])

  expect(await scene.command(['run', '-t', '2m'])).toMatchObject({ code: 2, stdout: '', stderr: '' })
  expect(scene.mails()).toEqual([])

  scene.database.exec("UPDATE w SET seen = strftime('%s')")
  expect(await scene.command(['run', '-t', '2m'])).toMatchObject({ code: 0, stdout: '', stderr: '' })
  expect(scene.mails()).toHaveLength(1)
  expect(scene.lockfiles()).toEqual([])
})

test('each name is on a line of its own, with a label of its own', async () => {
  const scene = await makeWatchingScene('CREATE TABLE w(name text, seen integer)')
  const names = namesFor(300)
  const put = scene.database.prepare('INSERT INTO w VALUES (?, 1000)')
  scene.database.transaction(() => names.forEach((name) => void put.run(name)))()
  scene.watch({ w: { rows: 'SELECT name, seen FROM w', critical: '5m' } })
  const { stdout } = await scene.command(['check'])
  const lines = stdout.split('\n').slice(0, -1)
  expect(lines).toHaveLength(names.length + 1)
  expect(lines.map((line) => line.split('|').length)).toEqual([2, ...names.map(() => 1)])
  const labels = parsePerfdata(lines[0]?.split(' | ')[1] ?? '').map(({ label }) => label)
  expect(new Set(labels).size).toBe(names.length + 2)
})

test.each(['a\nb', "it's", '../../etc/x', '漢字', '\u202egnp.exe'])(
  'an incident of %j is forgotten by the name that status shows',
  async (name) => {
    const scene = await makeWatchingScene('CREATE TABLE w(name text, seen integer)')
    scene.database.prepare('INSERT INTO w VALUES (?, 1000)').run(name)
    scene.watch({ w: { rows: 'SELECT name, seen FROM w', critical: '5m' } })
    await scene.command(['run'])
    const { stdout } = await scene.command(['status'])
    const [, shown = ''] = /^CRITICAL {2}(.*): silent for/.exec(stdout) ?? []
    expect(await scene.command(['clear', shown])).toMatchObject({ code: 0, stderr: '' })
    expect(scene.lockfiles()).toEqual([])
  },
)
