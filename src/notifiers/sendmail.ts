import { errorCode, errorMessage } from '../core/errors.ts'
import { clean } from '../core/text.ts'
import { type Ended, runToEnd } from './child.ts'
import { isTooLate, type Letter, type Outcome, refusedForNow, type SendOptions, uncertain } from './outcome.ts'

/** "Try later", which programs also say after they have queued the mail. See sysexits.h. */
const EX_TEMPFAIL = 75

/**
 * Hands a letter to a local sendmail program. Acceptance means that it is queued, not that it will arrive.
 *
 * The program runs in a process group of its own, which is killed when the signal fires or the deadline comes.
 *
 * @param path the program, absolute
 * @returns one outcome for all of the letter's addresses
 */
export async function sendBySendmail(path: string, letter: Letter, options: SendOptions): Promise<Outcome> {
  const who = `sendmail (${clean(path)})`
  if (isTooLate(options)) return refusedForNow(`${who} was not started: no time left`)
  const args = ['-i', '-f', letter.from, '--', ...letter.to]
  return outcomeOf(await runToEnd({ path, args, input: letter.mime, lines: 3, hasStdout: true }, options), who)
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
      if (end.code === EX_TEMPFAIL)
        return uncertain(`${who} could not send now (exit 75), and may have queued the mail${said}`)
      if (end.code !== 0) return refusedForNow(`${who} failed with exit ${end.code}${said}`)
      return { kind: 'accepted', by: who }
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
