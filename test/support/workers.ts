import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { findNode24 } from './node24.ts'
import { family, freezeAll, signalAll } from './processes.ts'

/** Where .ci/run installs them: some ask for a newer Node than we do, so that they are none of our dependencies. */
const FOLDER = fileURLToPath(new URL('../../node_modules/.workers', import.meta.url))

export const WORKERS_MISSING = 'no workers: let .ci/run install them'

// Its worker is a process of its own, which would else begin with the words of this one.
const SIDEQUEST = `
  process.execArgv.length = 0
  const { Sidequest } = await import('sidequest')
  const backend = (driver) => ({ driver: '@sidequest/' + driver + '-backend', config: process.argv.at(-1) })
  const start = (driver) => Sidequest.start({ backend: backend(driver), queues: [{ name: 'jobs' }], logger: { level: 'error' } })`

/** The module of a job of Sidequest's that does nothing. */
export const SIDEQUEST_JOB = `
  import { Job } from '${pathToFileURL(join(FOLDER, 'node_modules/@sidequest/core/dist/index.js')).href}'
  export class Beat extends Job { run() {} }`

/** Each makes its tables where there are none, and works until it is killed. */
const PROGRAMS = {
  // A beat each second or two, where the default is half a minute.
  'pg-boss': `
    import { PgBoss } from 'pg-boss'
    const boss = new PgBoss({ connectionString: process.argv.at(-1), cronMonitorIntervalSeconds: 1 })
    await boss.start()`,
  // What was due while it did not run is made good at its start, so that nobody has to wait for the next minute.
  'graphile-worker': `
    import { run } from 'graphile-worker'
    const crontab = '* * * * * beat ?fill=10m'
    const runner = await run({ connectionString: process.argv.at(-1), crontab, taskList: { beat: () => {} } })
    await runner.promise`,
  // A run each second, of one queue.
  bullmq: `
    import { Queue, Worker } from 'bullmq'
    import { Redis } from 'ioredis'
    const connection = new Redis(process.argv.at(-1), { maxRetriesPerRequest: null })
    await new Queue('mail', { connection }).upsertJobScheduler('beat', { every: 1_000 })
    new Worker('mail', async () => {}, { connection })`,
  '@dbos-inc/dbos-sdk': `
    import { DBOS } from '@dbos-inc/dbos-sdk'
    DBOS.registerWorkflow(async () => {}, { name: 'beat' })
    DBOS.setConfig({ name: 'app', systemDatabaseUrl: process.argv.at(-1), runAdminServer: false, logLevel: 'error' })
    await DBOS.launch()
    await DBOS.registerQueue('jobs')`,
  '@sidequest/postgres-backend': `${SIDEQUEST}\n  await start('postgres')`,
  '@sidequest/mysql-backend': `${SIDEQUEST}\n  await start('mysql')`,
} as const

export type WorkerName = keyof typeof PROGRAMS

/** A real worker in a process of its own, with its children. */
export interface Worker {
  /** SIGSTOP, until `thaw` */
  freeze(): void
  thaw(): void
  /** SIGKILL, as often as one likes */
  kill(): Promise<void>
}

/** Whether all of them are there, and the Node that some of them need. */
export function areWorkersThere(): boolean {
  return (
    findNode24() !== undefined && Object.keys(PROGRAMS).every((name) => existsSync(join(FOLDER, 'node_modules', name)))
  )
}

/** Starts a real worker on a database, at the time of UTC. */
export function startWorker(name: WorkerName, url: string): Worker {
  const node = name.startsWith('@sidequest') ? resolve(findNode24() ?? '') : process.execPath
  const words = ['--no-deprecation', '--input-type=module', '--eval', PROGRAMS[name], '--', url]
  return workerOf(
    spawn(node, words, { cwd: FOLDER, stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, TZ: 'UTC' } }),
  )
}

/** Holds what was started by its process. */
export function workerOf(child: ChildProcess): Worker {
  const ended = once(child, 'exit')
  const members = (): readonly number[] => {
    const isOver = child.exitCode !== null || child.signalCode !== null
    return isOver || child.pid === undefined ? [] : family(child.pid)
  }
  // For a test run that dies: it must not outlive it.
  const kill = (): void => signalAll(members(), 'SIGKILL')
  process.once('exit', kill)
  return {
    freeze: () => freezeAll(members()),
    thaw: () => signalAll(members(), 'SIGCONT'),
    kill: async () => {
      kill()
      await ended
      process.off('exit', kill)
    },
  }
}
