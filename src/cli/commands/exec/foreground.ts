import { readFileSync } from 'node:fs'

/**
 * Whether this process is among those that a terminal sends its signals to. Then whatever runs in the same process group
 * has them as well.
 *
 * @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html pgrp, tty_nr, tpgid
 */
export function onTerminal(): boolean {
  try {
    const [, fields = ''] = readFileSync('/proc/self/stat', 'utf8').split(/\) (?=[^)]*$)/s)
    const [, , group, , terminal, foreground] = fields.split(' ')
    return terminal !== '0' && group === foreground
  } catch {
    // Where nothing tells, a signal too many is better than none.
    return false
  }
}
