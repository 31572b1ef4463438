import { errorCode, errorMessage } from '../../core/errors.ts'
import { clean } from '../../core/words/text.ts'
import { type Ended, runToEnd } from '../../io/process/child.ts'
import { halfOf, isTooLate, type TimeLimit } from '../../io/time-left.ts'
import { type Outcome, refusedForNow, uncertain } from '../outcome.ts'
import { outcomeOfExit } from '../sysexits.ts'
import type { Envelope } from './mime.ts'

/** Programs at a time. A kill may repeat as many mails, each to one address. */
const AT_ONCE = 4

type Program = readonly [path: string, ...args: string[]]

export interface Handed {
  readonly address: string
  /** is to this address, perhaps among others */
  readonly envelope: Envelope
}

/**
 * Gives mails to a local sendmail program, in one call for each address. With several addresses in one call nobody
 * could tell which were refused, and some programs then send to none.
 *
 * Four run at a time, in the order given, and none has more than half of the time that is left.
 *
 * @param onOutcome called with each address's outcome; the next call begins after it resolves
 */
export async function sendEachBySendmail(
  program: Program,
  handed: readonly Handed[],
  options: TimeLimit & { readonly onOutcome: (address: string, outcome: Outcome) => Promise<void> },
): Promise<void> {
  const waiting = handed.values()
  const work = async (): Promise<void> => {
    for (const { address, envelope } of waiting) {
      const outcome = await sendBySendmail(program, { ...envelope, to: [address] }, halfOf(options))
      await options.onOutcome(address, outcome)
    }
  }
  // They share one list: each takes the next entry.
  await Promise.all(Array.from({ length: AT_ONCE }, work))
}

/**
 * Gives a mail to a local sendmail program. Accepted means that it is queued, not that it will arrive.
 *
 * The program has a process group of its own, which is killed when the signal fires or the deadline comes.
 *
 * @returns one outcome for all of its addresses
 */
export async function sendBySendmail(
  [path, ...own]: Program,
  envelope: Envelope,
  options: TimeLimit,
): Promise<Outcome> {
  const who = `sendmail (${clean(path)})`
  if (isTooLate(options)) return refusedForNow(`${who} was not started: no time left`)
  const args = [...own, '-i', '-f', envelope.from, '--', ...envelope.to]
  return outcomeOf(await runToEnd({ path, args, input: envelope.mime, lines: 3, hasStdout: true }, options), who)
}

function outcomeOf({ end, wasWritten, lastWords }: Ended, who: string): Outcome {
  const said = lastWords === '' ? '' : `: ${lastWords}`
  switch (end.kind) {
    case 'never started':
      return refusedForNow(whyNotStarted(who, end.error))
    case 'stopped':
      return uncertain(`${who} ${end.why} and was killed; it may have taken the mail`)
    case 'died':
      return wasWritten
        ? uncertain(`${who} died of ${end.signal}; it may have taken the mail`)
        : refusedForNow(`${who} died of ${end.signal} before it had read the mail`)
    case 'exited':
      return outcomeOfExit(end.code, { who, doubt: ['could not send now', 'and may have queued the mail'], said })
  }
}

function whyNotStarted(who: string, error: unknown): string {
  const cure = 'install a mail program, or give the path of one, or an smtp URL'
  switch (errorCode(error)) {
    case 'ENOENT':
      return `${who} does not exist; ${cure}`
    case 'EACCES':
      return `${who} cannot be executed; ${cure}`
    default:
      return `${who} cannot be started: ${clean(errorMessage(error))}; ${cure}`
  }
}
