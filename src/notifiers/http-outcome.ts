import { clean, redact, shorten } from '../core/words/text.ts'
import type { HttpAnswer, HttpEnd } from '../io/net/http.ts'
import { failureWords, firstLineOf, lostHttpWords } from '../io/net/http-words.ts'
import { type Outcome, refusedForGood, refusedForNow, uncertain } from './outcome.ts'

export interface WebServer {
  /** such as "webhook chat at hooks.example.org" */
  readonly who: string
  readonly host: string
  readonly secrets: readonly string[]
}

const LENGTH = 300
const SAID_LENGTH = 120

/** Request timeout, too early, too many requests: the same request may work later. */
const NOT_FOR_GOOD = [408, 425, 429]

export function httpOutcome(end: HttpEnd, asked: WebServer): Outcome {
  const present = (words: string): string => shorten(clean(`${asked.who} ${words}`), LENGTH)
  switch (end.kind) {
    case 'answered':
      return answeredOutcome(end, asked, present)
    case 'failed':
      return end.isSent
        ? uncertain(present(`${lostHttpWords(end.error)}; it may have taken the message`))
        : refusedForNow(present(failureWords(end.error, asked.host, end.proxy)))
    case 'silent': {
      const time = `within ${Number((end.waitedMs / 1_000).toFixed(1))} s`
      return end.isSent
        ? uncertain(present(`did not answer ${time}; it may have taken the message`))
        : refusedForNow(present(`could not be reached ${time}`))
    }
    case 'interrupted':
      return end.isSent
        ? uncertain(present('had not yet answered when the run was stopped; it may have taken the message'))
        : refusedForNow(present('was not reached when the run was stopped'))
  }
}

function answeredOutcome(answer: HttpAnswer, { who, secrets }: WebServer, present: (words: string) => string): Outcome {
  const { status, location, retryAfter } = answer
  const hide = (text: string): string => shorten(redact(text, secrets), SAID_LENGTH)
  if (status >= 200 && status < 300) return { kind: 'accepted', by: who }
  const words = `answered ${status} ${hide(answer.reason)}`.trim()
  if (status >= 300 && status < 400) {
    const where = location === undefined ? 'and would be asked elsewhere' : `and leads to ${hide(location)}`
    return refusedForGood(present(`${words} ${where}, which is not followed; write the final URL`))
  }
  const wait = retryAfter === undefined ? '' : `, and asks to wait ${waitWords(retryAfter)}`
  const said = hide(firstLineOf(answer))
  const all = present(`${words}${wait}${said === '' ? '' : `: ${said}`}`)
  return status >= 500 || NOT_FOR_GOOD.includes(status) ? refusedForNow(all) : refusedForGood(all)
}

function waitWords(retryAfter: string): string {
  return /^\d+$/.test(retryAfter) ? `${retryAfter} s` : `until ${shorten(retryAfter, 40)}`
}
