import { type ChildProcess, spawn } from 'node:child_process'
import { hostname } from 'node:os'
import { fileURLToPath } from 'node:url'
import { type CommandOptions, holdToPromises, lastalive, type Outcome } from './command.ts'

const MAIN = new URL('../../dist/cli/main.cjs', import.meta.url).href

/** Does what bin/lastalive.js does, once for each message. */
const SCRIPT = `
  const { default: { main } } = await import(${JSON.stringify(MAIN)})
  process.on('disconnect', () => process.exit())
  process.on('message', async ({ id, argv, env }) => {
    const begun = performance.now()
    const [stdout, stderr] = [[], []]
    const end = (code) =>
      process.send({ id, code, stdout: stdout.join(''), stderr: stderr.join(''), seconds: (performance.now() - begun) / 1000 })
    end(
      await main({
        argv,
        env,
        stdout: { write: (text) => stdout.push(text) },
        stderr: { write: (text) => stderr.push(text) },
        hostName: ${JSON.stringify(hostname())},
        home: env.HOME,
        userName: 'tester',
        elapsedMs: () => performance.now() - begun,
        onSignal: () => () => {},
        exit: end,
      }),
    )
  })
  process.send('ready')`

interface Answer extends Omit<Outcome, 'signal'> {
  readonly id: number
}

let resident: Promise<ChildProcess> | undefined
let asked = 0

/** What Node, OpenSSL and the C library read from the process itself. */
const OF_THE_PROCESS = /^(TZ|HOME|PATH|LANG|LC_.*|NODE_.*|SSL_.*|RES_OPTIONS)$/

/** Whether it must be a process of its own: one to be killed, in a place of its own, or with what a process reads at its start. */
function isOwn({ cwd, killAfterMs, killWhen, env = {} }: CommandOptions): boolean {
  if (process.env.LASTALIVE_TEST_FRESH === '1' || process.env.LASTALIVE_TEST_COMMAND !== undefined) return true
  return (cwd ?? killAfterMs ?? killWhen) !== undefined || Object.keys(env).some((name) => OF_THE_PROCESS.test(name))
}

/**
 * Runs the built command in a process that stays: for suites of many short runs, where starting it would be most of the
 * work. Whoever looks at how it starts and ends uses `lastalive`, as this does where the options ask for it; all do with
 * LASTALIVE_TEST_FRESH=1.
 */
export async function lastaliveAgain(argv: readonly string[], options: CommandOptions = {}): Promise<Outcome> {
  if (isOwn(options)) return lastalive(argv, options)
  const { env = {} } = options
  resident ??= start()
  const child = await resident
  const id = ++asked
  const outcome = await new Promise<Outcome>((resolve) => {
    const listen = (answer: Answer): void => {
      if (answer.id !== id) return
      child.off('message', listen)
      resolve({ ...answer, signal: null })
    }
    child.on('message', listen)
    child.send({ id, argv, env: { PATH: process.env.PATH, HOME: '/proc/nonexistent', TZ: 'UTC', ...env } })
  })
  await holdToPromises(argv, outcome)
  return outcome
}

async function start(): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--input-type=module', '--no-warnings', '-e', SCRIPT], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: { PATH: process.env.PATH, HOME: '/proc/nonexistent', TZ: 'UTC' },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  await new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve())
    child.once('exit', () => reject(new Error('the process that was to stay did not')))
  })
  child.setMaxListeners(0).unref()
  child.channel?.unref()
  return child
}
