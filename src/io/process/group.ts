import { errorCode } from '../../core/errors.ts'

/** How often, and how long after each other, it is looked whether those who were killed are gone. */
const LOOKS = 10
const LOOK_MS = 10

/** Sends a signal to all in a process group whom we may send one; 0 is none, and asks who is there. */
export function killGroup(group: number, signal: NodeJS.Signals | 0): 'sent' | 'nobody' | 'beyond us' {
  try {
    process.kill(-group, signal)
    return 'sent'
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ESRCH') return 'nobody'
    // All of them run as another user, as under sudo.
    if (code === 'EPERM') return 'beyond us'
    throw error
  }
}

/** Whether there are still some in a process group that was killed, none of whom we may end. */
export async function isBeyondUs(group: number): Promise<boolean> {
  for (let look = 0; look < LOOKS; look++) {
    const found = killGroup(group, 0)
    if (found !== 'sent') return found === 'beyond us'
    await new Promise((resolve) => void setTimeout(resolve, LOOK_MS))
  }
  return false
}
