import type { ClientRequest, IncomingHttpHeaders, IncomingMessage, RequestOptions } from 'node:http'
import type { Socket } from 'node:net'
import { present } from '../../core/given.ts'
import { type TimeLimit, timeLeftMs } from '../time-left.ts'
import { proxyFor, type WebProxy } from './proxy.ts'

export interface HttpRequest {
  /** may have a user and a password */
  readonly url: URL
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** certificates to trust in place of the system's */
  readonly ca?: Buffer
  /** a certificate of ours and its key, as PEM */
  readonly certificate?: string
  /** for the whole request; the deadline may come earlier */
  readonly timeoutMs: number
  /** how much of the answer's body is read, in bytes, and waited for; without it the beginning, for a second */
  readonly mostBytes?: number
  /** where proxies are named (default: the environment of this process) */
  readonly env?: Readonly<Record<string, string | undefined>>
}

/** A server's answer, not cleaned. */
export interface HttpAnswer {
  readonly kind: 'answered'
  readonly status: number
  readonly reason: string
  /** such as `1.1` */
  readonly version: string
  readonly headers: IncomingHttpHeaders
  readonly location?: string
  readonly retryAfter?: string
  /** what was read of its body, as it came */
  readonly bytes: Buffer
  /** whether that is all of it, or why not: more than was wanted, not in time, or the connection broke */
  readonly rest: Rest
  /** the beginning of its body */
  readonly text: string
}

type Rest = 'whole' | 'large' | 'late' | 'broken'

/** How a request ended. `isSent`: the server may have all of it. */
export type HttpEnd = HttpAnswer | Unanswered

/** How one ended to which no status has come. */
export type Unanswered =
  /** `proxy`: what it went through, for people */
  | { readonly kind: 'failed'; readonly isSent: boolean; readonly error: unknown; readonly proxy?: string }
  | { readonly kind: 'silent'; readonly isSent: boolean; readonly waitedMs: number; readonly proxy?: string }
  | { readonly kind: 'interrupted'; readonly isSent: boolean }

const ADDRESS_MS = 1_000
const BODY_MS = 1_000
/** How much of the body is read, in bytes. */
const BODY_LENGTH = 4_096

/**
 * Makes one request on a connection of its own. It follows no redirect, uses the proxy that the environment names, and
 * verifies the server's certificate whatever the environment says. When the signal fires or the time is over, the
 * connection is cut and the end comes at once.
 */
export async function exchange(request: HttpRequest, options: TimeLimit): Promise<HttpEnd> {
  const opening = await openingOf(request)
  return new Promise((resolve) => {
    const asked = ask(opening, request, (finished) => end(finished))
    const waitedMs = Math.min(request.timeoutMs, timeLeftMs(options.deadline))
    const via = opening.proxy === undefined ? {} : { proxy: opening.proxy.shown }
    const onAbort = (): void => end({ kind: 'interrupted', isSent: asked.isSent() })
    const timer = setTimeout(() => end({ kind: 'silent', isSent: asked.isSent(), waitedMs, ...via }), waitedMs)
    const end = (otherwise: HttpEnd): void => {
      clearTimeout(timer)
      options.signal.removeEventListener('abort', onAbort)
      // If the status has come, it counts.
      resolve(asked.answer() ?? (otherwise.kind === 'failed' ? { ...otherwise, ...via } : otherwise))
      asked.hangUp()
    }
    options.signal.addEventListener('abort', onAbort)
    // A signal that fired before does not fire again.
    if (options.signal.aborted) onAbort()
  })
}

/** How a connection is made. */
interface Opening {
  readonly proxy?: WebProxy
  /** @param through a connection that leads to the server already */
  readonly open: (through?: Socket) => ClientRequest
  /** asks a proxy for such a connection; absent where none is needed */
  readonly dig?: (onEnd: OnDug) => Hold
  /** it cannot even be begun */
  readonly error?: unknown
}

type OnDug = (end: { readonly socket: Socket } | { readonly error: unknown }) => void

/** What can be given up. */
interface Hold {
  destroy(): unknown
}

async function openingOf(request: HttpRequest): Promise<Opening> {
  const { url, env = process.env } = request
  const isTls = url.protocol === 'https:'
  // An import would copy all that the module has, once for each request.
  const { request: open } = process.getBuiltinModule(isTls ? 'node:https' : 'node:http')
  const proxy = proxyOf(url, env)
  const options = optionsOf(request)
  if (proxy === undefined) return { open: () => open(url, options) }
  if ('error' in proxy) return { open: () => open(url, options), error: proxy.error }
  if (!isTls) return { proxy, open: () => open(url, { ...options, ...askedOf(proxy, url, options) }) }
  const [{ dig }, tls] = [await import('./tunnel.ts'), await import('node:tls')]
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const { isIP } = await import('node:net')
  const through = (socket: Socket): RequestOptions => ({
    ...options,
    // One of its own, that is thrown away, would connect by itself.
    agent: undefined,
    createConnection: () => tls.connect({ ...options, socket, host, servername: isIP(host) === 0 ? host : '' }),
  })
  return {
    proxy,
    open: (socket) => open(url, socket === undefined ? options : through(socket)),
    dig: (onEnd) => dig(proxy, url, onEnd),
  }
}

function proxyOf(url: URL, env: NonNullable<HttpRequest['env']>): WebProxy | { readonly error: unknown } | undefined {
  try {
    return proxyFor(url, env)
  } catch (error) {
    return { error }
  }
}

function optionsOf({ method, headers, body, ca, certificate }: HttpRequest) {
  const hasNoLength = body.length === 0 && ['GET', 'HEAD'].includes(method)
  return {
    method,
    headers: hasNoLength ? headers : { ...headers, 'content-length': String(body.length) },
    agent: false as const,
    rejectUnauthorized: true,
    ...(ca === undefined ? {} : { ca }),
    ...(certificate === undefined ? {} : { cert: certificate, key: certificate }),
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: ADDRESS_MS,
  }
}

/** A proxy is asked for the whole URL, without the login that is for the server. */
function askedOf(proxy: WebProxy, url: URL, { headers }: ReturnType<typeof optionsOf>): RequestOptions {
  const { host, port, authorization } = proxy
  const whole = `http://${url.host}${url.pathname}${url.search}`
  const login = authorization === undefined ? {} : { 'proxy-authorization': authorization }
  return { hostname: host, host, port, path: whole, headers: { host: url.host, ...headers, ...login } }
}

interface Exchange {
  /** whether the system has taken all of it, on an open connection */
  isSent(): boolean
  answer(): HttpAnswer | undefined
  hangUp(): void
}

function ask(opening: Opening, wanted: HttpRequest, onEnd: (end: HttpEnd) => void): Exchange {
  let isSent = false
  let heard: Heard | undefined
  let held: Hold | undefined
  const fail = (error: unknown): void => onEnd({ kind: 'failed', isSent, error })
  const begin = (through?: Socket): void => {
    const request = opened(() => opening.open(through))
    // Asynchronous, like all other ends.
    if (!('on' in request)) return void setImmediate(fail, request.error)
    held = request
    request.on('finish', () => {
      // `finish` also comes if the connection breaks with data unsent.
      const { socket } = request
      isSent = socket !== null && !socket.destroyed && socket.errored === null
    })
    // Never removed: an error after the end must not end the process.
    request.on('error', fail)
    request.on('response', (response) => {
      heard = listenTo(response, wanted, () => onEnd({ kind: 'interrupted', isSent }))
    })
    request.end(wanted.body)
  }
  if (opening.error !== undefined) setImmediate(fail, opening.error)
  else if (opening.dig === undefined) begin()
  else held = opening.dig((end) => ('socket' in end ? begin(end.socket) : fail(end.error)))
  return {
    isSent: () => isSent,
    answer: () => heard?.answer(),
    hangUp: () => {
      heard?.stop()
      held?.destroy()
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

/** So many chunks of a body are made one. */
const MANY_CHUNKS = 1_000

interface Heard {
  answer(): HttpAnswer
  stop(): void
}

/** Reads a short body to its end, so that the server sees that it was heard. */
function listenTo(response: IncomingMessage, { mostBytes }: HttpRequest, onEnd: () => void): Heard {
  const pieces: Buffer[] = []
  // A server may send byte by byte, and each chunk takes a hundred times its size: many are made one.
  let chunks: Buffer[] = []
  let length = 0
  let rest: Rest = 'late'
  const most = mostBytes ?? BODY_LENGTH
  const end = (how: Rest): void => {
    if (rest === 'late') rest = how
    onEnd()
  }
  const timer = mostBytes === undefined ? setTimeout(onEnd, BODY_MS) : undefined
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    length += chunk.length
    if (chunks.length >= MANY_CHUNKS) {
      pieces.push(Buffer.concat(chunks))
      chunks = []
    }
    if (mostBytes === undefined ? length >= most : length > most) end('large')
  })
  response.on('end', () => end('whole'))
  response.on('error', () => end('broken'))
  response.on('close', () => end('broken'))
  const { location, 'retry-after': retryAfter } = response.headers
  return {
    answer: () => {
      const bytes = Buffer.concat([...pieces, ...chunks]).subarray(0, most)
      return {
        kind: 'answered',
        status: response.statusCode ?? 0,
        reason: response.statusMessage ?? '',
        version: response.httpVersion,
        headers: response.headers,
        ...present({ location, retryAfter }),
        bytes,
        rest,
        text: bytes.subarray(0, BODY_LENGTH).toString('utf8'),
      }
    },
    stop: () => clearTimeout(timer),
  }
}
