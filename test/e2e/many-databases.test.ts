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
    const hangUp = (): void => {
      // The next one may be here before its end has been heard of.
      sockets.delete(socket)
      socket.destroy()
    }
    if (hangUpAfterMs !== undefined) setTimeout(hangUp, hangUpAfterMs)
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

test('a database that answers late is told of once, and once that it is well again', async () => {
  const scene = await makeWatchingScene(TABLE)
  scene.database.exec("INSERT INTO runtime_info VALUES ('a', strftime('%s', 'now'))")
  const app = (warning: string) => ({ app: { url: `sqlite:${scene.path}`, response: { warning } } })
  const watch = (warning: string): void =>
    scene.watch({ mdx: { key: 'a', critical: '1h' } }, { databases: app(warning) })
  watch('0.001s')
  expect(await scene.command(['run'])).toMatchObject({ code: 1, stdout: '', stderr: '' })
  expect(scene.subjects()).toEqual([
    expect.stringMatching(/^\[lastalive\] WARNING response of database app: answered within /),
  ])
  expect(await scene.command(['run'])).toMatchObject({ code: 1, stdout: '', stderr: '' })
  expect(scene.mails()).toEqual([])
  watch('30s')
  expect(await scene.command(['run'])).toMatchObject({ code: 0, stdout: '', stderr: '' })
  expect(scene.subjects()).toEqual([
    expect.stringMatching(/^\[lastalive\] OK response of database app: ok again after/),
  ])
  expect(scene.lockfiles()).toEqual([])
})

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
