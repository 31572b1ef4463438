import { spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type Worker, workerOf } from './workers.ts'

export const RQ_MISSING = 'no RQ: apt-get install python3-rq, or let .ci/run unpack it'

/** The interpreter that Debian's modules are for. */
const PYTHON = '/usr/bin/python3'

const PYTHONPATH = fileURLToPath(new URL('../../node_modules/.rq/usr/lib/python3/dist-packages', import.meta.url))
const env = { ...process.env, PYTHONPATH }

/** Whether it is installed, or unpacked beside the modules. */
export function isRqThere(): boolean {
  return spawnSync(PYTHON, ['-c', 'import rq'], { env, stdio: 'ignore' }).status === 0
}

/** Starts a real worker of RQ on a server of Redis. */
export function startRqWorker(url: string): Worker {
  const words = ['-c', 'from rq.cli import main; main()', 'worker', '--quiet', '--url', url]
  return workerOf(spawn(PYTHON, words, { env, stdio: 'ignore' }))
}
