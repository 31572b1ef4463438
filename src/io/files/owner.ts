import type { Stats } from 'node:fs'

export function isForeign(uid: number): boolean {
  return uid !== 0 && uid !== process.geteuid?.()
}

/**
 * Why a file may not be acted upon: it must be ours or root's, and nobody else may write it.
 *
 * @returns what is wrong, then what to do, without the path; undefined if nothing is wrong
 */
export function whyDistrusted({ uid, mode }: Pick<Stats, 'uid' | 'mode'>, path: string): string | undefined {
  if (isForeign(uid)) {
    const self = process.geteuid?.() ?? uid
    return `belongs to user ${uid}, neither to you nor to root; run: chown ${self} ${path}`
  }
  if ((mode & 0o022) !== 0) return `others can write it; run: chmod go-w ${path}`
  return undefined
}
