import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { describe, expect, onTestFinished, test } from 'vitest'
import { COMMAND } from '../support/command.ts'
import { eventually } from '../support/eventually.ts'
import { type JobScene, makeJobScene } from '../support/jobs.ts'
import { canMount, MOUNTS_MISSING } from '../support/own-mounts.ts'
import { isInstalled, openTerminal, TERMINAL_MISSING } from '../support/terminal.ts'

const LONG = { timeout: 900_000 }

test('each exit code is the one of the command', LONG, async () => {
  const { shell } = makeJobScene()
  const { stdout } = await shell('for i in $(seq 0 255); do exec n --no-capture -- sh -c "exit $i"; echo $?; done', {
    killAfterMs: 800_000,
  })
  expect(stdout.trim().split('\n').map(Number)).toEqual(Array.from({ length: 256 }, (_, i) => i))
})

/** Those that end a process, of which none is sent to a whole terminal. */
const ENDING = Object.entries(constants.signals).filter(
  ([name]) => !/^SIG(CHLD|CONT|STOP|TSTP|TTIN|TTOU|URG|WINCH)$/.test(name),
)

test('a command that a signal ends has 128 and its number', LONG, async () => {
  const { shell, rows } = makeJobScene()
  const { stdout } = await shell(
    ENDING.map(([, number]) => `exec n -- sh -c 'kill -${number} $$'; echo $?`).join('\n'),
    { killAfterMs: 300_000 },
  )
  expect(stdout.trim().split('\n').map(Number)).toEqual(ENDING.map(([, number]) => 128 + number))
  expect(rows().map(({ exit_code }) => exit_code)).toEqual(ENDING.map(([, number]) => 128 + number))
})

test.each(['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH', 'SIGCONT'] as const)(
  '%s reaches the command once',
  async (signal) => {
    const { url, state } = makeJobScene()
    const script = `trap 'echo heard' ${signal.slice(3)}; echo ready; i=0; while [ $i -lt 10 ]; do sleep 0.1; i=$((i+1)); done; exit 5`
    const child = spawn(process.execPath, [
      COMMAND,
      'exec',
      '--url',
      url,
      '--state',
      state,
      'n',
      '--',
      'sh',
      '-c',
      script,
    ])
    let said = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
    const ended = new Promise((resolve) => child.once('close', resolve))
    await eventually(() => (said.includes('ready') ? true : undefined), { what: 'ready' })
    child.kill(signal)
    expect(await ended).toBe(5)
    expect(said).toBe('ready\nheard\n')
  },
)

test('a gigabyte goes through in bounded memory, and its last bytes are kept', LONG, async () => {
  const { url, state, rows } = makeJobScene()
  const words = [
    '--url',
    url,
    '--state',
    state,
    '-t',
    '20s',
    '--expect',
    'END',
    'n',
    '--',
    'sh',
    '-c',
    'head -c 1G /dev/zero; printf END',
  ]
  const child = spawn(process.execPath, [COMMAND, 'exec', ...words], { stdio: ['ignore', 'pipe', 'inherit'] })
  let [bytes, largest] = [0, 0]
  child.stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length
  })
  const timer = setInterval(() => {
    largest = Math.max(largest, residentKilobytes(child.pid ?? 0))
  }, 100)
  expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0)
  clearInterval(timer)
  expect(bytes).toBe(1024 ** 3 + 3)
  expect(largest).toBeLessThan(200_000)
  expect(rows()).toMatchObject([{ outcome: null, output_bytes: 1024 ** 3 + 3 }])
  expect(rows()[0]?.output?.subarray(-3).toString()).toBe('END')
})

test('output that comes byte by byte takes no more memory', LONG, async () => {
  const { exec, rows } = makeJobScene()
  const script = 'const fs=require("fs");for(let i=0;i<150000;i++)fs.writeSync(1,"x")'
  expect(await exec(['n', '--', process.execPath, '-e', script])).toMatchObject({ code: 0 })
  expect(rows()).toMatchObject([{ output_bytes: 150_000 }])
})

function residentKilobytes(pid: number): number {
  const status = existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, 'utf8') : ''
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0)
}

test.skipIf(!canMount())(
  `as the first process of a container, exec ends with its command (${MOUNTS_MISSING} where skipped)`,
  async () => {
    const { url, state, shell, rows } = makeJobScene()
    const first = `unshare --pid --fork --mount-proc '${process.execPath}' '${COMMAND}' exec --url '${url}' --state '${state}' -t 10s n --`
    expect(await shell(`${first} sh -c '(sleep 0.1 &) ; (sleep 30 &) ; exit 7'`)).toMatchObject({ code: 7 })
    const stopped = await shell(`${first} sleep 30 & u=$!; sleep 3; kill -TERM $(pgrep -P $u); wait $u`)
    expect(stopped).toMatchObject({ code: 143 })
    expect(rows()).toMatchObject([{ exit_code: 7 }, { exit_code: 143 }])
  },
)

describe.skipIf(!isInstalled())(`on a terminal (${TERMINAL_MISSING} where skipped)`, () => {
  const inside = ({ url, state }: JobScene, words: string): string =>
    `'${process.execPath}' '${COMMAND}' exec --url '${url}' --state '${state}' -t 10s n ${words}; echo "code $?"`

  test('Ctrl-C reaches the command once, not twice', async () => {
    const scene = makeJobScene()
    const script = `trap 'echo heard' INT; echo ready; i=0; while [ $i -lt 15 ]; do sleep 0.1; i=$((i+1)); done; exit 5`
    const terminal = openTerminal(`trap : INT; ${inside(scene, `-- sh -c "${script.replaceAll('$', '\\$')}"`)}`)
    onTestFinished(() => terminal.stop())
    await terminal.type('', /ready/)
    const rest = await terminal.type('\x03', /code 5/)
    expect(rest.match(/heard/g)).toHaveLength(1)
    expect(scene.rows()).toMatchObject([{ exit_code: 5 }])
  })

  test('with --no-capture the command has the terminal, and what is typed', async () => {
    const scene = makeJobScene()
    const terminal = openTerminal(
      inside(scene, `--no-capture -- sh -c 'test -t 0 && test -t 1 && echo terminal; read a; echo "got $a"'`),
    )
    onTestFinished(() => terminal.stop())
    await terminal.type('', /terminal/)
    expect(await terminal.type('hello\n', /code 0/)).toContain('got hello')
  })
})

test('without a terminal nohup keeps the command from a hang-up, and exec waits for it', async () => {
  const { url, state, rows } = makeJobScene()
  const words = [
    '--url',
    url,
    '--state',
    state,
    '-t',
    '20s',
    'n',
    '--',
    'nohup',
    'sh',
    '-c',
    'echo ready; sleep 1; exit 3',
  ]
  const child = spawn(process.execPath, [COMMAND, 'exec', ...words], { stdio: ['ignore', 'pipe', 'ignore'] })
  await new Promise((resolve) => child.stdout.once('data', resolve))
  child.kill('SIGHUP')
  expect(await new Promise((resolve) => child.once('close', resolve))).toBe(3)
  expect(rows()).toMatchObject([{ exit_code: 3 }])
})
