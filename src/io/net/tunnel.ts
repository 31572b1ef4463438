import { type ClientRequest, request } from 'node:http'
import type { Socket } from 'node:net'
import { clean, shorten } from '../../core/words/text.ts'
import { ProxyError, type WebProxy } from './proxy.ts'

/**
 * Asks a proxy for a connection that leads to a server.
 *
 * @param onEnd hears of it once, of errors of a connection that is given up as well
 */
export function dig(
  { host, port, authorization, shown }: WebProxy,
  url: URL,
  onEnd: (end: { readonly socket: Socket } | { readonly error: unknown }) => void,
): Pick<ClientRequest, 'destroy'> {
  const path = `${url.hostname}:${url.port || 443}`
  const login = authorization === undefined ? {} : { 'proxy-authorization': authorization }
  const asked = request({ host, port, method: 'CONNECT', path, agent: false, headers: { host: path, ...login } })
  const refuse = (why: string): void => {
    asked.destroy()
    onEnd({ error: new ProxyError(`the proxy ${shown} ${why}`) })
  }
  asked.on('error', (error) => onEnd({ error }))
  asked.on('connect', ({ statusCode = 0, statusMessage = '' }, socket, head) => {
    socket.on('error', (error) => onEnd({ error }))
    const isOpen = statusCode >= 200 && statusCode < 300
    // Whatever stands behind the answer was not said by the server, since nobody has asked it yet.
    if (isOpen && head.length === 0) return onEnd({ socket })
    socket.destroy()
    refuse(isOpen ? 'sent more than its answer' : shorten(clean(`answered ${statusCode} ${statusMessage}`.trim())))
  })
  asked.end()
  return asked
}
