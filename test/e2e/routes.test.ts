import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { DOWN } from '../support/configured.ts'
import { ALIVE, LATE, makeHands, SILENT } from '../support/hands.ts'
import { HOSTILE, longestLine } from '../support/hostile.ts'
import { lastaliveAgain } from '../support/resident.ts'
import type { ReceivedMail } from '../support/smtp.ts'
import { historiesOf, mailsTo } from '../support/told.ts'

/** Notifiers that each tell one address, `NAME@domain.tld`. */
function notifiersAt(smtp: string, names: readonly string[], more: object = {}): Readonly<Record<string, unknown>> {
  const mail = (name: string) => ({ to: `${name}@domain.tld`, from: 'watch@domain.tld', smtp })
  return Object.fromEntries(names.map((name) => [name, { mail: mail(name), ...more }]))
}

test('each notifier hears what it is named for', async () => {
  const scene = await makeHands({
    warned: {},
    grave: {},
    lost: {},
    plain: { notify: { critical: ['pager'], closed: ['pager', 'log'] } },
    mute: { notify: ['chat'], recovered: false },
    nobody: { notify: { critical: ['pager'] } },
  })
  const notify = { warning: ['chat'], critical: ['chat', 'pager'], closed: ['log'] }
  const defaults = { warning: '5m', critical: '10m', notify }
  scene.configure({ defaults, notifiers: notifiersAt(scene.smtp.url, ['chat', 'pager', 'log']) })
  const KEYS = ['warned', 'grave', 'plain', 'mute', 'nobody']
  scene.beat(LATE, 'warned', 'grave', 'nobody')
  scene.beat(SILENT, 'plain', 'mute')
  scene.database.exec("DELETE FROM runtime_info WHERE rt_key = 'lost'")
  const runs = [await scene.run()]
  scene.beat(SILENT, 'grave')
  runs.push(await scene.run())
  scene.beat(ALIVE, ...KEYS, 'lost')
  runs.push(await scene.run(), await scene.run())
  expect(historiesOf([...KEYS, 'lost'], mailsTo('chat@domain.tld', runs))).toEqual({
    warned: ['WARNING', '', '', ''],
    grave: ['WARNING', 'CRITICAL', '', ''],
    plain: ['', '', '', ''],
    mute: ['CRITICAL', '', '', ''],
    nobody: ['', '', '', ''],
    lost: ['UNKNOWN', '', '', ''],
  })
  expect(historiesOf([...KEYS, 'lost'], mailsTo('pager@domain.tld', runs))).toEqual({
    warned: ['', '', '', ''],
    grave: ['', 'CRITICAL', '', ''],
    plain: ['CRITICAL', '', 'OK', ''],
    mute: ['', '', '', ''],
    nobody: ['', '', '', ''],
    lost: ['UNKNOWN', '', '', ''],
  })
  expect(historiesOf([...KEYS, 'lost'], mailsTo('log@domain.tld', runs))).toEqual({
    warned: ['', '', 'MISSED', ''],
    grave: ['', '', 'MISSED', ''],
    plain: ['', '', 'MISSED', ''],
    mute: ['', '', '', ''],
    nobody: ['', '', '', ''],
    lost: ['', '', 'MISSED', ''],
  })
  expect(scene.lockfiles()).toEqual([])
})

test('a ticket system has one message for each check, headed as it wants it, whatever the names are', async () => {
  const scene = await makeHands({
    mdx: {},
    jobs: { key: undefined, rows: 'SELECT name, at FROM jobs', notify: ['tickets'] },
  })
  const names = [...HOSTILE.slice(0, 6).map(([, name]) => name), '{headline} {state} $& $1', 'plain']
  scene.database.exec('CREATE TABLE jobs(name, at)')
  const put = scene.database.prepare('INSERT INTO jobs VALUES (?, 1700000000)')
  for (const name of names) put.run(name)
  scene.beat(SILENT, 'mdx')
  const [ticket, item] = ['[T] {state} {kind} {check}#{episode}: {item} {severity} ({count}) {', '{item}']
  scene.configure({
    notifiers: {
      ...notifiersAt(scene.smtp.url, ['tickets'], { group: 'check', subject: ticket }),
      ...notifiersAt(scene.smtp.url, ['items'], { group: 'check', subject: item }),
    },
  })
  const opened = await scene.run()
  scene.database.exec("UPDATE jobs SET at = unixepoch() WHERE name = 'plain'")
  scene.beat(ALIVE, 'mdx')
  const closed = await scene.run()
  for (const { raw, parsed } of [...opened, ...closed]) {
    expect(parsed.headerLines.map(({ key }) => key)).not.toContain('bcc')
    expect(parsed.subject).toMatch(/^[^\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]{1,200}$/u)
    expect(longestLine(raw)).toBeLessThan(998)
    expect(parsed.text?.match(/^(CRITICAL|OK) /gm)).toHaveLength(1)
  }
  const subjectsTo = (name: string, runs: typeof opened): readonly (string | undefined)[] =>
    mailsTo(`${name}@domain.tld`, [runs]).flatMap((mails) => mails.map(({ parsed }) => parsed.subject))
  expect(subjectsTo('tickets', opened)).toHaveLength(names.length + 1)
  expect(subjectsTo('tickets', opened)).toContain('[T] CRITICAL opened jobs#1: {headline} {state} $& $1 CRITICAL (1) {')
  expect(subjectsTo('tickets', closed)).toContain('[T] OK closed jobs#1: plain CRITICAL (1) {')
  // A subject that would be empty is the usual one.
  expect(subjectsTo('items', opened)).toEqual(['[lastalive] CRITICAL mdx: silent for 42 min (limit 10 min)'])
  // Each is a thread of its own.
  const openings = opened.map(({ parsed }) => parsed.messageId)
  for (const { parsed } of closed) expect(openings).toContain(parsed.inReplyTo)
  expect(new Set(closed.map(({ parsed }) => parsed.inReplyTo)).size).toBe(3)
})

test('what opens and closes all the time is told once, and once that it has settled', { timeout: 60_000 }, async () => {
  const scene = await makeHands({ well: {}, bad: {} })
  const flapping = (flap: string) => ({ defaults: { warning: '5m', critical: '10m', flap } })
  const KEYS = ['well', 'bad']
  const runs: (readonly ReceivedMail[])[] = []
  scene.configure(flapping('2 in 1h'))
  for (const age of [LATE, ALIVE, LATE, ALIVE, LATE, ALIVE, SILENT]) {
    scene.beat(age, ...KEYS)
    runs.push(await scene.run())
  }
  scene.beat(ALIVE, 'well')
  runs.push(await scene.run())
  await sleep(1_000)
  scene.configure(flapping('2 in 1s'))
  runs.push(await scene.run())
  scene.beat(ALIVE, 'bad')
  runs.push(await scene.run())
  const OFTEN = ['WARNING', 'OK', 'WARNING', 'OK', 'FLAPPING', '', 'CRITICAL', '']
  expect(historiesOf(KEYS, runs)).toEqual({
    well: [...OFTEN, 'SETTLED OK', ''],
    bad: [...OFTEN, 'SETTLED CRITICAL', 'OK'],
  })
})

test('what depends on something that is not well says nothing of its own', async () => {
  const scene = await makeHands({
    router: {},
    web: { after: ['router'] },
    shop: { after: 'web' },
    hosts: { key: 'host-*', after: ['free', 'router'] },
    before: { after: ['router'] },
    free: {},
  })
  const KEYS = ['router', 'web', 'shop', 'host-1', 'host-2', 'before', 'free']
  const runs: (readonly ReceivedMail[])[] = []
  const step = async (secondsAgo: number, keys: readonly string[], ...words: readonly string[]): Promise<void> => {
    scene.beat(secondsAgo, ...keys)
    runs.push(await scene.run(...words))
  }
  scene.beat(ALIVE, ...KEYS)
  await step(SILENT, ['before'])
  await step(SILENT, ['router', 'web', 'shop', 'host-1'])
  // Not read this time, but known not to be well.
  await step(SILENT, ['host-2'], 'shop', 'hosts', 'web')
  await step(ALIVE, ['router'])
  await step(ALIVE, KEYS)
  expect(historiesOf(['router', 'web', 'shop', 'hosts/host-1', 'hosts/host-2', 'before', 'free'], runs)).toEqual({
    router: ['', 'CRITICAL', '', 'OK', ''],
    web: ['', '', '', 'CRITICAL', 'OK'],
    shop: ['', '', '', '', ''],
    'hosts/host-1': ['', '', '', 'CRITICAL', 'OK'],
    'hosts/host-2': ['', '', '', 'CRITICAL', 'OK'],
    before: ['CRITICAL', '', '', '', 'OK'],
    free: ['', '', '', '', ''],
  })
})

describe('what changes in the configuration while something is open:', () => {
  const addressed = (mails: readonly ReceivedMail[]): readonly string[] =>
    mails.map(
      ({ to, parsed }) => `${to[0]?.replace('@domain.tld', '')}: ${parsed.subject?.slice('[lastalive] '.length)}`,
    )

  test('who is owed something and taken out is forgotten, and who is put in hears of it', async () => {
    const scene = await makeHands({ mdx: {} })
    const [ops, duty, team] = ['ops', 'duty', 'team'].map((name) => notifiersAt(scene.smtp.url, [name]))
    scene.beat(SILENT, 'mdx')
    scene.configure({ notifiers: { ...ops, ...notifiersAt(DOWN, ['duty']) } })
    const refused = {
      code: 4,
      stderr: expect.stringMatching(/^lastalive: not told: duty\/duty@domain.tld of mdx: .*\n$/),
    }
    expect(await scene.command(['run'])).toMatchObject(refused)
    expect(await scene.command(['run'])).toMatchObject(refused)
    expect(addressed(scene.mails())).toEqual(['ops: CRITICAL mdx: silent for 42 min (limit 10 min)'])
    scene.configure({ notifiers: ops })
    expect(await scene.run()).toEqual([])
    scene.configure({ notifiers: { ...ops, ...duty } })
    expect(addressed(await scene.run())).toEqual(['duty: CRITICAL mdx: silent for 42 min (limit 10 min)'])
    scene.configure({ notifiers: { ...team, ...duty } })
    expect(addressed(await scene.run())).toEqual(['team: CRITICAL mdx: silent for 42 min (limit 10 min)'])
    scene.beat(ALIVE, 'mdx')
    scene.configure({ notifiers: { ...ops, ...duty } })
    expect(addressed(await scene.run()).toSorted()).toEqual(
      ['duty', 'ops'].map((name) => `${name}: OK mdx: alive again after 42 min`),
    )
    expect(scene.lockfiles()).toEqual([])
  })

  test('a check that is called something else is over, and opens under its new name', async () => {
    const scene = await makeHands({ mdx: {}, gone: {} })
    scene.beat(SILENT, 'mdx', 'gone')
    const databases = { app: `sqlite:${scene.path}` }
    const runs = [await scene.run()]
    scene.watch({ 'mail-daemon': { key: 'mdx' } }, { databases, defaults: { critical: '10m' } })
    runs.push(await scene.run(), await scene.run())
    expect(historiesOf(['mdx', 'gone', 'mail-daemon'], runs)).toEqual({
      mdx: ['CRITICAL', 'OK', ''],
      gone: ['CRITICAL', 'OK', ''],
      'mail-daemon': ['', 'CRITICAL', ''],
    })
    expect(runs[1]?.[0]?.parsed.text).toContain('OK mdx: no longer watched after 42 min')
  })

  test('another configuration in the same directory has incidents of its own', async () => {
    const [one, other] = [await makeHands({ mdx: {} }), await makeHands({ mdx: {} })]
    const elsewhere = async (): Promise<readonly string[]> => {
      const config = join(dirname(other.path), 'lastalive.yaml')
      expect(await lastaliveAgain(['run', '--config', config, '--state', one.state])).toMatchObject({ stderr: '' })
      return other.subjects()
    }
    const here = async (): Promise<number> => (await one.run()).length
    one.beat(SILENT, 'mdx')
    expect([await here(), await elsewhere(), one.lockfiles().length]).toEqual([1, [], 1])
    other.beat(SILENT, 'mdx')
    expect([await elsewhere(), await here(), one.lockfiles().length]).toEqual([
      [expect.stringContaining('CRITICAL')],
      0,
      2,
    ])
    expect(await one.hand('ack', 'mdx')).toMatch(
      /^(acknowledged mdx until it is worse, or over: silent for 42 min \(limit 10 min\)\n){2}$/,
    )
    one.beat(ALIVE, 'mdx')
    expect([await here(), await elsewhere(), one.lockfiles().length]).toEqual([1, [], 1])
    other.beat(ALIVE, 'mdx')
    expect([await here(), await elsewhere(), one.lockfiles().length]).toEqual([0, [expect.stringContaining('OK')], 0])
  })
})
