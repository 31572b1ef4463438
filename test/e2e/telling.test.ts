import { rmSync } from 'node:fs'
import { beforeEach, describe, expect, test } from 'vitest'
import { type ConfiguredScene, DOWN, makeConfiguredScene } from '../support/configured.ts'
import { letMinutesPass, letTimePass } from '../support/passing-time.ts'
import { ALERT, makeSqliteScene } from '../support/scene.ts'

/** Ages of a beat, in seconds: alive, past the warning, past the critical limit. */
const [ALIVE, LATE, SILENT] = [0, 455, 2_525]
const OPENED = '[lastalive] CRITICAL mdx: silent for 42 min (limit 10 min)'
const CLOSED = '[lastalive] OK mdx: alive again after 42 min'
const MISSED = expect.stringMatching(
  /^\[lastalive\] MISSED mdx: was silent from (\S+ )?\d\d:\d\d to (\S+ )?\d\d:\d\d, now alive$/,
)
const [ALICE, BOB] = ['alice@domain.tld', 'bob@domain.tld']

let scene: ConfiguredScene
beforeEach(async () => {
  scene = await makeConfiguredScene()
})

/** The mails since the last call, each as `address: subject`. */
function told(): readonly string[] {
  return scene.mails().flatMap(({ to, parsed }) => to.map((address) => `${address}: ${parsed.subject}`))
}

describe('while mail is down', () => {
  test('what opened and closed is told as missed, from when to when, once', async () => {
    scene.configure({ smtp: { ops: DOWN } })
    scene.beat(SILENT)
    expect(await scene.run()).toMatchObject({ code: 4, stderr: expect.stringContaining('ops/alert@domain.tld of mdx') })
    scene.beat(ALIVE)
    expect(await scene.run()).toMatchObject({ code: 4, stderr: expect.stringContaining('ops/alert@domain.tld of mdx') })
    expect(scene.lockfiles()).toHaveLength(1)
    scene.configure({})
    expect(await scene.run()).toMatchObject({ code: 0, stdout: '', stderr: '' })
    const [mail, ...more] = scene.mails()
    expect([mail?.parsed.subject, more]).toEqual([MISSED, []])
    expect(mail?.parsed.text).toMatch(/Was: +critical: silent for 42 min \(limit 10 min\)\n/)
    expect(mail?.parsed.text).toMatch(/Since: .*\n +Until: /)
    expect(scene.lockfiles()).toEqual([])
    expect(await scene.run()).toMatchObject({ code: 0, stderr: '' })
    expect(scene.subjects()).toEqual([])
  })

  test('the one-line form does the same, and its lockfile goes', async () => {
    const line = await makeSqliteScene()
    line.beat(SILENT)
    expect(await line.run(['--smtp', DOWN])).toMatchObject({ code: 4 })
    line.beat(ALIVE)
    expect(await line.run(['--smtp', DOWN])).toMatchObject({ code: 4 })
    expect(await line.run()).toMatchObject({ code: 0, stderr: '' })
    expect(await line.run()).toMatchObject({ code: 0, stderr: '' })
    expect(line.subjects()).toEqual([MISSED])
  })

  test('what was told as opened and closed is told as closed, once', async () => {
    scene.beat(SILENT)
    await scene.run()
    scene.beat(ALIVE)
    scene.configure({ smtp: { ops: DOWN } })
    expect(await scene.run()).toMatchObject({ code: 4 })
    expect(await scene.run()).toMatchObject({ code: 4 })
    scene.configure({})
    expect(await scene.run()).toMatchObject({ code: 0, stderr: '' })
    expect(await scene.run()).toMatchObject({ code: 0, stderr: '' })
    expect(scene.subjects()).toEqual([OPENED, CLOSED])
    expect(scene.lockfiles()).toEqual([])
  })

  test('what fails again before its end was told is told anew, and names the time before', async () => {
    scene.beat(SILENT)
    await scene.run()
    const [first] = scene.mails()
    scene.beat(ALIVE)
    scene.configure({ smtp: { ops: DOWN } })
    expect(await scene.run()).toMatchObject({ code: 4 })
    scene.beat(SILENT)
    scene.configure({})
    expect(await scene.run()).toMatchObject({ code: 2, stderr: '' })
    const [again, ...more] = scene.mails()
    expect([again?.parsed.subject, more]).toEqual([OPENED, []])
    expect(again?.parsed.text).toMatch(/\n +Since: .*\n +Earlier: +the same from .* to .*; its end was not told\n/)
    expect(again?.parsed.messageId).not.toBe(first?.parsed.messageId)
    expect(await scene.run()).toMatchObject({ code: 2, stderr: '' })
    scene.beat(ALIVE)
    expect(await scene.run()).toMatchObject({ code: 0, stderr: '' })
    expect(scene.subjects()).toEqual([CLOSED])
  })

  test('what fails twice without a word is told once, and names the time before', async () => {
    scene.configure({ smtp: { ops: DOWN } })
    for (const age of [SILENT, ALIVE, SILENT, ALIVE]) {
      scene.beat(age)
      expect(await scene.run()).toMatchObject({ code: 4 })
    }
    scene.configure({})
    expect(await scene.run()).toMatchObject({ code: 0, stderr: '' })
    const [mail, ...more] = scene.mails()
    expect([mail?.parsed.subject, more]).toEqual([MISSED, []])
    expect(mail?.parsed.text).toMatch(/Earlier: +the same from .* to .*; its end was not told\n/)
  })

  test('a reminder that could not be told is exit 4, and is told by the next run', async () => {
    const defaults = { remind: 'always' }
    scene.configure({ defaults })
    scene.beat(SILENT)
    expect(await scene.run()).toMatchObject({ code: 2, stderr: '' })
    scene.configure({ defaults, smtp: { ops: DOWN } })
    expect(await scene.run()).toMatchObject({ code: 4, stderr: expect.stringContaining('ops/alert@domain.tld of mdx') })
    scene.configure({ defaults })
    expect(await scene.run()).toMatchObject({ code: 2, stderr: '' })
    expect(scene.subjects()).toEqual([OPENED, expect.stringMatching(/^\[lastalive\] REMINDER CRITICAL mdx: silent /)])
  })
})

describe('each recipient is told on its own account:', () => {
  beforeEach(() => scene.configure({ to: { ops: [ALICE, BOB] } }))

  test('one who is refused hears what it missed, the other hears each thing once', async () => {
    scene.refusals[BOB] = '550 5.1.1 no such user'
    scene.beat(SILENT)
    const refused = {
      code: 4,
      stderr: expect.stringMatching(/^lastalive: not told: ops\/bob@domain\.tld of mdx: [^\n]*550[^\n]*\n$/),
    }
    expect(await scene.run()).toMatchObject(refused)
    expect(await scene.run()).toMatchObject(refused)
    scene.beat(ALIVE)
    expect(await scene.run()).toMatchObject(refused)
    expect(await scene.run()).toMatchObject(refused)
    expect(told()).toEqual([`${ALICE}: ${OPENED}`, `${ALICE}: ${CLOSED}`])
    delete scene.refusals[BOB]
    for (const lockfile of scene.lockfiles()) letMinutesPass(lockfile, 2)
    expect(await scene.run()).toMatchObject({ code: 0, stderr: '' })
    expect(await scene.run()).toMatchObject({ code: 0, stderr: '' })
    expect(scene.mails()).toMatchObject([{ to: [BOB], parsed: { subject: MISSED } }])
    expect(scene.lockfiles()).toEqual([])
  })

  test('a notifier whose server is down does not hold up the other', async () => {
    const to = { ops: [ALICE], night: [BOB] }
    scene.configure({ to, smtp: { night: DOWN } })
    scene.beat(SILENT)
    expect(await scene.run()).toMatchObject({
      code: 4,
      stderr: expect.stringMatching(/^lastalive: not told: night\/bob/),
    })
    scene.configure({ to })
    expect(await scene.run()).toMatchObject({ code: 2, stderr: '' })
    expect(told()).toEqual([`${ALICE}: ${OPENED}`, `${BOB}: ${OPENED}`])
  })

  test('a notifier added while an incident is open hears of it, one added afterwards does not', async () => {
    scene.configure({ to: { ops: [ALICE] } })
    scene.beat(SILENT)
    await scene.run()
    scene.configure({ to: { ops: [ALICE], night: [BOB] } })
    await scene.run()
    expect(told()).toEqual([`${ALICE}: ${OPENED}`, `${BOB}: ${OPENED}`])
    scene.beat(ALIVE)
    scene.configure({ to: { ops: [ALICE], night: [BOB] }, smtp: { ops: DOWN } })
    expect(await scene.run()).toMatchObject({ code: 4 })
    scene.configure({ to: { ops: [ALICE], night: [BOB], late: [ALERT] } })
    expect(await scene.run()).toMatchObject({ code: 0, stderr: '' })
    expect(told()).toEqual([`${BOB}: ${CLOSED}`, `${ALICE}: ${CLOSED}`])
    expect(scene.lockfiles()).toEqual([])
  })
})

describe('an incident', () => {
  test('opens with the third bad run where three are asked for, and not before', async () => {
    scene.configure({ defaults: { failures: 3 } })
    scene.beat(SILENT)
    for (const _ of ['first', 'second']) {
      expect(await scene.run()).toMatchObject({ code: 2, stderr: '' })
      expect([scene.subjects(), scene.lockfiles()]).toEqual([[], []])
    }
    expect(await scene.run()).toMatchObject({ code: 2, stderr: '' })
    expect([scene.subjects(), scene.lockfiles()]).toEqual([[OPENED], [expect.stringContaining('mdx')]])
  })

  test('is not opened by bad runs with a good one between them', async () => {
    scene.configure({ defaults: { failures: 2 } })
    for (const age of [SILENT, ALIVE, SILENT]) {
      scene.beat(age)
      await scene.run()
    }
    expect(scene.subjects()).toEqual([])
    await scene.run()
    expect(scene.subjects()).toEqual([OPENED])
  })

  test('closes with the second good run in a row where two are asked for', async () => {
    scene.configure({ defaults: { recoveries: 2 } })
    for (const age of [SILENT, ALIVE, SILENT, ALIVE]) {
      scene.beat(age)
      await scene.run()
    }
    expect(scene.subjects()).toEqual([OPENED])
    expect(await scene.run()).toMatchObject({ code: 0, stderr: '' })
    expect([scene.subjects(), scene.lockfiles()]).toEqual([[CLOSED], []])
  })

  test.each([
    ['always: every run', 'always', 0, 2],
    ['1h: with each run of an hour, also where it starts 12 s early', '1h', 3_588, 2],
    ['1h: not within the hour', '1h', 1_750, 0],
    ['10m: no more than 30 s early', '10m', 565, 1],
    ['never: not at all', 'never', 86_400, 0],
  ])('is said again with remind %s', async (_, remind, seconds, reminders) => {
    scene.configure({ defaults: { remind } })
    scene.beat(SILENT)
    await scene.run()
    scene.subjects()
    for (const _ of ['second', 'third']) {
      for (const lockfile of scene.lockfiles()) letTimePass(lockfile, seconds * 1_000)
      expect(await scene.run()).toMatchObject({ code: 2, stderr: '' })
    }
    const reminder = expect.stringMatching(
      /^\[lastalive\] REMINDER CRITICAL mdx: silent since \d\d:\d\d \(limit 10 min\)$/,
    )
    expect(scene.subjects()).toEqual(Array(reminders).fill(reminder))
  })

  test('that worsens is told again, easing is not', async () => {
    scene.beat(LATE)
    expect(await scene.run()).toMatchObject({ code: 1 })
    scene.beat(SILENT)
    expect(await scene.run()).toMatchObject({ code: 2 })
    scene.beat(LATE)
    expect(await scene.run()).toMatchObject({ code: 1 })
    expect(scene.subjects()).toEqual([
      expect.stringMatching(/^\[lastalive\] WARNING mdx: silent for 7 min \d+ s \(limit 5 min\)$/),
      OPENED,
    ])
  })

  test('is one thread: what comes later refers to its opening, and all have IDs of their own', async () => {
    scene.configure({ defaults: { remind: 'always' } })
    for (const age of [LATE, SILENT, SILENT, ALIVE]) {
      scene.beat(age)
      await scene.run()
    }
    const [opening, ...later] = scene.mails().map(({ parsed }) => parsed)
    const id = opening?.messageId
    expect([opening?.inReplyTo, opening?.references]).toEqual([undefined, undefined])
    expect(later).toMatchObject([
      { subject: OPENED, inReplyTo: id, references: id },
      { subject: expect.stringContaining('REMINDER'), inReplyTo: id, references: id },
      { subject: expect.stringMatching(/^\[lastalive\] OK mdx: alive again/), inReplyTo: id, references: id },
    ])
    expect(new Set([id, ...later.map(({ messageId }) => messageId)]).size).toBe(4)
  })

  test('whose check was taken out of the configuration is over, as no longer watched', async () => {
    scene.configure({ checks: ['mdx', 'imports'] })
    scene.beat(ALIVE, 'imports')
    scene.beat(SILENT)
    await scene.run()
    scene.subjects()
    scene.configure({ checks: ['imports'] })
    expect(await scene.run()).toMatchObject({ code: 0, stderr: '' })
    expect(scene.subjects()).toEqual(['[lastalive] OK mdx: no longer watched after 42 min'])
    expect(scene.lockfiles()).toEqual([])
  })

  test('whose lockfile was removed by hand is a new one, with an ID of its own', async () => {
    scene.beat(SILENT)
    await scene.run()
    for (const lockfile of scene.lockfiles()) rmSync(lockfile)
    await scene.run()
    const [before, after] = scene.mails().map(({ parsed }) => parsed)
    expect([before?.subject, after?.subject]).toEqual([OPENED, OPENED])
    expect(after?.messageId).not.toBe(before?.messageId)
    expect(after?.inReplyTo).toBeUndefined()
  })
})
