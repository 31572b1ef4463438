import { errorCode, errorMessage } from '../../core/errors.ts'
import type { Message } from '../../core/incident/notice.ts'
import type { Notifier } from '../../core/ports.ts'
import type { Seconds } from '../../core/types.ts'
import { messageJson } from '../../core/words/message-json.ts'
import { messageFieldsOf } from '../../core/words/template.ts'
import { clean, shorten } from '../../core/words/text.ts'
import { type Ended, runToEnd } from '../../io/process/child.ts'
import { isTooLate, type TimeLimit } from '../../io/time-left.ts'
import { type Outcome, oneRecipient, refusedForNow, uncertain } from '../outcome.ts'
import { outcomeOfExit } from '../sysexits.ts'

export interface CommandSettings {
  /** an absolute path, and arguments; no shell is involved */
  readonly run: readonly [path: string, ...args: string[]]
  readonly timeout: Seconds
}

/** How long a program may take to end after SIGTERM. */
const GRACE_MS = 1_000
/** In characters: the system takes at most 128 kB. */
const VARIABLE_LENGTH = 10_000

/**
 * A notifier that runs a program for each message. It is one recipient, with its own name.
 *
 * The program gets the fields of the message in its environment, as `NOTICE_STATE` and the like, and the message as
 * JSON on standard input. Its working directory is `/`. It has a process group of its own, which is ended as a whole
 * when the time is over.
 */
export function createCommandNotifier(name: string, settings: CommandSettings): Notifier {
  return oneRecipient(name, (message, options) => hand(message, { name, ...settings }, options))
}

async function hand(
  message: Message,
  { name, run, timeout }: CommandSettings & { readonly name: string },
  options: TimeLimit,
): Promise<Outcome> {
  const [path, ...args] = run
  const who = `command ${name} (${clean(path)})`
  if (isTooLate(options)) return refusedForNow(`${who} was not started: no time left`)
  const input = Buffer.from(`${JSON.stringify(messageJson(message))}\n`)
  const times = { timeoutMs: timeout * 1_000, graceMs: GRACE_MS }
  const job = { path, args, input, cwd: '/', env: variablesOf(message), ...times, lines: 1, hasStdout: false }
  return outcomeOf(await runToEnd(job, options), who)
}

function variablesOf(message: Message): Readonly<Record<string, string>> {
  const named = Object.entries(messageFieldsOf(message)).map(([field, value]) => [
    `NOTICE_${field.toUpperCase()}`,
    shorten(value.replaceAll('\0', ''), VARIABLE_LENGTH),
  ])
  return Object.fromEntries(named)
}

function outcomeOf({ end, lastWords }: Ended, who: string): Outcome {
  switch (end.kind) {
    case 'never started':
      return refusedForNow(whyNotStarted(who, end.error))
    case 'stopped':
      return uncertain(`${who} ${end.why} and was killed; it may have told`)
    case 'died':
      return uncertain(`${who} died of ${end.signal}; it may have told`)
    case 'exited':
      return outcomeOfExit(end.code, {
        who,
        doubt: ['could not tell now', 'and may have told'],
        said: lastWords === '' ? '' : `: ${lastWords}`,
      })
  }
}

function whyNotStarted(who: string, error: unknown): string {
  switch (errorCode(error)) {
    case 'ENOENT':
      return `${who} does not exist, or the program in its first line does not; write the path of a program under run`
    case 'EACCES':
      return `${who} cannot be executed; run: chmod +x on it, or write the path of another program under run`
    case 'ENOEXEC':
      return `${who} is no program; begin a script with #!/bin/sh`
    default:
      return `${who} cannot be started: ${clean(errorMessage(error))}`
  }
}
