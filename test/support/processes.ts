import { readdirSync, readFileSync } from 'node:fs'

/** All processes that descend from this one, itself first. */
export function family(pid: number): readonly number[] {
  const parents = new Map<number, number>()
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const parent = statOf(`/proc/${entry}`)?.parent
    if (parent !== undefined) parents.set(Number(entry), parent)
  }
  const members = [pid]
  for (const member of members) {
    for (const [child, parent] of parents) if (parent === member) members.push(child)
  }
  return members
}

/** Sends a signal to each, and passes over those that have ended by themselves. */
export function signalAll(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name)
    } catch {
      // One of a server's children ended meanwhile.
    }
  }
}

/**
 * Stops processes by SIGSTOP, and comes back when each of their threads has stood still: the signal is only queued by
 * kill(2), and a thread on another core may answer one more query before it takes effect.
 */
export function freezeAll(pids: readonly number[]): void {
  signalAll(pids, 'SIGSTOP')
  const giveUp = performance.now() + 5_000
  while (!pids.every(isStill)) {
    if (performance.now() > giveUp) throw new Error(`SIGSTOP did not stop ${pids.join(', ')}`)
  }
}

function isStill(pid: number): boolean {
  return threadsOf(pid).every((thread) => ['T', 'Z', undefined].includes(statOf(thread)?.state))
}

function threadsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map((thread) => `/proc/${pid}/task/${thread}`)
  } catch {
    // It has ended: nothing of it moves.
    return []
  }
}

function statOf(place: string): { readonly state: string | undefined; readonly parent: number } | undefined {
  try {
    const stat = readFileSync(`${place}/stat`, 'utf8')
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return { state, parent: Number(parent) }
  } catch {
    // It ended while the list was read.
    return undefined
  }
}
