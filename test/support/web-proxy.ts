import { createServer, type IncomingMessage, request, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** A running proxy, for plain requests and for tunnels. */
export interface WebProxyFixture {
  readonly port: number
  /** what it was asked for: `GET http://host/path`, `CONNECT host:port` */
  readonly asked: readonly string[]
  /** what it was given as its login, each time */
  readonly logins: readonly (string | undefined)[]
}

/**
 * Starts a real proxy on loopback. Whatever host is asked for, it goes to this machine. It stops after the test.
 *
 * @param options.refuses the status with which it answers to everything
 */
export async function startProxy({ refuses }: { readonly refuses?: number } = {}): Promise<WebProxyFixture> {
  const [asked, logins]: [string[], (string | undefined)[]] = [[], []]
  const sockets = new Set<Socket>()
  const note = ({ method, url, headers }: IncomingMessage): void => {
    asked.push(`${method} ${url}`)
    logins.push(headers['proxy-authorization'])
  }
  const server: Server = createServer((incoming, response) => {
    note(incoming)
    if (refuses !== undefined) return void response.writeHead(refuses, 'Of The Proxy').end()
    const { port, pathname, search } = new URL(incoming.url ?? '')
    const { 'proxy-authorization': _, ...headers } = incoming.headers
    const onward = request({ host: '127.0.0.1', port, path: `${pathname}${search}`, method: incoming.method, headers })
    onward.on('response', (answer) => answer.pipe(response.writeHead(answer.statusCode ?? 0, answer.headers)))
    incoming.pipe(onward)
  })
  server.on('connection', (socket: Socket) => sockets.add(socket.on('error', () => {})))
  server.on('connect', (incoming: IncomingMessage, socket: Socket) => {
    note(incoming)
    if (refuses !== undefined) return void socket.end(`HTTP/1.1 ${refuses} Of The Proxy\r\n\r\n`)
    const onward = connect(Number(incoming.url?.split(':').at(-1)), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      onward.pipe(socket).pipe(onward)
    })
    sockets.add(onward.on('error', () => socket.destroy()))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  // The address of a server that listens on a port is never a string.
  return { port: (server.address() as AddressInfo).port, asked, logins }
}
