import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { lastalive } from '../support/command.ts'
import { eventually } from '../support/eventually.ts'
import { makeWatchingScene } from '../support/watching.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'lastalive-module-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
})

/** A module, by its path. */
function module(code: string): string {
  const path = join(dir, 'module.mjs')
  writeFileSync(path, code)
  return path
}

/** What is said of a check whose module has this in its function. */
async function said(body: string, keys: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const scene = await makeWatchingScene()
  const path = module(`export async function read(options, context) { ${body} }`)
  scene.watch({ a: { database: undefined, module: path, ...keys } })
  return (await scene.judged()).a ?? ''
}

describe('a reading', () => {
  test.each([
    ['a Date', 'at: new Date(Date.now() - 90_000)'],
    ['ISO text', 'at: new Date(Date.now() - 90_000).toISOString()'],
    ['milliseconds since 1970', 'at: Date.now() - 90_000'],
    ['seconds since 1970', 'at: Math.floor(Date.now() / 1000) - 90'],
  ])('is a beat by %s', async (_, beat) => {
    expect(await said(`return { kind: 'beat', ${beat} }`, { critical: '1m' })).toMatch(
      /^critical: silent for 1 min .*limit 1 min/,
    )
  })

  test('is a beat by a clock of its own', async () => {
    const beat = "return { kind: 'beat', at: '2020-01-01T00:00:00Z', asOf: '2020-01-01T00:01:30Z' }"
    expect(await said(beat, { critical: '1m' })).toMatch(/^critical: silent for 1 min 30 s/)
  })

  test.each([
    ['a number', "{ kind: 'amount', value: 7 }", { measure: 'number', critical: 5 }, 'critical: 7 (limit 5)'],
    [
      'a large number',
      "{ kind: 'amount', value: 2n ** 64n }",
      { measure: 'number', critical: 5 },
      `critical: ${2n ** 64n} (limit 5)`,
    ],
    ['a judgement', "{ kind: 'judged', severity: 'warning', summary: 'so so' }", {}, 'warning: so so'],
    ['nothing there', "{ kind: 'absent', why: 'none' }", { missing: 'critical' }, 'critical: none'],
    ['a fault', "{ kind: 'fault', fault: { kind: 'denied', message: 'no' } }", {}, 'unknown: no'],
    [
      'its options',
      "{ kind: 'judged', severity: 'ok', summary: JSON.stringify([options, context.check]) }",
      { options: { a: [1, { b: null }] } },
      'ok: [{"a":[1,{"b":null}]},"a"]',
    ],
    ['a number in place of a time', "{ kind: 'amount', value: 7 }", { critical: '1m' }, 'unknown: it brought a number'],
    [
      'a time in place of a number',
      "{ kind: 'beat', at: 1 }",
      { measure: 'number', critical: 1 },
      'unknown: it brought a time',
    ],
    ['no time', "{ kind: 'beat' }", { critical: '1m' }, 'unknown: it brought a beat without a time'],
    ['undefined', 'undefined', {}, 'unknown: it brought something that is no reading'],
    ['no reading', "{ kind: 'great' }", {}, 'unknown: it brought a reading of a kind that nobody knows'],
    [
      'NaN',
      "{ kind: 'amount', value: NaN }",
      { measure: 'number', critical: 1 },
      'unknown: it brought an amount that is no number',
    ],
    ['escape codes', "{ kind: 'judged', severity: 'ok', summary: 'a\\x1b[2J\\0' }", {}, 'ok: a\\x1b[2J\\x00'],
  ])('is %s', async (_, reading, keys, words) => {
    expect(await said(`return ${reading}`, keys)).toBe(words)
  })
})

describe('a module that misbehaves is a fault of its own check', () => {
  test.each([
    ['throws', 'throw new Error("broken\\n\\x1b[2J")', /^unknown: it threw: broken \\x1b\[2J$/],
    ['throws nothing', 'throw null', /^unknown: it threw: null$/],
    [
      'throws where nobody awaits it',
      'setTimeout(() => { throw new Error("late") }); await new Promise(() => {})',
      /^unknown: it threw: late$/,
    ],
    [
      'rejects where nobody awaits it',
      'Promise.reject(new Error("late")); await new Promise(() => {})',
      /^unknown: it threw: late$/,
    ],
    ['exits', 'process.exit(0)', /^unknown: no answer: it ended its process with exit 0$/],
    [
      'is killed',
      'process.kill(process.pid, "SIGKILL"); await new Promise(() => {})',
      /^unknown: no answer: its process was ended by SIGKILL$/,
    ],
    ['loops for ever', 'for (;;);', /^unknown: no answer within [12](\.\d)? s$/],
    ['never answers', 'await new Promise(() => {})', /^unknown: no answer/],
    [
      'brings what cannot be handed over',
      'return { kind: "judged", severity: "ok", summary: () => {} }',
      /^unknown: it threw: .*could not be cloned/,
    ],
    [
      'prints for ever',
      'for (let i = 0; i < 1e4; i++) console.log("x".repeat(1000)); return { kind: "judged", severity: "ok", summary: "well" }',
      /^ok: well$/,
    ],
    [
      'says something else',
      'process.send("hello"); await new Promise(() => {})',
      /^unknown: it says what nobody asked$/,
    ],
    ['throws a book', 'throw new Error("x".repeat(1e7))', /^unknown: it threw: x{200,600}…$/],
    [
      'brings a library',
      'return { kind: "judged", severity: "ok", summary: "x".repeat(1e7) }',
      /^unknown: it brought more than 1 MB$/,
    ],
    ['takes all memory', 'const all = []; for (;;) all.push("x".repeat(1e6) + all.length)', /^unknown: no answer/],
  ])('that %s', async (_, body, words) => {
    expect(await said(body, { timeout: '2s' })).toMatch(words)
  })

  test('that ends in an endless loop leaves no process, also where it has started some', async () => {
    const pids = join(dir, 'pids')
    const body = `
      const { spawn } = await import('node:child_process')
      const { writeFileSync } = await import('node:fs')
      const child = spawn('sleep', ['60'], { stdio: 'ignore' })
      writeFileSync(${JSON.stringify(pids)}, process.pid + ' ' + child.pid)
      for (;;);`
    expect(await said(body, { timeout: '2s' })).toMatch(/^unknown: no answer within/)
    const isAlive = (pid: string): boolean => {
      try {
        return process.kill(Number(pid), 0)
      } catch {
        return false
      }
    }
    const all = readFileSync(pids, 'utf8').split(' ')
    await eventually(() => (all.some(isAlive) ? undefined : true), { what: 'the end of all processes' })
  })

  test.each([
    ['has no function read', 'export const write = 1', 'it exports no function read'],
    ['is no JavaScript', 'export const = 1', 'it cannot be loaded: '],
    ['imports what is not there', "import './none.mjs'", 'it cannot be loaded: '],
    ['throws when it is loaded', 'throw new Error("early")', 'it cannot be loaded: early'],
  ])('that %s', async (_, code, words) => {
    const { code: exit, stdout } = await lastalive(['check', '--module', module(code), '--name', 'a'])
    expect([exit, stdout]).toEqual([3, expect.stringContaining(`UNKNOWN - a: ${words}`)])
  })

  test('that others can write is not loaded', async () => {
    const path = module(
      `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(join(dir, 'ran'))}, '')`,
    )
    chmodSync(path, 0o666)
    const { stdout } = await lastalive(['check', '--module', path, '--name', 'a'])
    expect(stdout).toContain(`UNKNOWN - a: not run: ${path} can be written by others; run: chmod go-w ${path}`)
    expect(() => readFileSync(join(dir, 'ran'))).toThrow('ENOENT')
  })

  test('that is a FIFO is not waited for', async () => {
    const path = join(dir, 'fifo.mjs')
    execFileSync('mkfifo', [path])
    const { code, stdout } = await lastalive(['check', '--module', path, '--name', 'a'])
    expect([code, stdout]).toEqual([3, expect.stringContaining(`UNKNOWN - a: not run: ${path} is not a regular file`)])
  })

  test('while the others are read', async () => {
    const scene = await makeWatchingScene()
    const hangs = { database: undefined, module: module('export const read = () => { for (;;); }'), timeout: '1s' }
    const well = { database: undefined, file: join(dir, 'module.mjs'), critical: '1h' }
    scene.watch({ a: hangs, b: well, c: hangs })
    const judged = await scene.judged()
    expect(judged).toMatchObject({ a: expect.stringMatching(/^unknown: no answer/), b: expect.stringMatching(/^ok: /) })
  })
})

test('remembers what it was left, from run to run', async () => {
  const scene = await makeWatchingScene()
  const body = `const count = (context.memory ?? 0) + 1
    return { kind: 'judged', severity: 'ok', summary: 'run ' + count, memory: count }`
  scene.watch({ a: { database: undefined, module: module(`export const read = async (_, context) => { ${body} }`) } })
  for (const count of [1, 2, 3]) {
    expect((await scene.command(['run', '--format', 'text'])).stdout).toContain(`run ${count}`)
  }
})

test('is told once, and once when it is over; a secret in its options is never shown', async () => {
  const scene = await makeWatchingScene()
  const judged = (severity: string): string =>
    module(
      `export default { read: async ({ token }) => ({ kind: 'judged', severity: '${severity}', summary: 'with ' + token }) }`,
    )
  scene.watch({ a: { database: undefined, module: judged('critical'), options: { token: 'geheim-12345' } } })
  for (const _ of [1, 2]) expect(await scene.command(['run'])).toMatchObject({ code: 2, stdout: '', stderr: '' })
  expect(scene.subjects()).toEqual(['[lastalive] CRITICAL a: with ***'])
  judged('ok')
  expect(await scene.command(['run'])).toMatchObject({ code: 0 })
  expect(scene.subjects()).toEqual([expect.stringMatching(/^\[lastalive\] OK a: ok again after /)])
})

test('docs/module.md shows the example as it is', () => {
  const [, shown] = /```js\n([\s\S]*?)```/.exec(readFileSync('docs/module.md', 'utf8')) ?? []
  expect(shown).toBe(readFileSync('examples/queue.mjs', 'utf8'))
})
