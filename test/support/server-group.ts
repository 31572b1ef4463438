import { type ChildProcess, spawn } from 'node:child_process'
import { signalAll } from './processes.ts'

/** Its input ends with us, however we end; then its process group does, which is all that it has started. */
const NEVER_ALONE = '"$@" </dev/null & read -r nothing; kill -KILL 0'

/** A server and whatever it starts, in a process group of its own. */
export interface ServerGroup {
  /** ends all of it, at once */
  kill(): void
  /** stops all of it where it is, for good */
  freeze(): void
  /** when the server has ended */
  ended(): Promise<void>
}

/** Starts a server that stays in the foreground, with hardly an environment. */
export function startServerGroup(command: readonly string[], env: Readonly<Record<string, string>> = {}): ServerGroup {
  const server = spawn('sh', ['-c', NEVER_ALONE, 'sh', ...command], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...env },
  })
  return {
    kill: () => signalGroup(server, 'SIGKILL'),
    freeze: () => signalGroup(server, 'SIGSTOP'),
    ended: () => untilItEnds(server),
  }
}

function signalGroup({ pid }: ChildProcess, signal: 'SIGKILL' | 'SIGSTOP'): void {
  if (pid !== undefined) signalAll([-pid], signal)
}

async function untilItEnds(server: ChildProcess): Promise<void> {
  if (server.exitCode === null && server.signalCode === null) {
    await new Promise((resolve) => server.once('exit', resolve))
  }
}
