import { type AddressInfo, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import type { SourceMood } from '../../src/conformance.ts'

/** A server of raw bytes on 127.0.0.1; it stops after the test. */
export async function startRaw(onConnection: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const raw = createServer((socket) => {
    sockets.add(socket.on('error', () => {}))
    onConnection(socket)
  })
  await new Promise<void>((resolve) => raw.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    raw.close()
  })
  // The address of a server that listens on a port is never a string.
  return (raw.address() as AddressInfo).port
}

/** What says one thing to whoever connects or asks, by how what is read behaves; and is gone where that is meant. */
export async function startMoody(
  mood: SourceMood,
  says: (mood: SourceMood) => string,
): Promise<{ readonly port: number; readonly remove: () => Promise<void> }> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}))
    if (mood === 'answers' || mood === 'is hostile') socket.once('data', () => socket.end(says(mood)))
    if (mood !== 'drips') return
    const timer = setInterval(() => socket.write('\n'), 50)
    socket.once('close', () => clearInterval(timer))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // The address of a server that listens on a port is never a string.
  const { port } = server.address() as AddressInfo
  const remove = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy()
    if (server.listening) await new Promise((resolve) => server.close(resolve))
  }
  if (mood === 'is gone') await remove()
  return { port, remove }
}
