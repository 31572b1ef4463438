import { isHeldByFiles } from '../io/files/fs.ts'

/** How long the end of a process may wait for files, in seconds. */
const PATIENCE = 1

let isPrepared = false

/**
 * Makes sure that the process ends. Node waits for calls to file systems that are under way. On one that is gone, such
 * as a network mount, they never return.
 */
export function endDespiteFiles(): void {
  if (isPrepared) return
  isPrepared = true
  process.on('exit', (code) => {
    if (isHeldByFiles()) endAnyway(code)
  })
}

/**
 * Replaces the process by one that ends with our code. Before Node 22.15 that is not possible, and the process is
 * killed.
 */
function endAnyway(code: number): void {
  if ('execve' in process && typeof process.execve === 'function') {
    process.execve('/bin/sh', ['sh', '-c', `exit ${code}`], {})
  } else killLater()
}

/** Starts a process that kills us. Our end closes its pipe, and then it does nothing. */
function killLater(): void {
  const script = `timeout ${PATIENCE} cat; [ $? -eq 124 ] && kill -KILL "$PPID"`
  const { spawn } = process.getBuiltinModule('node:child_process')
  spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'] })
}
