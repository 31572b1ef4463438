import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Outcome, repetitions, runProgram, sampleOf } from '../support/command.ts'
import { buildFaultyCommand } from '../support/faults/build.ts'
import { type FaultyWay, WAYS } from '../support/faults/injected.ts'
import { findNode24, NODE24_MISSING } from '../support/node24.ts'
import { ALERT, epoch, RUNTIME_INFO, SENDER } from '../support/scene.ts'
import { makeWatchingScene } from '../support/watching.ts'

/**
 * Three databases, two notifiers and the store, of which one goes wrong in a way of which no contract speaks: all that
 * does not hang on it is read and told, once, and the exit code says what is the case.
 */

const DATABASES = ['database:one', 'database:two', 'database:three']
const NOTIFIERS = ['ops', 'log']
const node24 = findNode24()

let command: Awaited<ReturnType<typeof buildFaultyCommand>>
beforeAll(async () => {
  command = await buildFaultyCommand()
})
afterAll(() => command?.remove())

/** What became of a run in which something went wrong. */
interface Told extends Outcome {
  /** what each notifier was given */
  readonly mails: readonly string[]
  readonly lines: readonly string[]
}

/** Three databases, in each of which a check is silent, told by mail and by a program. */
async function runWith(
  who: string,
  way: FaultyWay,
  node: string,
  { command: name = 'run', beatAgo = 7_200 }: { readonly command?: string; readonly beatAgo?: number } = {},
): Promise<Told> {
  const scene = await makeWatchingScene(RUNTIME_INFO)
  scene.database.prepare("INSERT INTO runtime_info VALUES ('last_alive', ?)").run(epoch(-beatAgo))
  const [log, program] = [`${scene.path}.log`, `${scene.path}.sh`]
  writeFileSync(program, `#!/bin/sh\necho "$LASTALIVE_CHECKS" >>${log}\n`)
  chmodSync(program, 0o755)
  const silent = { key: 'last_alive', critical: '10m' }
  scene.watch(
    {
      'silent-one': { database: 'one', ...silent },
      'silent-two': { database: 'two', ...silent },
      'silent-three': { database: 'three', ...silent },
    },
    {
      databases: Object.fromEntries(['one', 'two', 'three'].map((name) => [name, `sqlite:${scene.path}`])),
      notifiers: {
        ops: { mail: { to: ALERT, from: SENDER, smtp: scene.smtp.url } },
        log: { command: { run: [program] } },
      },
    },
  )
  // What never settles takes all of a run's time.
  const time = way === 'by never settling' ? ['-t', '10'] : []
  const words = [node, command.path, ...scene.args([name, ...time])]
  const fault = JSON.stringify({ who, way, port: scene.smtp.port })
  const outcome = await runProgram(words, { env: { INJECTED_FAULT: fault, PATH: process.env.PATH } })
  const lines = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []
  return { ...outcome, lines, mails: scene.mails().map(({ parsed }) => parsed.text ?? '') }
}

const SILENT = ['silent-one', 'silent-two', 'silent-three']

test.each<[string, number, number, RegExp]>([
  ['all well', 0, 3, /^UNKNOWN - .*unforeseen: went wrong after/],
  ['something silent', 7_200, 2, /^CRITICAL - .*silent-one/],
])('a check that finds %s says all that it knows, and what came after the answer', async (_, beatAgo, code, line) => {
  const told = await runWith('database:one', 'after its answer', process.execPath, { command: 'check', beatAgo })
  expect(told).toMatchObject({ code, stderr: '' })
  expect(told.stdout).toMatch(line)
  for (const name of [...SILENT, 'unforeseen: went wrong after its answer']) expect(told.stdout).toContain(name)
})

test.each(NOTIFIERS)('a test message that goes wrong with %s reaches the others', async (who) => {
  const told = await runWith(who, 'in the handler of a socket', process.execPath, { command: 'test-alert' })
  expect(told.code).toBe(4)
  expect(told.stderr).toContain(`not told: ${who}`)
  expect(told.mails.length + told.lines.length).toBe(1)
})

/** What there is to see of a run, in a word or two each. */
function seenIn({ code, stderr, mails, lines }: Told, words: RegExp): object {
  const silent = (text: string): readonly string[] => SILENT.filter((name) => text.includes(name))
  const databases = (text: string): readonly string[] => text.match(/(?<=database )(?:one|two|three)(?=:)/g) ?? []
  return {
    code,
    mails: mails.map((text) => [...databases(text), ...silent(text)]),
    lines: lines.length,
    says: stderr === '' ? 'nothing' : words.test(stderr) ? 'what it should' : stderr,
  }
}

/** What is expected of a run in which this goes wrong. */
function expectedOf(who: string, way: FaultyWay): object {
  const told = { code: 4, mails: [SILENT], lines: 1, says: 'what it should' }
  if (way === 'after its answer' || who === 'store') return told
  if (who === 'ops') return { ...told, mails: [] }
  if (who === 'log') return { ...told, lines: 0 }
  const name = who.slice('database:'.length)
  return {
    code: 2,
    mails: [[name, ...SILENT.filter((check) => check !== `silent-${name}`)]],
    lines: 1,
    says: 'nothing',
  }
}

/** All of these at once. */
async function expectEach(cases: readonly (readonly [string, FaultyWay])[], node: string): Promise<void> {
  const seen = cases.map(async ([who, way]) => {
    const words = /^lastalive: (?:not told: (?:ops|log)|the state cannot be used: |unforeseen: went wrong after)/
    return [`${who} ${way}`, seenIn(await runWith(who, way, node), words)] as const
  })
  const expected = cases.map(([who, way]) => [`${who} ${way}`, expectedOf(who, way)] as const)
  expect(Object.fromEntries(await Promise.all(seen))).toEqual(Object.fromEntries(expected))
}

const NEVER = 'by never settling'
const AT_ONCE = WAYS.filter((way) => way !== NEVER)
const rounds = Array.from({ length: repetitions(2) }, (_, i) => i + 1)

describe.each([
  ['this Node', process.execPath, [...sampleOf(DATABASES), ...NOTIFIERS, 'store']],
  [`Node 24 (${NODE24_MISSING} where skipped)`, node24, sampleOf([...DATABASES, ...NOTIFIERS, 'store'])],
])('on %s', (_, node = '', all) => {
  describe.skipIf(node === '')('all others are told', () => {
    test.each(rounds.flatMap((round) => all.map((who) => [who, round] as const)))(
      'where %s goes wrong, whatever the way (round %i)',
      async (who) => {
        await expectEach(
          AT_ONCE.slice(0, 4).map((way) => [who, way]),
          node,
        )
        await expectEach(
          AT_ONCE.slice(4).map((way) => [who, way]),
          node,
        )
      },
    )

    test.each(rounds)(`where one goes wrong ${NEVER} (round %i)`, async () => {
      await expectEach(
        all.map((who) => [who, NEVER]),
        node,
      )
    })
  })
})
