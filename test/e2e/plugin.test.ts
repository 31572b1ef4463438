import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { COMMAND, lastalive } from '../support/command.ts'
import { parsePluginOutput } from '../support/plugin-output.ts'
import { epoch, makeSqliteScene, type SqliteScene } from '../support/scene.ts'
import { isInstalled, openTerminal, TERMINAL_MISSING } from '../support/terminal.ts'
import { makeWatchingScene } from '../support/watching.ts'

const LONG = 'a-check-with-a-name-that-nobody-would-like-to-read-twice'

let scene: SqliteScene
beforeEach(async () => {
  scene = await makeSqliteScene()
  scene.beat(0)
})

/** The command with some keys of the table, each with its limit. */
const check = (...words: readonly string[]) => lastalive(['check', '--url', scene.path, ...words])

describe('of many checks', () => {
  const WORDS = ['--key', 'last_alive=10m', '--key', 'late=10m', '--key', 'dead=10m', '--key', 'gone=10m']
  beforeEach(() => {
    scene.set(epoch(-605), 'late')
    scene.set(epoch(-7_200), 'dead')
  })

  test('the first line counts them, names the worst and has the figures; a line for each follows', async () => {
    const { stdout, code } = await check(...WORDS)
    expect(code).toBe(2)
    const { state, words, more, perfdata } = parsePluginOutput(stdout)
    expect(state).toBe('CRITICAL')
    expect(words).toMatch(/^2 critical, 1 unknown(, 1 ok)?: (dead|late)-\w{6}: silent for .* \(limit 10 min\)$/)
    expect(more.map((line) => line.replace(/-\w{6}: .*/, ''))).toEqual([
      'CRITICAL - late',
      'CRITICAL - dead',
      'UNKNOWN - gone',
      'OK - last_alive',
    ])
    const labels = perfdata.map(({ label, value }) => [label.replace(/-\w{6}$/, ''), value === undefined])
    expect(Object.fromEntries(labels)).toEqual({
      late: false,
      dead: false,
      gone: true,
      last_alive: false,
      skew_mail: false,
      response_mail: false,
    })
  })

  test.each([
    [
      'its name is cut',
      { [LONG]: { key: 'dead' }, late: {} },
      /^CRITICAL - 2 critical: a-check-with-a-name-that-…: silent for 2 h \(limit 10 min\) \|/,
    ],
    [
      'the counts are fewer',
      { [LONG]: { query: "SELECT 'from a program that writes'" }, last_alive: {} },
      /^UNKNOWN - 1 of 2: a-check-with-a-…: the value: "from a program that writes" is not …|/,
    ],
  ])('of which the first line has no room, %s before the cause is', async (_, checks, line) => {
    const watching = await makeWatchingScene()
    const keyed = Object.entries(checks).map(([key, check]) => [
      key,
      { key, database: 'keys', critical: '10m', ...check },
    ])
    watching.watch(Object.fromEntries(keyed), { databases: { keys: `sqlite:${scene.path}` } })
    expect((await watching.command(['check'])).stdout).toMatch(line)
  })

  test('that are all well the first line says so', async () => {
    const { stdout } = await check('--key', 'last_alive=10m', '--key', 'late=1h')
    expect(stdout).toMatch(/^OK - all 2 are ok \| /)
  })

  test('figures that are too many for the first line follow the last', async () => {
    for (let i = 0; i < 100; i++) scene.set(epoch(-i), `worker-${i}`)
    const { stdout, code } = await check('--key', 'worker-*=10m', '--name', 'workers')
    expect(code).toBe(0)
    const [first = ''] = stdout.split('\n')
    expect(Buffer.byteLength(first)).toBeLessThanOrEqual(1_024)
    expect(parsePluginOutput(stdout).perfdata).toHaveLength(100 + 1 + 2)
  })
})

describe('is never silent', () => {
  /** A check of a server that never answers, `end` once it asks, and what it has said when it has ended. */
  async function hang(words: readonly string[], end: (pid: number) => void, node: readonly string[] = []) {
    const server = createServer(() => end(child.pid ?? 0)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : 0
    const url = `postgresql://watch@127.0.0.1:${port}/mail`
    const line = ['check', '--url', url, '--key', 'a', '-c', '10m', ...words]
    const child = spawn(process.execPath, [...node, COMMAND, ...line])
    const [stdout, [code, signal]] = await Promise.all([text(child.stdout), once(child, 'close')])
    return { ...parsePluginOutput(stdout), code, signal }
  }

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('when it is ended by %s', async (signal) => {
    const ended = await hang(['-t', '30s'], (pid) => process.kill(pid, signal))
    expect(ended).toMatchObject({ state: 'UNKNOWN', words: `lastalive: stopped by ${signal}`, code: 3, signal: null })
  })

  test('when its time is up, which means what --timeout-state says', async () => {
    const ended = await hang(['-t', '2s', '--unreachable', 'unknown', '--timeout-state', 'critical'], () => {})
    expect(ended).toMatchObject({ state: 'CRITICAL', code: 2 })
  })

  test('when it is ended before it has begun', async () => {
    const path = join(scene.dir, 'early.cjs')
    writeFileSync(
      path,
      `process.on('newListener', (name) => name === 'SIGHUP' && process.kill(process.pid, 'SIGTERM'))`,
    )
    const ended = await hang(['-t', '30s'], () => {}, ['-r', path])
    expect(ended).toMatchObject({ words: 'lastalive: stopped by SIGTERM', code: 3, signal: null })
  })

  test.each([
    ['ok', 0],
    ['unknown', 3],
  ] as const)('when a server does not answer, which --timeout-state %s holds for as well', async (state, code) => {
    expect(await hang(['-t', '2s', '--timeout-state', state], () => {})).toMatchObject({ code })
  })

  test('when a database is lost that may be', async () => {
    const lost = await lastalive(['check', '--url', `${scene.path}.no`, '--key', 'a=1h', '--unreachable', 'ok'])
    expect(lost).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^OK - a-\w+: not read: database \S+: no such file/),
    })
  })

  test.each([
    ['an option that there is not', ['--nonsense']],
    ['a state that there is not', ['--timeout-state', 'bad']],
    ['no section', ['--extra-opts=nowhere@/dev/null']],
    ['a limit that is none', ['-c', 'soon']],
  ])('of wrong usage: %s', async (_, words) => {
    const { stdout, code } = await check('--key', 'last_alive', ...words)
    expect([code, stdout]).toEqual([3, expect.stringMatching(/^UNKNOWN - lastalive: .+\n$/)])
  })
})

test.each([
  [
    'with its hint',
    ['--critica', '1'],
    /^UNKNOWN - lastalive: unknown option '--critica' \(Did you mean --critical\?\)\n$/,
  ],
  [
    'with the option that begins so',
    ['--crit', '1'],
    /^UNKNOWN - lastalive: unknown option '--crit' \(Did you mean --critical\?\)\n$/,
  ],
  [
    'with each of the options that begin so',
    ['--response=1'],
    /^UNKNOWN - .* '--response' \(Did you mean one of --response-warning, --response-critical\?\)\n$/,
  ],
  [
    'without the value of an option that there is not',
    ['--passwrd=s3cret-word'],
    /^UNKNOWN - lastalive: unknown option '--passwrd'\n$/,
  ],
  [
    'with how many more there are',
    ['-c', 'soon', '-w', 'later'],
    /^UNKNOWN - lastalive: .* \(and 1 more problem on stderr\)\n$/,
  ],
  [
    'of a query that is empty',
    ['-q', ''],
    /^UNKNOWN - lastalive: -q has an empty argument .*; write SQL after it, or -q alone\n$/,
  ],
])('wrong usage is one line, %s', async (_, words, line) =>
  expect(await check('--key', 'last_alive', ...words)).toMatchObject({ code: 3, stdout: expect.stringMatching(line) }),
)

test.skipIf(!isInstalled())(`wrong usage stands once on a terminal (otherwise: ${TERMINAL_MISSING})`, async () => {
  for (const words of ['--critica 1', '-q ""', '--key a -c soon --url /nowhere']) {
    const terminal = openTerminal(`'${process.execPath}' '${COMMAND}' check ${words}`)
    onTestFinished(() => terminal.stop())
    const shown = await terminal.end()
    expect(shown.match(/^lastalive: |UNKNOWN/gm)).toEqual(['lastalive: '])
  }
})

describe('-v', () => {
  const KEY = ['--key', 'last_alive', '-c', '10m']

  test('says where and how long, -vv what was asked, -vvv what was read and decided', async () => {
    scene.set('1700000000')
    const [one, two, three] = await Promise.all(['-v', '-vv', '-vvv'].map(async (v) => (await check(...KEY, v)).stdout))
    const [connection, asked, read, judged] = [
      /^database mail: sqlite:\S+ answered within [\d.]+ s$/m,
      /^ {2}asked SELECT .* with \["\[\\"last_alive\\"\]"\]: 1 row in [\d.]+ s$/m,
      /^ {2}read "1700000000" \(text\)$/m,
      /^ {2}judged [\d.]+s, critical outside 600: critical, by its age$/m,
    ]
    expect([connection, asked, read, judged].map((line) => line.test(one ?? ''))).toEqual([true, false, false, false])
    expect([connection, asked, read, judged].map((line) => line.test(two ?? ''))).toEqual([true, true, false, false])
    expect([connection, asked, read, judged].map((line) => line.test(three ?? ''))).toEqual([true, true, true, true])
  })

  test('-V is the version', async () => {
    expect(await check('-V')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) })
  })
})

describe('in scripts', () => {
  test('-q prints nothing, and exits as ever', async () => {
    expect(await check('--key', 'last_alive', '-c', '10m', '-q')).toMatchObject({ code: 0, stdout: '', stderr: '' })
    scene.beat(7_200)
    expect(await check('--key', 'last_alive', '-c', '10m', '-q')).toMatchObject({ code: 2, stdout: '', stderr: '' })
  })

  test('--until-ok waits until it is', async () => {
    scene.beat(7_200)
    setTimeout(() => scene.beat(0), 1_500)
    const outcome = await check('--key', 'last_alive', '-c', '10m', '--until-ok', '30s')
    expect(outcome).toMatchObject({ code: 0, stdout: expect.stringMatching(/^OK - .*\n$/) })
    expect(outcome.seconds).toBeGreaterThan(1.5)
  })

  test('--until-ok gives up when its time is over, and says what it saw', async () => {
    scene.beat(7_200)
    const outcome = await check('--key', 'last_alive', '-c', '10m', '--until-ok', '2s')
    expect(outcome).toMatchObject({ code: 2, stdout: expect.stringMatching(/^CRITICAL - .*silent for 2 h.*\n$/) })
    expect(outcome.seconds).toBeLessThan(6)
  })
})

describe('--output', () => {
  test.each([
    ['its database', () => ['--output', scene.path]],
    ['its lockfile', () => ['--lockfile', join(scene.dir, 'a.lck'), '--output', join(scene.dir, 'a.lck')]],
    ['its journal', () => ['--state', scene.dir, '--output', join(scene.dir, 'journal.jsonl')]],
  ])('does not replace %s', async (_, words) => {
    const outcome = await check('--key', 'last_alive=1h', ...words())
    expect(outcome).toMatchObject({
      code: 3,
      stdout: expect.stringContaining('--output is a file that the run itself'),
    })
  })
})

test('--response-critical judges how long it took', async () => {
  const slow = await check('--key', 'last_alive', '-c', '10m', '--response-critical', '0.001')
  expect(slow).toMatchObject({
    code: 2,
    stdout: expect.stringMatching(/response of database mail: answered within [\d.]+ s/),
  })
  const fast = await check('--key', 'last_alive', '-c', '10m', '--response-warning', '30s', '--response-critical', '1m')
  expect(fast).toMatchObject({ code: 0 })
  const { perfdata, more } = parsePluginOutput(fast.stdout)
  expect(more).toEqual([])
  expect(perfdata).toContainEqual(
    expect.objectContaining({ label: 'response_mail', warning: '30', critical: '60', unit: 's' }),
  )
})

test('one check is one line, on which a wrong response stands as well', async () => {
  scene.beat(7_200)
  const { stdout, code } = await check('--key', 'last_alive=10m', '--response-warning', '0.001')
  expect(code).toBe(2)
  const { words, more } = parsePluginOutput(stdout)
  expect(more).toEqual([])
  expect(words).toMatch(
    /: silent for 2 h \(limit 10 min\); response of database mail: answered within [\d.]+ s \(limit /,
  )
})

test('--config names what it does not go with', async () => {
  const { stdout, code } = await check('--key', 'a', '--config', 'x.yaml', '--min-rows', '2')
  expect([code, stdout]).toEqual([
    3,
    expect.stringContaining('--config and --url, --key, --min-rows exclude each other'),
  ])
})
