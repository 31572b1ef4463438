import type { Seconds } from '../../core/types.ts'
import { cutToBytes } from '../../core/words/cut.ts'
import { clean } from '../../core/words/text.ts'
import type { HttpTarget } from '../../io/net/http-url.ts'
import { firstLineOf } from '../../io/net/http-words.ts'
import { isTooLate, type TimeLimit } from '../../io/time-left.ts'
import { httpOutcome } from '../http-outcome.ts'

/** How Healthchecks, or a service like it, watches the runs. */
export interface PingSettings {
  readonly target: HttpTarget
  readonly timeout: Seconds
  /** lower exit codes are reported as 0: they are about what is watched, not about the run */
  readonly failsFrom: number
}

/** Reports the beginning and the end of a run. Each answers what went wrong, without secrets, if anything did. */
export interface Pinger {
  start(options: TimeLimit): Promise<string | undefined>
  /** @param end.words the result of the run, a line each */
  end(
    end: { readonly code: number; readonly words: readonly string[] },
    options: TimeLimit,
  ): Promise<string | undefined>
}

/** What Healthchecks keeps of a body, in bytes. */
const BODY_LENGTH = 10_000

/**
 * Pings a check of Healthchecks.
 *
 * @param rid a canonical UUID, which joins the end of a run to its beginning
 * @see https://healthchecks.io/docs/http_api/
 */
export function createPinger({ target, timeout, failsFrom }: PingSettings, rid: string): Pinger {
  const who = `healthchecks at ${clean(target.host)}`
  const ping = async (path: string, body: string, options: TimeLimit): Promise<string | undefined> => {
    if (isTooLate(options)) return `${who} was not asked: no time left`
    const { exchange } = await import('../../io/net/http.ts')
    const headers = { 'user-agent': 'lastalive', 'content-type': 'text/plain; charset=utf-8' }
    const request = { url: urlOf(target, path, rid), method: 'POST', headers, body: briefly(body) }
    const end = await exchange({ ...request, timeoutMs: timeout * 1_000 }, options)
    const outcome = httpOutcome(end, { who, host: target.host, secrets: [...target.secrets, ...target.hidden] })
    if (outcome.kind !== 'accepted') return outcome.error
    // It always answers 200, and says in brackets what is wrong: OK (not found), OK (rate limited).
    const [why] = end.kind === 'answered' ? (/^OK \([a-z ]{1,40}\)/.exec(firstLineOf(end)) ?? []) : []
    return why === undefined ? undefined : `${who} did not take it: ${why}`
  }
  return {
    start: (options) => ping('start', '', options),
    end: ({ code, words }, options) =>
      ping(String(code < failsFrom ? 0 : code), [`exit code ${code}`, ...words].join('\n'), options),
  }
}

function urlOf({ url }: HttpTarget, path: string, rid: string): URL {
  const whole = new URL(url)
  whole.pathname = `${url.pathname.replace(/\/+$/, '')}/${path}`
  whole.searchParams.set('rid', rid)
  return whole
}

function briefly(text: string): Buffer {
  return Buffer.from(cutToBytes(text, BODY_LENGTH))
}
