import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http'
import { type TimeLimit, timeLeftMs } from '../time-left.ts'

export interface HttpRequest {
  /** may have a user and a password */
  readonly url: URL
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** certificates to trust in place of the system's */
  readonly ca?: Buffer
  /** for the whole request; the deadline may come earlier */
  readonly timeoutMs: number
}

/** A server's answer, not cleaned. */
export interface HttpAnswer {
  readonly kind: 'answered'
  readonly status: number
  readonly reason: string
  readonly location?: string
  readonly retryAfter?: string
  readonly text: string
}

/** How a request ended. `isSent`: the server may have all of it. */
export type HttpEnd =
  | HttpAnswer
  | { readonly kind: 'failed'; readonly isSent: boolean; readonly error: unknown }
  | { readonly kind: 'silent'; readonly isSent: boolean; readonly waitedMs: number }
  | { readonly kind: 'interrupted'; readonly isSent: boolean }

const ADDRESS_MS = 1_000
const BODY_MS = 1_000
/** How much of the body is read, in bytes. */
const BODY_LENGTH = 4_096

/**
 * Makes one request. It follows no redirect, uses no proxy, and verifies the server's certificate whatever the
 * environment says. When the signal fires or the time is over, the connection is cut and the end comes at once.
 */
export async function exchange(request: HttpRequest, options: TimeLimit): Promise<HttpEnd> {
  const open = await opener(request)
  return new Promise((resolve) => {
    const asked = ask(open, request, (finished) => end(finished))
    const waitedMs = Math.min(request.timeoutMs, timeLeftMs(options.deadline))
    const onAbort = (): void => end({ kind: 'interrupted', isSent: asked.isSent() })
    const timer = setTimeout(() => end({ kind: 'silent', isSent: asked.isSent(), waitedMs }), waitedMs)
    const end = (otherwise: HttpEnd): void => {
      clearTimeout(timer)
      options.signal.removeEventListener('abort', onAbort)
      // If the status has come, it counts.
      resolve(asked.answer() ?? otherwise)
      asked.hangUp()
    }
    options.signal.addEventListener('abort', onAbort)
    // A signal that fired before does not fire again.
    if (options.signal.aborted) onAbort()
  })
}

type Opener = (url: URL, options: RequestOptions) => ClientRequest

async function opener({ url, method, headers, ca, body }: HttpRequest): Promise<() => ClientRequest> {
  const { request }: { readonly request: Opener } =
    url.protocol === 'https:' ? await import('node:https') : await import('node:http')
  const tls = { rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) }
  const addresses = { autoSelectFamily: true, autoSelectFamilyAttemptTimeout: ADDRESS_MS }
  const length = { 'content-length': String(body.length) }
  return () => request(url, { method, headers: { ...headers, ...length }, agent: false, ...tls, ...addresses })
}

interface Exchange {
  /** whether the system has taken all of it, on an open connection */
  isSent(): boolean
  answer(): HttpAnswer | undefined
  hangUp(): void
}

function ask(open: () => ClientRequest, { body }: HttpRequest, onEnd: (end: HttpEnd) => void): Exchange {
  let isSent = false
  let heard: Heard | undefined
  const request = opened(open)
  // Asynchronous, like all other ends.
  if (!('on' in request)) setImmediate(onEnd, { kind: 'failed', isSent, error: request.error })
  else {
    request.on('finish', () => {
      // `finish` also comes if the connection breaks with data unsent.
      const { socket } = request
      isSent = socket !== null && !socket.destroyed && socket.errored === null
    })
    // Never removed: an error after the end must not end the process.
    request.on('error', (error) => onEnd({ kind: 'failed', isSent, error }))
    request.on('response', (response) => {
      heard = listenTo(response, () => onEnd({ kind: 'interrupted', isSent }))
    })
    request.end(body)
  }
  return {
    isSent: () => isSent,
    answer: () => heard?.answer(),
    hangUp: () => {
      heard?.stop()
      if ('on' in request) request.destroy()
    },
  }
}

/** Some errors are thrown at once, for example for unusable certificates. */
function opened(open: () => ClientRequest): ClientRequest | { readonly error: unknown } {
  try {
    return open()
  } catch (error) {
    return { error }
  }
}

interface Heard {
  answer(): HttpAnswer
  stop(): void
}

/** Reads a short body to its end, so that the server sees that it was heard. */
function listenTo(response: IncomingMessage, onEnd: () => void): Heard {
  const chunks: Buffer[] = []
  let length = 0
  const timer = setTimeout(onEnd, BODY_MS)
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    length += chunk.length
    if (length >= BODY_LENGTH) onEnd()
  })
  response.on('error', onEnd)
  response.on('close', onEnd)
  const { location, 'retry-after': retryAfter } = response.headers
  return {
    answer: () => ({
      kind: 'answered',
      status: response.statusCode ?? 0,
      reason: response.statusMessage ?? '',
      ...(location === undefined ? {} : { location }),
      ...(retryAfter === undefined ? {} : { retryAfter }),
      text: Buffer.concat(chunks).subarray(0, BODY_LENGTH).toString('utf8'),
    }),
    stop: () => clearTimeout(timer),
  }
}
