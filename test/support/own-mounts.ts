import { execFileSync } from 'node:child_process'
import { COMMAND, type CommandOptions, type Outcome, runProgram } from './command.ts'

/** What suites say where they have to be skipped. */
export const MOUNTS_MISSING = 'no mounts of our own: run as root, or allow user namespaces'

const isRoot = process.getuid?.() === 0
/** The words before a command that has mounts of its own. */
export const UNSHARE = ['unshare', '--mount', ...(isRoot ? [] : ['--user', '--map-root-user'])]

/** Whether we may have mounts of our own: root may, others where the kernel lets them have user namespaces. */
export function canMount(): boolean {
  try {
    execFileSync(UNSHARE[0] ?? '', [...UNSHARE.slice(1), 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/**
 * Runs the built command where some lines of sh have been run before, in mounts of its own that end with it.
 *
 * @param before such as `mount -t tmpfs tmpfs /tmp/x`
 * @param options.mounts false where the lines mount nothing
 */
export function lastaliveAfter(
  before: string,
  args: readonly string[],
  { mounts = true, ...options }: CommandOptions & { readonly mounts?: boolean } = {},
): Promise<Outcome> {
  const shell = ['sh', '-ec', `${before}\nexec "$@"`, 'sh', process.execPath, COMMAND, ...args]
  return runProgram(mounts ? [...UNSHARE, ...shell] : shell, options)
}

/** What suites say where they have to be skipped. */
export const DEAD_MOUNT_MISSING = 'no /dev/fuse, or no mounts of our own'

/**
 * The lines of sh that mount a file system whose server never answers, as one of a network that is gone: whatever
 * touches it waits until it is killed.
 */
export function deadMountAt(directory: string): string {
  const options = `fd=3,rootmode=40000,user_id=$(id -u),group_id=$(id -g)`
  return `exec 3<>/dev/fuse\nmount -i -t fuse -o "${options}" dead '${directory}'`
}

/** Whether we may mount such a one. */
export function canMountDead(): boolean {
  try {
    execFileSync(UNSHARE[0] ?? '', [...UNSHARE.slice(1), 'sh', '-ec', deadMountAt('/mnt')], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
