import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Outcome } from '../support/command.ts'
import { ALIVE, LATE, makeHands, SILENT } from '../support/hands.ts'
import { expectUnmoved } from '../support/hostile.ts'
import { lastaliveAgain } from '../support/resident.ts'
import { makeSqliteScene, RUNTIME_INFO, type SqliteScene } from '../support/scene.ts'
import { makeSendmail } from '../support/sendmail.ts'
import { endSilencesAt, historiesOf, letAcknowledgementsRunOut, quietLinesOf } from '../support/told.ts'

const HOSTILE = 'seen\r\nBcc: evil@domain.tld\u001b[31m\u202e<script>alert(1)</script> {headline}'
const CLEAN = 'seen\\r\\nBcc: evil@domain.tld\\x1b[31m\\u202e<script>alert(1)</script> {headline}'
const ALWAYS = { remind: 'always' }
const _HOUR = 3_600_000
const _isRoot = process.getuid?.() === 0

test('what is acknowledged or silenced is quiet for as long as it was meant to be', { timeout: 60_000 }, async () => {
  const scene = await makeHands({
    seen: ALWAYS,
    worse: ALWAYS,
    while: {},
    anew: ALWAYS,
    workers: { ...ALWAYS, key: 'host-*' },
    beyond: { ...ALWAYS, database: 'lost' },
    named: {},
    never: {},
    night: { tags: ['night', 'cron'] },
    ended: {},
    open: ALWAYS,
    closing: {},
    loud: ALWAYS,
  })
  const LATER = ['named', 'never', 'night', 'ended']
  const AT_FIRST = ['seen', 'worse', 'while', 'anew', 'host-1', 'host-2', 'open', 'closing', 'loud']
  scene.beat(LATE, ...AT_FIRST)
  const runs = [await scene.run()]

  const seen = ['seen', 'worse', 'anew', 'workers/*', 'database:lost', '--note', HOSTILE]
  const acknowledged = [await scene.hand('ack', ...seen), await scene.hand('ack', 'while', '--for', '4h')]
  const night = ['na*d', 'never', '--tag', 'night', '--for', '2h', '--note', HOSTILE]
  const silenced = [
    await scene.hand('silence', ...night),
    await scene.hand('silence', 'ended', 'open', 'closing', '--for', '2h'),
  ]
  scene.beat(SILENT, 'worse', 'open', ...LATER)
  scene.beat(ALIVE, 'closing')
  runs.push(await scene.run())

  letAcknowledgementsRunOut(scene.state)
  const ended = [await scene.hand('ack', 'anew', '--end'), await scene.hand('silence', 'e*', '--end')]
  scene.beat(ALIVE, 'never')
  runs.push(await scene.run())

  endSilencesAt(new Date(), scene.state)
  runs.push(await scene.run())

  scene.beat(ALIVE, ...AT_FIRST, ...LATER)
  new Database(`${scene.path}.lost`)
    .exec(RUNTIME_INFO)
    .exec("INSERT INTO runtime_info VALUES ('beyond', strftime('%s'))")
    .close()
  runs.push(await scene.run())

  const titles = ['seen', 'worse', 'while', 'anew', 'workers/host-1', 'workers/host-2', 'database lost']
  expect(historiesOf([...titles, ...LATER, 'open', 'closing', 'loud'], runs)).toEqual({
    seen: ['WARNING', '', '', '', 'OK'],
    worse: ['WARNING', 'CRITICAL', 'REMINDER CRITICAL', 'REMINDER CRITICAL', 'OK'],
    while: ['WARNING', '', 'REMINDER WARNING', '', 'OK'],
    anew: ['WARNING', '', 'REMINDER WARNING', 'REMINDER WARNING', 'OK'],
    'workers/host-1': ['WARNING', '', '', '', 'OK'],
    'workers/host-2': ['WARNING', '', '', '', 'OK'],
    'database lost': ['CRITICAL', '', '', '', 'OK'],
    named: ['', '', '', 'CRITICAL', 'OK'],
    never: ['', '', '', '', ''],
    night: ['', '', '', 'CRITICAL', 'OK'],
    ended: ['', '', 'CRITICAL', '', 'OK'],
    open: ['WARNING', '', '', 'CRITICAL', 'OK'],
    closing: ['WARNING', 'OK', '', '', ''],
    loud: ['WARNING', ...Array(3).fill('REMINDER WARNING'), 'OK'],
  })

  const printed = [...acknowledged, ...silenced, ...ended]
  printed.forEach(expectUnmoved)
  expect(namesIn(printed.join(''))).toEqual([
    'acknowledged anew until it is worse, or over',
    'acknowledged database lost until it is worse, or over',
    'acknowledged seen until it is worse, or over',
    'acknowledged while until …',
    'acknowledged workers/host-1 until it is worse, or over',
    'acknowledged workers/host-2 until it is worse, or over',
    'acknowledged worse until it is worse, or over',
    'no longer acknowledged anew',
    'no longer silenced: ended',
    'silenced ended, open, closing until …: ended, open, closing',
    'silenced na*d, never, tag night until …: named, never, night',
  ])
  const [mail] = runs[1] ?? []
  expect(quietLinesOf(mail).map((line) => line.replace(/\d{4}-\S+ \S+ [+-]\d\d:\d\d/g, 'TIME'))).toEqual([
    `Muted: anew, seen by tester at TIME: ${CLEAN}`,
    `Muted: database lost, seen by tester at TIME: ${CLEAN}`,
    'Muted: ended, open, closing, until TIME, by tester',
    `Muted: na*d, never, tag night, until TIME, by tester: ${CLEAN}`,
    `Muted: seen, seen by tester at TIME: ${CLEAN}`,
    'Muted: while, seen by tester at TIME, until TIME',
    `Muted: workers/host-1, seen by tester at TIME: ${CLEAN}`,
    `Muted: workers/host-2, seen by tester at TIME: ${CLEAN}`,
  ])
  expect([mail?.parsed.bcc, mail?.parsed.html]).toEqual([undefined, expect.not.stringContaining('<script>')])
  expect(quietLinesOf(runs[4]?.[0])).toEqual([])
  expect(scene.lockfiles()).toEqual([])
})

/** The names in what was printed, without what is said of them. */
function namesIn(printed: string): readonly string[] {
  const lines = printed.split('\n').filter((line) => line !== '')
  return lines
    .map((line) => line.replace(/(until) \d\S+ \S+ \+00:00/, '$1 …').replace(/: silent .*|: no such .*/, ''))
    .sort()
}

test('hands wait for a run that is under way, and see what it has left', async () => {
  const slow = await makeSendmail({ after: 'sleep 1; exit 75' })
  onTestFinished(() => slow.stop())
  const scene = await makeHands({ over: {}, open: {}, more: {} })
  scene.beat(LATE, 'over', 'open', 'more')
  await scene.run()
  scene.beat(ALIVE, 'over')
  const mail = { to: 'alert@domain.tld', from: 'watch@domain.tld', sendmail: slow.path }
  scene.configure({ notifiers: { ops: { mail } } })
  const running = scene.command(['run'])
  while (readFileSync(join(scene.state, 'run.lock'), 'utf8') === '') await sleep(5)
  const commands = [
    ['ack', 'over'],
    ['ack', 'open'],
    ['ack', 'more'],
    ['silence', 'over', '--for', '1h'],
    ['ack', 'o*', '-t', '0.1'],
  ]
  const [over, ...rest] = await Promise.all(commands.map((words) => scene.command(words)))
  const impatient = rest.pop()
  expect(await running).toMatchObject({
    code: 4,
    stderr: expect.stringMatching(/^lastalive: not told: ops\/\S+ of over: /),
  })
  expect(over).toMatchObject({ code: 3, stderr: expect.stringContaining('nothing is open there; lastalive silence') })
  expect(rest).toMatchObject(Array(3).fill({ code: 0, stderr: '' }))
  expect(impatient).toMatchObject({
    code: 4,
    stderr: expect.stringMatching(
      /^lastalive: not acknowledged: another run \(pid \d+, since \S+\) did not end within 0\.1 s/,
    ),
  })
})

test('clear forgets what it says that it cleared, and the next failure is a new one', async () => {
  const scene = await makeHands({ mdx: {}, workers: { key: 'host-*' } })
  scene.beat(SILENT, 'mdx', 'host-1', 'host-2')
  const before = await scene.run()
  expect(namesIn(await scene.hand('clear', 'workers/*'))).toEqual(['cleared workers/host-1', 'cleared workers/host-2'])
  expect(scene.lockfiles()).toEqual([expect.stringContaining('mdx')])
  expect(historiesOf(['mdx', 'workers/host-1', 'workers/host-2'], [before, await scene.run()])).toEqual({
    mdx: ['CRITICAL', ''],
    'workers/host-1': ['CRITICAL', 'CRITICAL'],
    'workers/host-2': ['CRITICAL', 'CRITICAL'],
  })
})

describe('what means nothing is exit 3:', () => {
  test.each<[string, readonly string[], string]>([
    ['an acknowledgement of nothing in particular', ['ack'], 'name what was seen, as in: lastalive ack mdx'],
    ['an acknowledgement of what is not open', ['ack', 'mdx', 'w*'], 'nothing is open for mdx, w*; open: nothing'],
    ['clearing what is not open', ['clear', 'mdx'], 'nothing is open for mdx; open: nothing'],
    ['a silence without an end', ['silence', 'mdx'], 'for how long? write --for 2h'],
    [
      'a silence of no known length',
      ['silence', 'mdx', '--for', '4'],
      "option '--for <duration>' argument '4' is invalid. 4 what? Write 4h",
    ],
    [
      'an acknowledgement of no known length',
      ['ack', 'mdx', '--for', '4'],
      "option '--for <duration>' argument '4' is invalid. 4 what? Write 4h",
    ],
    ['a silence that begins and ends', ['silence', 'mdx', '--for', '1h', '--end'], 'for how long? write --for 2h'],
    ['a silence of nothing', ['silence', '--for', '1h'], 'name what to silence, as in: lastalive silence mdx'],
    ['a misspelt check', ['silence', 'mdxx', '--for', '1h'], 'there is no check mdxx; write mdx'],
    ['a row of a misspelt check', ['silence', 'worker/a', '--for', '1h'], 'there is no check worker/a; write workers'],
    [
      'a misspelt database',
      ['silence', 'database:ap', '--for', '1h'],
      'there is no check database:ap; write database:app',
    ],
    ['a misspelt tag', ['silence', '--tag', 'nigth', '--for', '1h'], 'no check has the tag nigth; write night'],
    ['the end of what is not silenced', ['silence', 'mdx', '--end'], 'nothing of that is silenced by that name'],
    ['a name that would move a terminal', ['ack', HOSTILE], `nothing is open for ${CLEAN}; open: nothing`],
  ])('%s', async (_, words, complaint) => {
    const scene = await makeHands({ mdx: { tags: ['night'] }, workers: { key: 'host-*' } })
    const { code, stdout, stderr } = await scene.command(words)
    expect([code, stdout, stderr]).toEqual([3, '', expect.stringContaining(`lastalive: ${complaint}`)])
    expectUnmoved(stderr)
  })
})

test('who silences at night is not held up where the configuration is missing, nor where nothing was kept yet', async () => {
  const scene = await makeHands({ mdx: {} })
  const config = join(dirname(scene.path), 'other.yaml')
  const silence = ['silence', 'mdx', '--for', '1h', '--state', scene.state]
  expect(await lastaliveAgain([...silence, '--config', config])).toMatchObject({ code: 3, stdout: '' })
  const outcome = await lastaliveAgain(silence, { env: { LASTALIVE_CONFIG: config } })
  const stdout = expect.stringMatching(/^silenced mdx until .*: whatever is called so \(no configuration was read\)\n$/)
  expect(outcome).toMatchObject({ code: 0, stdout, stderr: '' })
  scene.beat(SILENT, 'mdx')
  expect(await scene.run()).toEqual([])
})

describe('with a lockfile of its own', () => {
  async function makeLine(): Promise<SqliteScene & { hand(...words: readonly string[]): Promise<Outcome> }> {
    const scene = await makeSqliteScene({ runCommand: lastaliveAgain })
    scene.beat(2_525)
    return { ...scene, hand: (...words) => lastaliveAgain([...words, '--lockfile', scene.lockfile]) }
  }

  test('no name is needed', async () => {
    const { run, hand, subjects, beat, lockfile } = await makeLine()
    await run()
    expect(await hand('ack', '--note', 'seen')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^acknowledged mdx until it is worse, or over: silent/),
    })
    await run(['--remind', 'always'])
    expect(await hand('ack', '--end')).toMatchObject({ code: 0 })
    expect(await hand('silence', '--for', '1h')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^silenced \* /),
    })
    await run(['--remind', 'always'])
    beat()
    await run()
    expect(subjects()).toEqual([
      expect.stringContaining('CRITICAL mdx'),
      expect.stringContaining('OK mdx: alive again'),
    ])
    expect(existsSync(lockfile)).toBe(false)
    expect(await hand('silence', '--end')).toMatchObject({ code: 0, stdout: 'no longer silenced: *\n', stderr: '' })
    expect(existsSync(`${lockfile}.silences`)).toBe(false)
    expect(await hand('ack')).toMatchObject({ code: 3, stderr: expect.stringContaining('nothing is open there') })
  })

  test('that of the classic script is taken over as told, also while it is silenced', async () => {
    const { run, hand, subjects, beat, lockfile } = await makeLine()
    writeFileSync(lockfile, '28480221012603250')
    expect(await hand('ack')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('another program left that lockfile'),
    })
    await hand('silence', '--for', '1h')
    expect(await run()).toMatchObject({ code: 2, stderr: '' })
    expect(await hand('ack')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^acknowledged mdx until it is worse, or over: /),
    })
    await hand('silence', '--end')
    await run()
    expect(subjects()).toEqual([])
    beat()
    await run()
    expect(subjects()).toEqual([expect.stringContaining('OK mdx: alive again')])
  })
})
