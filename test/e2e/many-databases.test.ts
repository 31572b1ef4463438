import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { makeWatchingScene, type WatchingScene } from '../support/watching.ts'

/** A server that accepts and never answers, and how many it has had at a time. */
async function listen(hangUpAfterMs?: number) {
  const sockets = new Set<Socket>()
  let most = 0
  const server = createServer((socket) => {
    sockets.add(socket)
    most = Math.max(most, sockets.size)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    if (hangUpAfterMs !== undefined) setTimeout(() => socket.destroy(), hangUpAfterMs)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  return { url: `postgres://watch@127.0.0.1:${port}/app?sslmode=disable`, most: () => most }
}

/** A check for each of the databases. */
function watchAll(scene: WatchingScene, urls: readonly string[], more: Readonly<Record<string, unknown>>): void {
  const names = urls.map((_, i) => `db${i}`)
  const checks = Object.fromEntries(names.map((name) => [`of-${name}`, { database: name, key: 'a', critical: '1h' }]))
  scene.watch(checks, { ...more, databases: Object.fromEntries(urls.map((url, i) => [`db${i}`, url])) })
}

const TABLE = 'CREATE TABLE runtime_info(rt_key text, rt_value text)'

describe('many databases', () => {
  test.each(['first', 'last'])('that hang, listed %s, hold up none of the others', async (place) => {
    const scene = await makeWatchingScene(TABLE)
    scene.database.exec("INSERT INTO runtime_info VALUES ('a', strftime('%s', 'now'))")
    const hanging = Array(9).fill((await listen()).url)
    const well = Array(5).fill(`sqlite:${scene.path}`)
    watchAll(scene, place === 'first' ? [...hanging, ...well] : [...well, ...hanging], { concurrency: 2 })
    const { stdout, code } = await scene.command(['check', '-t', '6s'])
    expect(code).toBe(2)
    expect(stdout).toMatch(/^CRITICAL - 9 critical, 5 ok: /)
  })

  test('are asked a few at a time', async () => {
    const scene = await makeWatchingScene()
    const server = await listen(20)
    watchAll(scene, Array(12).fill(server.url), { concurrency: 3 })
    expect((await scene.command(['check', '-t', '30s'])).code).toBe(2)
    expect(server.most()).toBe(3)
  })
})
