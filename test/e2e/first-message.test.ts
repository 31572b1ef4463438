import { createServer, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { lastalive } from '../support/command.ts'

const MEGABYTE = Buffer.alloc(1024 * 1024)

/** A server whose first message never ends: it says how long it is to be, and goes on. */
async function startEndless(beginning: Buffer): Promise<{ readonly port: number; sent(): number }> {
  let sent = 0
  const server = createServer((socket: Socket) => {
    const go = (): void => {
      while (!socket.destroyed) {
        sent += MEGABYTE.length
        if (!socket.write(MEGABYTE)) return
      }
    }
    socket.on('error', () => {}).on('drain', go)
    socket.write(beginning)
    go()
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  onTestFinished(() => void server.close())
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('there is no port')
  return { port: address.port, sent: () => sent }
}

test.each([
  ['PostgreSQL', 'postgres://watch@127.0.0.1:PORT/app?sslmode=disable', Buffer.from('R\xff\xff\xff\x00', 'latin1')],
  ['MySQL', 'mysql://watch@127.0.0.1:PORT/app', Buffer.from('\xff\xff\xff\x00\x0a', 'latin1')],
])('a first message without an end, of what calls itself %s, is given up at its bound', async (_, url, beginning) => {
  const server = await startEndless(beginning)
  const line = ['--url', url.replace('PORT', String(server.port)), '--key', 'k', '-c', '10m', '-t', '20s']
  const found = await lastalive(['check', ...line])
  expect(found.code).toBeGreaterThanOrEqual(2)
  expect(found.stdout).toMatch(/^(?:CRITICAL|UNKNOWN)/)
  expect(found.stdout).toMatch(/larger than 64 MB|is not a MySQL server/)
  expect(server.sent()).toBeLessThan(200 * MEGABYTE.length)
})
