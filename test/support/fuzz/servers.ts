import { type AddressInfo, connect, createServer, type NetConnectOpts, type Server, type Socket } from 'node:net'
import type { Script } from './mutated.ts'

/** A server of this process. */
export interface Played {
  readonly port: number
  stop(): void
}

/** Plays a script to each that connects. */
export function play({ answers, end }: Script): Promise<Played> {
  return listen((socket) => {
    const left = [...answers]
    const say = (): void => {
      const answer = left.shift()
      if (answer !== undefined && answer.length > 0) socket.write(answer)
      if (left.length === 0 && end === 'hangs up') socket.end()
    }
    socket.on('data', say)
    say()
  })
}

/** Stands before a server, and writes down what it says between two times that it is spoken to. */
export async function record(target: NetConnectOpts): Promise<Played & { readonly answers: readonly Buffer[] }> {
  const answers: Buffer[] = [Buffer.alloc(0)]
  const played = await listen((socket) => {
    const server = connect(target)
    server.on('data', (bytes) => {
      answers.push(Buffer.concat([answers.pop() ?? bytes, bytes]))
      socket.write(bytes)
    })
    socket.on('data', (bytes) => {
      answers.push(Buffer.alloc(0))
      server.write(bytes)
    })
    server.on('error', () => socket.destroy())
    server.on('close', () => socket.end())
    socket.on('close', () => server.destroy())
  })
  return { ...played, answers }
}

async function listen(converse: (socket: Socket) => void): Promise<Played> {
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined).on('close', () => sockets.delete(socket)))
    converse(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const stop = (): void => {
    for (const socket of sockets) socket.destroy()
    server.close()
  }
  // The address of a server that listens on a port is never a string.
  return { port: (server.address() as AddressInfo).port, stop }
}
