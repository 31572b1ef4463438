import { readFileSync } from 'node:fs'
import { createServer as createPlainServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { Certificate } from './smtp.ts'

/** A request that came whole. */
export interface ReceivedRequest {
  readonly method: string
  /** with its query */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** An answer; or none at all; or a connection that is cut after the request came. */
export type Reply =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  | 'hang'
  | 'drop'

/** A running web server. */
export interface WebFixture {
  readonly port: number
  /** `http://127.0.0.1:PORT` or `https://localhost:PORT` */
  readonly url: string
  /** oldest first */
  readonly requests: readonly ReceivedRequest[]
  /** what it answers from now on; at first 200 */
  answer(reply: Reply): void
  stop(): Promise<void>
}

/** Starts a real web server on loopback. */
export async function startWeb({ certificate }: { readonly certificate?: Certificate } = {}): Promise<WebFixture> {
  const requests: ReceivedRequest[] = []
  const sockets = new Set<Socket>()
  let reply: Reply = { status: 200 }
  const onRequest = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(request)
    // The client died in the middle: there was no request, and there is nobody to answer.
    if (body === undefined) return
    const { method = '', url: path = '', headers } = request
    // Of Node's own headers only set-cookie, which no client sends, is a list.
    requests.push({ method, path, headers: headers as Record<string, string>, body })
    if (reply === 'drop') request.socket.destroy()
    else if (reply !== 'hang') response.writeHead(reply.status, reply.headers).end(reply.body ?? '')
  }
  const server = serverFor(certificate, onRequest)
  server.on('connection', (socket: Socket) => sockets.add(socket.on('error', () => {})))
  // A client that refuses the certificate is an error of the server's connection.
  server.on('tlsClientError', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // The address of a server that listens on a port is never a string.
  const { port } = server.address() as AddressInfo
  return {
    port,
    url: certificate === undefined ? `http://127.0.0.1:${port}` : `https://localhost:${port}`,
    requests,
    answer: (next) => {
      reply = next
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function serverFor(
  certificate: Certificate | undefined,
  onRequest: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Server {
  if (certificate === undefined) return createPlainServer(onRequest)
  const { keyFile, certificateFile } = certificate
  return createTlsServer({ key: readFileSync(keyFile), cert: readFileSync(certificateFile) }, onRequest)
}

async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  try {
    return Buffer.concat(await request.toArray()).toString('utf8')
  } catch {
    return undefined
  }
}
