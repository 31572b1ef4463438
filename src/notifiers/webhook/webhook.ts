import type { Message } from '../../core/incident/notice.ts'
import type { Notifier } from '../../core/ports.ts'
import type { Seconds } from '../../core/types.ts'
import { messageJson } from '../../core/words/message-json.ts'
import { fillTemplate, fillTree, messageFieldsOf } from '../../core/words/template.ts'
import { clean, shorten } from '../../core/words/text.ts'
import { readCertificates } from '../../io/net/certificates.ts'
import { type HttpTarget, SHORTEST_TOKEN } from '../../io/net/http-url.ts'
import { isTooLate, type TimeLimit } from '../../io/time-left.ts'
import { httpOutcome } from '../http-outcome.ts'
import { type Outcome, oneRecipient, refusedForNow } from '../outcome.ts'

export interface WebhookSettings {
  readonly target: HttpTarget
  readonly method: 'POST' | 'PUT' | 'PATCH'
  /** sent as `Authorization: Bearer …` */
  readonly token?: string
  /** values may have fields in braces */
  readonly headers: Readonly<Record<string, string>>
  /** texts may have fields in braces; sent as JSON, unless it is a text itself. Default: the message as JSON */
  readonly body?: unknown
  readonly timeout: Seconds
  /** path of the certificates to trust in place of the system's */
  readonly ca?: string
}

/** In characters: many servers take 8 kB for all headers. */
const HEADER_LENGTH = 1_000

/** Keys of the body whose values are secrets. */
const SECRET_NAME = /auth|cookie|key|pass|secret|sign|token/i

/**
 * A notifier that sends each message to a web server. It is one recipient, with its own name. A status of 2xx means
 * accepted. The header `Idempotency-Key` is the Message-ID, so that the server can recognise a repetition.
 */
export function createWebhookNotifier(name: string, settings: WebhookSettings): Notifier {
  return oneRecipient(name, (message, options) => post(message, { ...settings, who: whoOf(name, settings) }, options))
}

export function webhookSecrets(settings: WebhookSettings): readonly string[] {
  return [...settings.target.secrets, ...tokensOf(settings).filter(({ length }) => length >= SHORTEST_TOKEN)]
}

function tokensOf({ token, headers, body }: WebhookSettings): readonly string[] {
  return [...(token === undefined ? [] : [token]), ...textsIn(headers, SECRET_NAME), ...textsIn(body, SECRET_NAME)]
}

async function post(
  message: Message,
  settings: WebhookSettings & { readonly who: string },
  options: TimeLimit,
): Promise<Outcome> {
  const { target, method, timeout, who } = settings
  if (isTooLate(options)) return refusedForNow(`${who} was not asked: no time left`)
  const certificates = await readCertificates(settings.ca, { who, signal: options.signal })
  if ('error' in certificates) return refusedForNow(certificates.error)
  const { exchange } = await import('../../io/net/http.ts')
  const request = {
    url: target.url,
    method,
    ...contentOf(message, settings),
    ...certificates,
    timeoutMs: timeout * 1_000,
  }
  const hidden = [...target.secrets, ...target.hidden, ...tokensOf(settings), ...textsIn(settings.headers, /./)]
  return httpOutcome(await exchange(request, options), { who, host: target.host, secrets: hidden })
}

function whoOf(name: string, { target }: WebhookSettings): string {
  return `webhook ${name} at ${clean(target.host)}`
}

function contentOf(
  message: Message,
  { token, headers, body }: WebhookSettings,
): { readonly headers: Readonly<Record<string, string>>; readonly body: Buffer } {
  const fields = messageFieldsOf(message)
  const isText = typeof body === 'string'
  const content = body === undefined ? messageJson(message) : fillTree(body, fields)
  const given = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), headerValue(value, fields)])
  return {
    headers: {
      'content-type': isText ? 'text/plain; charset=utf-8' : 'application/json',
      'user-agent': 'lastalive',
      accept: '*/*',
      ...Object.fromEntries(given),
      ...(token === undefined ? {} : { authorization: Buffer.from(`Bearer ${token}`, 'utf8').toString('latin1') }),
      'idempotency-key': message.id,
    },
    body: Buffer.from(isText ? String(content) : JSON.stringify(content)),
  }
}

/** One line, as the bytes of UTF-8, which Node takes one by one. */
function headerValue(template: string, fields: Readonly<Record<string, string>>): string {
  const value = shorten(clean(fillTemplate(template, fields)), HEADER_LENGTH)
  return Buffer.from(value, 'utf8').toString('latin1')
}

/** The texts under keys of such names, whole and by word: a server may quote `Bearer …` without its first word. */
function textsIn(tree: unknown, names: RegExp, key = ''): readonly string[] {
  if (typeof tree === 'string') return names.test(key) ? [...new Set([tree, ...tree.split(/\s+/)])] : []
  if (typeof tree !== 'object' || tree === null) return []
  return Object.entries(tree).flatMap(([name, value]) => textsIn(value, names, Array.isArray(tree) ? key : name))
}
