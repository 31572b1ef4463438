import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { COMMAND, lastalive } from '../support/command.ts'
import { eventually } from '../support/eventually.ts'
import { type JobScene, makeJobScene, waitingIn } from '../support/jobs.ts'
import { MARIADB_MISSING, mariadbBinaries, startMariadb, type TestMariadb } from '../support/mariadb.ts'
import { canMount, MOUNTS_MISSING } from '../support/own-mounts.ts'
import { canTrace, nameOf, STRACE_MISSING, strike, trace } from '../support/strace.ts'
import { isInstalled, openTerminal, TERMINAL_MISSING } from '../support/terminal.ts'

const QUIET = { stdout: '', stderr: '', code: 0 }
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
    const stopped = await shell(
      `${first} sleep 30 & sleep 2; kill -TERM $(pgrep -P $(pgrep -f 'unshare.*${state}' | head -n 1)); wait $!`,
    )
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
      inside(scene, `--no-capture -- sh -c 'test -t 0 && test -t 1 && echo terminal; read a; echo "got \\$a"'`),
    )
    onTestFinished(() => terminal.stop())
    await terminal.type('', /terminal/)
    expect(await terminal.type('hello\n', /code 0/)).toContain('got hello')
  })
})

test('without a terminal nohup keeps the command from a hang-up, and exec waits for it', async () => {
  const { url, state, rows } = makeJobScene()
  const words = ['--url', url, '--state', state, 'n', '--', 'nohup', 'sh', '-c', 'echo ready; sleep 1; exit 3']
  const child = spawn(process.execPath, [COMMAND, 'exec', ...words], { stdio: ['ignore', 'pipe', 'ignore'] })
  await new Promise((resolve) => child.stdout.once('data', resolve))
  child.kill('SIGHUP')
  expect(await new Promise((resolve) => child.once('close', resolve))).toBe(3)
  expect(rows()).toMatchObject([{ exit_code: 3 }])
})

describe.skipIf(mariadbBinaries() === undefined)(`MariaDB (${MARIADB_MISSING} where skipped)`, () => {
  let server: TestMariadb
  let state: string
  let url: string
  beforeAll(async () => {
    server = await startMariadb(['--max-allowed-packet=64K'])
    await server.query(
      "CREATE DATABASE jobs; CREATE USER writer@'127.0.0.1'; GRANT ALL ON jobs.* TO writer@'127.0.0.1'",
    )
    url = `mysql://writer@127.0.0.1:${server.port}/jobs`
    expect(await lastalive(['schema', 'jobs', '--url', url, '--apply'])).toMatchObject({ code: 0 })
  })
  afterAll(() => server?.remove())
  beforeEach(async () => {
    await server.query('DELETE FROM lastalive_job_run', 'jobs')
    const dir = mkdtempSync(join(tmpdir(), 'lastalive-maria-'))
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
    state = join(dir, 'state')
  })
  const run = (command: string, words: readonly string[]) =>
    lastalive([command, '--url', url, '--state', state, '-t', '5s', ...words])

  test.each(['', 'STRICT_ALL_TABLES'])("with sql_mode='%s' keeps the last of 100,000 bytes", async (mode) => {
    await server.query(`SET GLOBAL sql_mode='${mode}'; SET GLOBAL max_allowed_packet=1024*1024`)
    expect(await run('exec', ['n', '--', 'sh', '-c', 'head -c 150000 /dev/zero; printf END'])).toMatchObject({
      code: 0,
      stderr: '',
    })
    expect(await server.query('SELECT length(output), substr(output, 99998) FROM lastalive_job_run', 'jobs')).toBe(
      '100000\tEND',
    )
    await server.query('SET GLOBAL max_allowed_packet=64*1024')
  })

  test('that takes no packet as large as the output has the end without it, and the row says so', async () => {
    const { code, stderr } = await run('exec', ['n', '--', 'sh', '-c', 'head -c 150000 /dev/zero; exit 2'])
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/^lastalive: the beat of n is stored, but its output is not stored: [^\n]+\n$/),
    ])
    expect(
      await server.query('SELECT exit_code, output_bytes, output, left(message, 24) FROM lastalive_job_run', 'jobs'),
    ).toBe('2\tNULL\tNULL\tits output is not stored')
    expect(waitingIn(state)).toEqual([])
  })

  test('that is read only keeps the beats waiting', async () => {
    await server.query('SET GLOBAL read_only=ON')
    const { code, stderr } = await run('exec', ['n', '--', 'sh', '-c', 'exit 2'])
    await server.query('SET GLOBAL read_only=OFF')
    expect([code, stderr]).toEqual([2, expect.stringMatching(/waits in the spool: read only \(a standby\?\)\n$/)])
    expect(await run('beat', ['m'])).toMatchObject(QUIET)
    expect(waitingIn(state)).toEqual([])
  })

  test('whose row is locked costs a job a second, and nothing is lost', async () => {
    await run('beat', ['n', '--every', '1d'])
    const held = server.query(
      "BEGIN; SELECT * FROM lastalive_job WHERE name = 'n' FOR UPDATE; DO SLEEP(8); COMMIT",
      'jobs',
    )
    await new Promise((resolve) => setTimeout(resolve, 300))
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () =>
        lastalive(['exec', 'n', '--url', url, '--state', state, '--every', '2d', '--', 'sh', '-c', 'exit 9']),
      ),
    )
    expect(outcomes.map(({ code }) => code)).toEqual(Array(20).fill(9))
    await held
    await run('beat', ['m', '-t', '20s'])
    expect(await server.query("SELECT count(*) FROM lastalive_job_run WHERE job = 'n' AND exit_code = 9", 'jobs')).toBe(
      '20',
    )
    expect(waitingIn(state)).toEqual([])
  })
})

describe.skipIf(!canTrace())(`killed at each system call (${STRACE_MISSING} where skipped)`, () => {
  const AWAY = 'postgres://a@127.0.0.1:1/a'

  /** What a beat does to its state, by the calls that a kill can come before. */
  async function momentsOf(scene: JobScene, url: string) {
    const args = ['beat', 'n', '--url', url, '--state', scene.state, '--run-id', 'traced']
    const places = { state: realpathSync(scene.state), log: join(scene.dir, 'strace') }
    const { moments, paths } = await trace(args, places)
    return { args, places, paths, moments: moments.filter(({ isOfState }) => isOfState) }
  }

  test('a beat that has to wait leaves the others as they were, and is whole or not there', LONG, async () => {
    const scene = makeJobScene()
    await lastalive(['beat', 'first', '--url', AWAY, '--state', scene.state, '--run-id', 'kept'])
    const { args, places, paths, moments } = await momentsOf(scene, AWAY)
    expect(moments.length).toBeGreaterThan(3)
    for (const moment of moments) {
      const { diedAt } = await strike(moment, args, { ...places, paths, count: moment.count })
      const texts = waitingIn(scene.state).map((name) => readFileSync(join(scene.state, 'spool', name), 'utf8'))
      expect(
        texts.map((text) => JSON.parse(text).event.runId),
        `${nameOf(moment)}, ${diedAt}`,
      ).toContain('kept')
    }
  })

  test('a beat that takes what waits along loses nothing, and has nothing twice', LONG, async () => {
    const scene = makeJobScene()
    const wait = async (): Promise<void> => {
      scene.database.exec('BEGIN EXCLUSIVE')
      await lastalive([
        'exec',
        'w',
        '--url',
        scene.url,
        '--state',
        scene.state,
        '-t',
        '1s',
        '--run-id',
        'waiting',
        '--',
        'sh',
        '-c',
        'echo out; exit 3',
      ])
      scene.database.exec('ROLLBACK')
      expect(scene.waiting()).toHaveLength(2)
    }
    await wait()
    const { args, places, paths, moments } = await momentsOf(scene, scene.url)
    expect(moments.length).toBeGreaterThan(1)
    for (const moment of moments) {
      scene.database.exec('DELETE FROM lastalive_job_run')
      await wait()
      await strike(moment, [...args, '-t', '10s'], { ...places, paths, count: moment.count })
      expect(await scene.beat(['after'])).toMatchObject(QUIET)
      expect(scene.waiting()).toEqual([])
      const rows = scene.rows().filter(({ job }) => job === 'w')
      expect(rows, nameOf(moment)).toMatchObject([{ run_id: 'waiting', exit_code: 3, output_bytes: 4 }])
    }
  })
})
