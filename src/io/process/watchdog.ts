import { Worker } from 'node:worker_threads'

/** A process whose parent has gone is given to another one. */
const WATCHDOG = `
  const { workerData: parent } = require('node:worker_threads')
  setInterval(() => process.ppid === parent || process.kill(process.pid, 'SIGKILL'), 500)`

/** Ends this process when its parent has gone, also while something holds its thread. */
export function endWithParent(parent: number): void {
  new Worker(WATCHDOG, { eval: true, workerData: parent }).unref()
}
