import { constants } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { errorCode, errorMessage } from '../../core/errors.ts'
import { cutToBytes } from '../../core/words/cut.ts'
import { clean, shorten } from '../../core/words/text.ts'
import { close, fstat, open, write } from '../../io/files/fs.ts'
import { nowMs } from '../../io/now.ts'
import { type TimeLimit, timeLeftMs } from '../../io/time-left.ts'
import { type Outcome, refusedForNow } from '../outcome.ts'
import type { CheckResult } from './check-results.ts'

/** A pipe takes up to so many bytes as a whole or not at all, whoever else writes to it. */
const PIPE_BUF = 4_096
const AGAIN_MS = 20

const LENGTH = 300

export interface WriteOptions extends TimeLimit {
  /** such as "icinga nms (/var/lib/nagios/rw/nagios.cmd)" */
  readonly who: string
  readonly timeoutMs: number
}

/**
 * Writes results to the external command file of Nagios or Icinga, a FIFO. It does not wait for a reader: without one
 * the results are refused. Only the server's log shows what becomes of a result.
 *
 * @see https://assets.nagios.com/downloads/nagioscore/docs/nagioscore/4/en/extcommands.html
 */
export async function writeResults(
  path: string,
  results: readonly CheckResult[],
  options: WriteOptions,
): Promise<Outcome> {
  const { who, timeoutMs } = options
  const until = nowMs() + Math.min(timeoutMs, timeLeftMs(options.deadline))
  let taken = 0
  try {
    const file = await open(path, constants.O_WRONLY | constants.O_NONBLOCK)
    try {
      if (!(await fstat(file)).isFIFO()) return refused(who, NO_FIFO)
      const seconds = Math.floor(Date.now() / 1_000)
      for (const result of results) {
        const isTaken = await writeWhole(file, commandOf(result, seconds), { until, signal: options.signal })
        if (!isTaken) return refused(who, `is full, and nobody has read it in time${takenWords(taken)}`)
        taken++
      }
    } finally {
      await close(file)
    }
  } catch (error) {
    return refused(who, `${whyNot(error)}${takenWords(taken)}`)
  }
  return { kind: 'accepted', by: who }
}

export function commandOf({ host, service, code, lines, perfdata }: CheckResult, seconds: number): Buffer {
  const [first = '', ...more] = lines.map(asOutput)
  // The figures follow the first line. A line break is written as a backslash and an n.
  const output = [perfdata === '' ? first : `${first}|${perfdata}`, ...more].join('\\n')
  const command = `[${seconds}] PROCESS_SERVICE_CHECK_RESULT;${host};${service};${code};${output}`
  return Buffer.from(`${cutToBytes(command, PIPE_BUF - 1)}\n`)
}

/** A bar would begin the figures, and the two servers read a backslash differently. */
function asOutput(line: string): string {
  return line.replaceAll('\\', '/').replaceAll('|', '¦')
}

/** @returns false if the pipe stayed full until the time was over */
async function writeWhole(
  file: number,
  bytes: Buffer,
  { until, signal }: { readonly until: number; readonly signal: AbortSignal },
): Promise<boolean> {
  for (let rest = bytes; rest.length > 0; ) {
    try {
      const { bytesWritten } = await write(file, rest)
      rest = rest.subarray(bytesWritten)
    } catch (error) {
      if (errorCode(error) !== 'EAGAIN') throw error
      if (signal.aborted || nowMs() >= until) return false
      await sleep(AGAIN_MS)
    }
  }
  return true
}

function refused(who: string, words: string): Outcome {
  return refusedForNow(shorten(clean(`${who} ${words}`), LENGTH))
}

/** These are sent again with the others, which changes nothing. */
function takenWords(count: number): string {
  return count === 0 ? '' : `; ${count} of the results were taken`
}

const NO_FIFO = 'is no FIFO, so that nobody would read it; remove it, and restart Nagios or Icinga, which makes one'

function whyNot(error: unknown): string {
  switch (errorCode(error)) {
    case 'ENXIO':
      return 'is read by nobody; start Nagios or Icinga'
    case 'EPIPE':
      return 'is not read any more; start Nagios or Icinga'
    case 'ENOENT':
      return 'does not exist; start Nagios (check_external_commands=1) or Icinga (feature enable command), or write its path under command_file'
    case 'EACCES':
      return 'may not be written; add the user who runs this to the group of that file'
    default:
      return `cannot be written: ${errorMessage(error)}`
  }
}
