import { clean, shorten } from '../../core/words/text.ts'
import type { HttpAnswer, HttpRequest } from '../../io/net/http.ts'

/** What is asked, as far as a redirect changes it. */
export type WebRequest = Pick<HttpRequest, 'url' | 'method' | 'headers' | 'body' | 'certificate'>

/** Headers that say nothing of who asks; all others may be as good as a password. */
const OF_NOBODY = ['accept', 'accept-encoding', 'accept-language', 'cache-control', 'user-agent']
const OF_BODY = /^content-/

/**
 * What is asked after a redirect. To another origin goes no login, no header of the user's, no certificate and no body.
 *
 * @returns why it is not followed, in words that go on after "redirects"; undefined where it is no redirect
 */
export function redirected(
  asked: WebRequest,
  { status, location }: Pick<HttpAnswer, 'status' | 'location'>,
): WebRequest | { readonly why: string } | undefined {
  if (![301, 302, 303, 307, 308].includes(status) || location === undefined) return undefined
  const target = URL.canParse(location, asked.url.href) ? new URL(location, asked.url.href) : undefined
  if (target === undefined) return { why: 'to what is no URL' }
  if (!/^https?:$/.test(target.protocol)) return { why: `to what is not HTTP, ${showUrl(target)}` }
  const isSame = target.origin === asked.url.origin
  target.hash = ''
  target.username = isSame ? asked.url.username : ''
  target.password = isSame ? asked.url.password : ''
  const isLeft = losesBody(status, asked.method)
  if (asked.body.length > 0 && !isLeft && !isSame) {
    return { why: `the body to another origin, ${showUrl(target)}, which is not followed` }
  }
  const { method, headers, body, certificate } = isSame ? asked : stripped(asked)
  if (!isLeft) return { url: target, method, headers, body, ...(certificate === undefined ? {} : { certificate }) }
  const ofNoBody = Object.fromEntries(Object.entries(headers).filter(([name]) => !OF_BODY.test(name)))
  const left = { url: target, method: 'GET', headers: ofNoBody, body: Buffer.alloc(0) }
  return certificate === undefined ? left : { ...left, certificate }
}

/** @see https://www.rfc-editor.org/rfc/rfc9110#name-redirection-3xx */
function losesBody(status: number, method: string): boolean {
  return status === 303 ? method !== 'HEAD' : status < 303 && method === 'POST'
}

/** Without all that says who asks. */
function stripped({ certificate: _, ...asked }: WebRequest): WebRequest {
  const ofNobody = Object.entries(asked.headers).filter(([name]) => OF_NOBODY.includes(name))
  return { ...asked, headers: Object.fromEntries(ofNobody) }
}

/** A URL for people: what stands in its query, or before its host, is not for all. */
export function showUrl({ protocol, host, pathname }: URL): string {
  return shorten(clean(`${protocol}//${host}${pathname}`), 200)
}
