import type { ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { FaultError } from '../../core/errors.ts'
import { child } from '../../core/shape/tree.ts'
import type { Fault, Seconds } from '../../core/types.ts'
import { withLimit } from '../../io/net/time-limit.ts'
import { nowMs } from '../../io/now.ts'
import { isBeyondUs, killGroup } from '../../io/process/group.ts'
import type { ModuleAnswer, ModuleQuestion } from './question.ts'

/** Where the build has put the program, seen from the command, from the library and from the source. */
const PLACES = ['../module-host.mjs', '../../../module-host.mjs', '../../../dist/module-host.mjs']

/** What came of asking a module. */
interface Asked {
  /** whatever it has brought, or why it has brought nothing */
  readonly brought: { readonly reading: unknown } | { readonly fault: Fault }
  readonly response: Seconds
  /** the process group of those whom it has started, who still run, and whom we may not end */
  readonly survivors?: number
}

/** Asks a module in a process of its own, which is ended afterwards with all that it has started. */
export async function askModule(question: ModuleQuestion, signal: AbortSignal): Promise<Asked> {
  const { timeoutMs } = question
  const late = (waited: string): FaultError => faulty({ kind: 'timeout', message: `no answer within ${waited}` })
  let running: ChildProcess | undefined
  const work = (): Promise<ModuleAnswer> =>
    new Promise((resolve, reject) => {
      running = start()
      running.on('error', (error) => reject(faulty({ kind: 'failed', message: `cannot be run: ${error.message}` })))
      running.once('exit', (code, died) => reject(ended(code, died)))
      running.once('message', (answer: ModuleAnswer) => resolve(answer))
      running.send(question, (error) => error !== null && reject(ended(running?.exitCode ?? null, null)))
    })
  const begun = nowMs()
  const brought = await withLimit(work, { signal, timeoutMs, late }).then(broughtIn).catch(faultIn)
  const response = (nowMs() - begun) / 1_000
  const group = running?.pid
  if (group === undefined) return { brought, response }
  killGroup(group, 'SIGKILL')
  return { brought, response, ...((await isBeyondUs(group)) ? { survivors: group } : {}) }
}

function faultIn(error: unknown): Asked['brought'] {
  if (error instanceof FaultError) return { fault: error.fault }
  throw error
}

function start(): ChildProcess {
  const { fork } = process.getBuiltinModule('node:child_process')
  const place = PLACES.map((path) => new URL(path, import.meta.url)).find((url) => existsSync(url))
  if (place === undefined) throw new Error('module-host.mjs is not where lastalive is installed')
  return fork(fileURLToPath(place), [String(process.pid)], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: 'advanced',
    detached: true,
    cwd: '/',
  })
}

/** The module may have said anything in place of its host. */
function broughtIn(answer: ModuleAnswer): Asked['brought'] {
  const why = String(child(answer, 'why') ?? 'it says what nobody asked')
  switch (child(answer, 'kind')) {
    case 'reading':
      return { reading: child(answer, 'reading') }
    case 'threw':
      throw faulty({ kind: 'failed', message: `it threw: ${why}` })
    default:
      throw faulty({ kind: 'invalid', message: why })
  }
}

function ended(code: number | null, died: string | null): FaultError {
  const how = died === null ? `it ended its process with exit ${code ?? '?'}` : `its process was ended by ${died}`
  return faulty({ kind: 'failed', message: `no answer: ${how}` })
}

function faulty(fault: Omit<Fault, 'scope'>): FaultError {
  return new FaultError({ scope: 'check', ...fault })
}
