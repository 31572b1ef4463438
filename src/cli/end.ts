import { isHeldByFiles } from '../io/files/fs.ts'

/** How long the end of a process may wait for its files, in seconds. */
const PATIENCE = 1

let isPrepared = false

/**
 * Sees to it that the end of this process is one. It waits for the calls to file systems that are under way, and those
 * to one that is gone, such as a network mount, never come back.
 */
export function endDespiteFiles(): void {
  if (isPrepared) return
  isPrepared = true
  process.on('exit', (code) => {
    if (isHeldByFiles()) endAnyway(code)
  })
}

/** What takes our place ends with our code. Before Node 22.15 nothing can: there a process that stays is killed. */
function endAnyway(code: number): void {
  if ('execve' in process && typeof process.execve === 'function') {
    process.execve('/bin/sh', ['sh', '-c', `exit ${code}`], {})
  } else killLater()
}

/** Our end closes the pipe, and ends the waiting of the one who would kill us. */
function killLater(): void {
  const script = `timeout ${PATIENCE} cat; [ $? -eq 124 ] && kill -KILL "$PPID"`
  const { spawn } = process.getBuiltinModule('node:child_process')
  spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'] })
}
