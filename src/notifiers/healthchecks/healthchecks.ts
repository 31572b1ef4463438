import type { Seconds } from '../../core/types.ts'
import { cutToBytes } from '../../core/words/cut.ts'
import { clean } from '../../core/words/text.ts'
import type { HttpTarget } from '../../io/net/http-url.ts'
import { firstLineOf } from '../../io/net/http-words.ts'
import { isTooLate, type TimeLimit } from '../../io/time-left.ts'
import { httpOutcome } from '../http-outcome.ts'

/** How the run is watched itself, by Healthchecks or whatever speaks like it. */
export interface PingSettings {
  /** the ping URL of a check */
  readonly target: HttpTarget
  /** for each ping */
  readonly timeout: Seconds
  /** lower exit codes are reported as 0: they speak of what is watched, not of the watching */
  readonly failsFrom: number
}

/** Says that a run has begun and ended. Each answers what went wrong, in words without secrets, where something did. */
export interface Pinger {
  start(options: TimeLimit): Promise<string | undefined>
  /** @param end.words what the run came to, a line each */
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
 * @param rid a canonical UUID, by which the end of a run is told from those of others
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
    // It says 200 to whatever it is asked, and in brackets what is wrong: OK (not found), OK (rate limited).
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

/** As much as is kept. */
function briefly(text: string): Buffer {
  return Buffer.from(cutToBytes(text, BODY_LENGTH))
}
