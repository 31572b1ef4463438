import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { CommandOptions } from '../support/command.ts'
import { letDaysPass, letMinutesPass } from '../support/passing-time.ts'
import { ALERT, makeSqliteScene } from '../support/scene.ts'

const GONE = 'gone@domain.tld'
const SILENT = 2_525
const CLOSED = 'OK mdx: alive again after 42 min'

/** Programs that take mail, each a loop over the addresses in "$@"; `take` is given one of them. */
const PROGRAMS = {
  'sendmail, which tells the others': 'for to; do case $to in gone*) code=67;; *) take "$to";; esac; done',
  'msmtp, which tells nobody': 'case "$*" in *gone*) exit 65;; esac; for to; do take "$to"; done',
  'esmtp, which says nothing but that it failed': 'case "$*" in *gone*) exit 70;; esac; for to; do take "$to"; done',
} as const

/** A scene whose mail is taken by such a program. */
async function makeMailers(program: string, to: readonly string[]) {
  const dir = mkdtempSync(join(tmpdir(), 'lastalive-mailer-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  const [path, mails] = [join(dir, 'sendmail'), join(dir, 'mails')]
  const scene = await makeSqliteScene({ sendmail: path })
  const take = `take() { subject=$(printf "%s\\n" "$mail" | sed -n "s/^Subject: //p"); echo "$1: $subject" >> '${mails}'; }`
  const lines = [
    '#!/bin/sh',
    'shift 4',
    'code=0',
    'mail=$(cat)',
    take,
    `for to; do echo "$to" >> '${mails}.tries'; done`,
  ]
  writeFileSync(path, `${[...lines, program, 'exit $code'].join('\n')}\n`)
  chmodSync(path, 0o755)
  const linesOf = (file: string): readonly string[] =>
    existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : []
  const addresses = to.flatMap((address) => ['--to', address])
  return {
    ...scene,
    mailer: path,
    run: (options?: CommandOptions) => scene.run(addresses, options),
    /** each copy that was taken, as `address: subject`, oldest first */
    copies: () => linesOf(mails),
    /** each time that somebody was tried */
    tries: (address: string) => linesOf(`${mails}.tries`).filter((line) => line === address).length,
  }
}

describe.each(Object.entries(PROGRAMS))('through a program like %s, one of two addresses is refused:', (_, program) => {
  test('the other hears each thing once, and nothing twice', async () => {
    const scene = await makeMailers(program, [GONE])
    scene.beat(SILENT)
    const opened = `${ALERT}: [lastalive] CRITICAL mdx: silent for 42 min (limit 10 min)`
    for (let runs = 0; runs < 3; runs++) {
      expect(await scene.run()).toMatchObject({
        code: 4,
        stderr: expect.stringMatching(/^lastalive: not told: mail\/gone@domain\.tld of mdx: .*\n$/),
      })
      expect(scene.copies()).toEqual([opened])
    }
    scene.beat()
    for (let runs = 0; runs < 3; runs++) {
      expect(await scene.run()).toMatchObject({ code: 4 })
      expect(scene.copies()).toEqual([opened, `${ALERT}: [lastalive] ${CLOSED}`])
    }
  })

  test('who is refused is tried with back-off, and given up a week after the end, with a word', async () => {
    const scene = await makeMailers(program, [GONE])
    scene.beat(SILENT)
    for (let runs = 0; runs < 5; runs++) await scene.run()
    const tries = scene.tries(GONE)
    expect(tries).toBeLessThanOrEqual(3)
    expect(await scene.run()).toMatchObject({ code: 4, stderr: expect.stringMatching(/; tried again after [^;]*\n$/) })
    expect(scene.tries(GONE)).toBe(tries)
    scene.beat()
    await scene.run()
    letMinutesPass(scene.lockfile, 61)
    await scene.run()
    expect(scene.tries(GONE)).toBe(tries + 1)
    letDaysPass(scene.lockfile, 6.9)
    expect(await scene.run()).toMatchObject({ code: 4, stderr: expect.stringContaining('; tried again') })
    letDaysPass(scene.lockfile, 0.2)
    expect(await scene.run()).toMatchObject({
      code: 4,
      stderr: expect.stringMatching(
        /^lastalive: not told: mail\/gone@domain\.tld of mdx: .*; given up after a week\n$/,
      ),
    })
    expect(existsSync(scene.lockfile)).toBe(false)
    expect(await scene.run()).toMatchObject({ code: 0, stderr: '' })
    expect(scene.copies()).toHaveLength(2)
  })
})

test('a program that fails for everybody is tried by every run, so that all are told as soon as it can', async () => {
  const scene = await makeMailers('[ ! -e "$0.down" ] || exit 69; for to; do take "$to"; done', ['other@domain.tld'])
  writeFileSync(`${scene.mailer}.down`, '')
  scene.beat(SILENT)
  for (let runs = 1; runs <= 5; runs++) {
    expect(await scene.run()).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('; tried again at the next run'),
    })
    expect(scene.tries(ALERT)).toBe(runs)
  }
})

test('a kill while many are told repeats at most one mail to each, and four in all', async () => {
  const to = Array.from({ length: 15 }, (_, i) => `to${i}@domain.tld`)
  // Who takes the eighth kills whoever called it, once.
  const strike =
    'if [ ! -e "$0.struck" ] && [ $(wc -l < "${0%/*}/mails") -ge 8 ]; then touch "$0.struck"; kill -9 $PPID; fi'
  const scene = await makeMailers(`for to; do take "$to"; done; ${strike}`, to)
  scene.beat(SILENT)
  // With an end of its own it is a process of its own.
  expect(await scene.run({ killAfterMs: 60_000 })).toMatchObject({ signal: 'SIGKILL' })
  // Those whom it had begun to tell go on by themselves.
  await new Promise((resolve) => setTimeout(resolve, 500))
  const before = scene.copies()
  expect(before.length).toBeLessThan(16)
  expect(await scene.run()).toMatchObject({ code: 2, stderr: '' })
  const counts = [ALERT, ...to].map(
    (address) => scene.copies().filter((copy) => copy.startsWith(`${address}: `)).length,
  )
  expect(Math.min(...counts)).toBe(1)
  expect(Math.max(...counts)).toBeLessThanOrEqual(2)
  expect(counts.filter((count) => count === 2).length).toBeLessThanOrEqual(4)
})
