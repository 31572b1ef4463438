import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { lastalive, runProgram } from '../support/command.ts'
import { eventually } from '../support/eventually.ts'
import { makeWatchingScene } from '../support/watching.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'lastalive-command-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
})

/** A script of sh, by its path. */
function script(lines: string, name = 'script'): string {
  const path = join(dir, name)
  writeFileSync(path, `#!/bin/sh\n${lines}\n`)
  chmodSync(path, 0o755)
  return path
}

function putFifo(path: string): void {
  rmSync(path)
  execFileSync('mkfifo', [path])
}

const check = (line: string, ...more: readonly string[]) =>
  lastalive(['check', '--command', line, '--name', 'a', ...more])

const isAlive = (pid: string): boolean => spawnSync('kill', ['-0', pid.trim()]).status === 0
/** The processes whose numbers a script has written to files. */
async function expectGone(...names: readonly string[]): Promise<void> {
  const pids = names.map((name) => readFileSync(join(dir, name), 'utf8'))
  await eventually(() => (pids.some(isAlive) ? undefined : true), { what: 'the end of all processes' })
}

describe('a plugin', () => {
  test.each([
    [0, 'OK'],
    [1, 'WARNING'],
    [2, 'CRITICAL'],
    [3, 'UNKNOWN'],
  ])('that ends with %d is %s', async (code, state) => {
    const outcome = await check(script(`echo "words of it | x=1;2;3"; echo more; exit ${code}`))
    expect(outcome.code).toBe(code)
    expect(outcome.stdout).toMatch(new RegExp(`^${state} - a: words of it \\| x=1;2;3 a_response=`))
  })

  test.each([
    ['exit 255', 'echo first; exit 255', 'exit 255: first'],
    ['exit 127', '/proc/nonexistent/x', 'exit 127: .*'],
    ['exit 4', 'exit 4', 'exit 4'],
    ['a signal', 'echo first; kill -9 $$', 'ended by SIGKILL: first'],
    ['nothing', 'echo why >&2', 'it printed nothing; on stderr: why'],
  ])('that says %s says so', async (_, lines, words) => {
    const { stdout } = await check(script(lines))
    expect(stdout).toMatch(new RegExp(`^(UNKNOWN|OK) - a: ${words}( |$)`, 'm'))
  })

  test('cannot spoil our line', async () => {
    const text = String.raw`\033[2Jx\0y\r\tz \342\200\256 | a=NaN b=1 'c|d'=2 \n`
    const { stdout } = await check(script(`printf '${text.replaceAll("'", `'"'"'`)}'`))
    expect(stdout).toMatch(/^OK - a: \\x1b\[2Jx\\x00y\\r\\tz \\u202e \| b=1 /)
  })

  test('finds a small environment, and what it is given', async () => {
    const scene = await makeWatchingScene()
    const command = [script('echo "$(env | sort | tr "\\n" " ")"')]
    const environment = { LC_ALL: 'C', API_TOKEN: 'geheim-12345' }
    scene.watch({ a: { database: undefined, command, environment } })
    const outcome = await scene.command(['check'], { env: { SECRET: 'x', LANG: 'C.UTF-8', PATH: '/usr/bin:/bin' } })
    expect(outcome.stdout).toMatch(
      /^OK - a: API_TOKEN=\*\*\* HOME=\/proc\/nonexistent LANG=C.UTF-8 LC_ALL=C PATH=\/usr\/bin:\/bin PWD=\/ \|/,
    )
  })

  test('has its arguments as they are written', async () => {
    const scene = await makeWatchingScene()
    const command = [script('for one in "$@"; do printf "<%s>" "$one"; done'), '$(id)', 'a b', '', '*', "'"]
    scene.watch({ a: { database: undefined, command } })
    expect((await scene.command(['check'])).stdout).toContain("OK - a: <$(id)><a b><><*><'>")
  })
})

describe('a command that does not end', () => {
  const TIMEOUT = ['--with', 'timeout=1s'] as const

  test.each([
    ['sleeps', 'echo $$ > one; echo $$ > two; sleep 60'],
    ['ignores SIGTERM', 'trap "" TERM; echo $$ > one; echo $$ > two; while :; do sleep 1; done'],
    ['forks', '(trap "" TERM; sh -c "echo \\$PPID" > two; sleep 60) & echo $$ > one; wait'],
  ])('and %s is ended with all that it started', async (_, lines) => {
    const { stdout, code, seconds } = await check(script(`cd ${dir}\n${lines}`), ...TIMEOUT)
    expect([code, stdout]).toEqual([3, expect.stringMatching(/^UNKNOWN - a: did not finish within 1 s \|/)])
    expect(seconds).toBeLessThan(10)
    await expectGone('one', 'two')
  })

  test('and prints for ever is ended at once', async () => {
    const { stdout } = await check('/usr/bin/yes')
    expect(stdout).toMatch(/^UNKNOWN - a: printed too much: y \|/)
  })

  test('and prints for ever on stderr is ended in time', async () => {
    const { stdout } = await check(script('yes >&2'), ...TIMEOUT)
    expect(stdout).toMatch(/^UNKNOWN - a: did not finish within 1 s: y \|/)
  })

  test('but leaves something in the background is answered at once, and that is ended', async () => {
    const lines = `cd ${dir}\n(sh -c "echo \\$PPID" > one; sleep 60) &\nwhile [ ! -s one ]; do sleep 0.05; done; echo well`
    const { stdout, seconds } = await check(script(lines))
    expect(stdout).toMatch(/^OK - a: well /)
    expect(seconds).toBeLessThan(10)
    await expectGone('one')
  })

  test('leaves the others their time: fifty at once', async () => {
    const scene = await makeWatchingScene()
    const hanging = script('trap "" TERM; sleep 60')
    const hangs = { database: undefined, command: [hanging], timeout: '1s' }
    const echoes = { database: undefined, command: ['/bin/echo', 'well'] }
    scene.watch(Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`c${i}`, i % 5 === 0 ? hangs : echoes])))
    const states = Object.values(await scene.judged())
    expect(states.filter((state) => state === 'ok: well')).toHaveLength(40)
    expect(states.filter((state) => state === 'unknown: did not finish within 1 s')).toHaveLength(10)
  })
})

describe('a command that must not be run', () => {
  test.each([
    ['that others can write', (path: string) => chmodSync(path, 0o777), 'can be written by others; run: chmod go-w'],
    ['in a folder that others can write', () => chmodSync(dir, 0o777), 'can be written by others; run: chmod go-w'],
    ['that is not there', (path: string) => rmSync(path), 'not run: there is no'],
    ['that is a FIFO', (path: string) => putFifo(path), 'is not a regular file'],
    ['without the right', (path: string) => chmodSync(path, 0o644), 'it cannot be executed; run: chmod +x on it'],
  ])('%s', async (_, spoil, words) => {
    const path = script(`touch ${dir}/ran`)
    spoil(path)
    const { code, stdout } = await check(path)
    expect([code, stdout]).toEqual([3, expect.stringContaining(words)])
    expect(existsSync(join(dir, 'ran'))).toBe(false)
  })

  test.each([
    ['/bin/echo "a b"', 'holds signs of a shell, and none reads it; write [/usr/lib/'],
    ['/bin/true; /bin/false', 'holds signs of a shell'],
    ['bin/true', '"bin/true" is not an absolute path; write [/usr/lib/'],
    ['', 'is empty; write [/usr/lib/'],
  ])('%j is refused by validate', async (line, words) => {
    const { code, stderr } = await lastalive(['validate', '--command', line])
    expect([code, stderr]).toEqual([3, expect.stringContaining(words)])
  })

  test('limits beside a plugin are refused', async () => {
    const { stderr } = await lastalive(['validate', '--command', '/bin/true', '-c', '1h'])
    expect(stderr).toContain('--critical: goes with prints: age or prints: number; leave it out')
  })
})

describe('what prints a time or a number', () => {
  test.each([
    ['a time', 'date +%s', ['--with', 'prints=age', '-c', '1h'], /^OK - a: alive 0 s ago \(limit 1 h\)/],
    ['a number', 'echo 42', ['--with', 'prints=number', '-c', '40'], /^CRITICAL - a: 42 \(limit 40\)/],
    ['JSON', 'echo "{\\"n\\": 7}"', ['--with', 'prints=number', '--json', '$.n', '-c', '9'], /^OK - a: 7 \(limit 9\)/],
    [
      'JSON behind a mark of its encoding',
      String.raw`printf '\357\273\277{"n": 7}'`,
      ['--with', 'prints=number', '--json', '$.n', '-c', '9'],
      /^OK - a: 7 \(limit 9\)/,
    ],
    ['nothing', '', ['--with', 'prints=number', '-c', '9'], /^UNKNOWN - a: what it prints has no value/],
    [
      'no number',
      'echo x',
      ['--with', 'prints=number', '-c', '9'],
      /^UNKNOWN - a: what it prints: "x" is not a number/,
    ],
    ['exit 1', 'echo 1; exit 1', ['--with', 'prints=number', '-c', '9'], /^UNKNOWN - a: exit 1: 1/],
  ])('%s', async (_, lines, more, words) => {
    expect((await check(script(lines), ...more)).stdout).toMatch(words)
  })
})

test('is told once when it is critical, and once when it is back', async () => {
  const scene = await makeWatchingScene()
  const path = script('echo "disk is full"; exit 2')
  scene.watch({ disk: { database: undefined, command: [path] } })
  expect(await scene.command(['run'])).toMatchObject({ code: 2, stdout: '', stderr: '' })
  expect(await scene.command(['run'])).toMatchObject({ code: 2 })
  expect(scene.subjects()).toEqual(['[lastalive] CRITICAL disk: disk is full'])
  script('echo "disk is fine"')
  for (const _ of [1, 2]) expect(await scene.command(['run'])).toMatchObject({ code: 0 })
  expect(scene.subjects()).toEqual([expect.stringMatching(/^\[lastalive\] OK disk: ok again after /)])
})

const PLUGINS =
  [resolve('node_modules/.peers/usr/lib/nagios/plugins'), '/usr/lib/nagios/plugins'].find(existsSync) ?? ''

describe.skipIf(PLUGINS === '')(
  'plugins of Debian (unpacked by .ci/run, else install monitoring-plugins-standard)',
  () => {
    /** What a plugin says when it is called. */
    async function called(words: readonly string[]) {
      const { code, stdout } = await runProgram(words)
      const [text = '', figures = ''] = stdout.trim().split('|')
      return { code, text: text.trim(), figures: figures.trim() }
    }

    /** What changes from one moment to the next. */
    const still = (text: string): string => text.replaceAll(/\d+(?:\.\d+)?/g, '0')

    test.each([
      ['check_disk', ['-w', '1%', '-c', '0%', '-p', '/']],
      ['check_disk', ['-w', '101%', '-c', '0%', '-p', '/']],
      ['check_load', ['-w', '0,0,0', '-c', '900,900,900']],
      ['check_load', ['-w', '0,0,0', '-c', '0,0,0']],
      ['check_dummy', ['3', 'nobody knows']],
    ])('%s %j says the same', async (name, args) => {
      await expectSame([join(PLUGINS, name), ...args])
    })

    test('check_http says the same', async () => {
      const server = createServer((_, response) => response.end('well'))
      await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
      onTestFinished(() => void server.close())
      const { port } = server.address() as AddressInfo
      for (const more of [[], ['-e', '500'], ['-s', 'well'], ['-s', 'ill']]) {
        await expectSame([join(PLUGINS, 'check_http'), '-I', '127.0.0.1', '-p', String(port), ...more])
      }
    })

    async function checked(words: readonly string[]) {
      const scene = await makeWatchingScene()
      scene.watch({ a: { database: undefined, command: words } })
      const { code, stdout } = await scene.command(['check'])
      return { code, stdout: still(stdout) }
    }

    async function expectSame(words: readonly string[]): Promise<void> {
      const own = await called(words)
      const state = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'][own.code ?? 3]
      const { code, stdout } = await checked(words)
      const figures = own.figures === '' ? '' : `${own.figures} `
      expect(code).toBe(own.code)
      expect(stdout).toContain(still(`${state} - a: ${own.text} | ${figures}a_response=`))
    }
  },
)
