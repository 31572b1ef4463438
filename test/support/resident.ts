import { type ChildProcess, spawn } from 'node:child_process'
import { hostname } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { CommandOptions, Outcome } from './command.ts'

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

/**
 * Runs the built command in a process that stays: for suites of many short runs, where starting it would be most of the
 * work. Whoever kills it, or looks at how it starts and ends, uses `lastalive`.
 */
export async function lastaliveAgain(argv: readonly string[], { env = {} }: CommandOptions = {}): Promise<Outcome> {
  resident ??= start()
  const child = await resident
  const id = ++asked
  const answered = new Promise<Outcome>((resolve) => {
    const listen = (answer: Answer): void => {
      if (answer.id !== id) return
      child.off('message', listen)
      resolve({ ...answer, signal: null })
    }
    child.on('message', listen)
  })
  child.send({ id, argv, env: { PATH: process.env.PATH, HOME: '/nonexistent', ...env } })
  return answered
}

async function start(): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--input-type=module', '--no-warnings', '-e', SCRIPT], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: { PATH: process.env.PATH, HOME: '/nonexistent', TZ: 'UTC' },
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
