import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import {
  answerInTurn,
  MYSQL_GREETING,
  mysqlOk,
  mysqlPacket,
  pgMessage,
  sayForEver,
  startPeer,
} from '../support/peer.ts'
import { epoch, RUNTIME_INFO } from '../support/scene.ts'
import { makeWatchingScene, type WatchingScene } from '../support/watching.ts'

/** Servers that say what no server should: that costs what they are asked, and nothing else. */

type Way = 'postgresql' | 'mysql'

const R = 'R'
const LOGGED_IN = Buffer.concat([pgMessage(R, 0), pgMessage('Z', 'I')])
const GARBLED = /what the server says cannot be understood \(/
const TOO_LARGE = /the answer is larger than 64 MB/

/** Greets, lets everybody in, and does not mean any of the answers that follow. */
function mysqlThat(says: (socket: Socket) => void): (socket: Socket) => void {
  return (socket) => {
    let heard = 0
    socket.write(MYSQL_GREETING)
    socket.on('data', () => {
      heard += 1
      if (heard === 1) socket.write(mysqlOk(2, 2))
      else if (heard === 2) says(socket)
    })
  }
}

/** Answers each piece of what a client says. */
const inTurn =
  (...answers: readonly Buffer[]) =>
  (socket: Socket) =>
    answerInTurn(socket, answers)

/** Says something for ever, after an answer. */
const endlessly =
  (bytes: Buffer, first = Buffer.alloc(0)) =>
  (socket: Socket) =>
    socket.once('data', () => {
      socket.write(first)
      sayForEver(socket, bytes)
    })

/** Lets everybody in, and answers the first question in its own way. */
function afterLogin(says: (socket: Socket) => void): (socket: Socket) => void {
  return (socket) => {
    socket.once('data', () => {
      socket.write(LOGGED_IN)
      socket.once('data', () => says(socket))
    })
  }
}

const A_MEGABYTE = Buffer.alloc(1_048_576, 'x')
const EMPTY_ANSWERS = Buffer.concat(Array.from({ length: 10_000 }, () => pgMessage('C', 'SET\0')))
const EMPTY_RESULTS = Buffer.concat(Array.from({ length: 10_000 }, (_, i) => mysqlOk(i + 1, 10)))

const PEERS: readonly (readonly [what: string, way: Way, peer: (socket: Socket) => void, words: RegExp])[] = [
  ['asks for GSSAPI', 'postgresql', inTurn(pgMessage(R, 7)), /login refused for user u \(.*GSSAPI\)/],
  ['asks for a login that nobody knows', 'postgresql', inTurn(pgMessage(R, 99)), /login refused .*number 99\)/],
  [
    'asks for OAuth',
    'postgresql',
    inTurn(pgMessage(R, 10, 'OAUTHBEARER\0\0')),
    /login refused for user u \(.*OAUTHBEARER\)/,
  ],
  [
    'changes its mind about the login',
    'postgresql',
    inTurn(Buffer.concat([pgMessage('N', '\0'), pgMessage(R, 99)])),
    GARBLED,
  ],
  [
    'breaks off a description in the middle',
    'postgresql',
    inTurn(LOGGED_IN, pgMessage('T', Buffer.from([0x7f, 0xff, 1]))),
    GARBLED,
  ],
  [
    'breaks off its greeting in the middle',
    'mysql',
    (socket) => socket.write(mysqlPacket(0, Buffer.from('\x0a11\0ab', 'latin1'))),
    /cannot be understood \(|cannot connect \(/,
  ],
  [
    'never ends its first message',
    'postgresql',
    endlessly(A_MEGABYTE, Buffer.from([0x4e, 0x7f, 0xff, 0xff, 0xff])),
    TOO_LARGE,
  ],
  ['never ends its empty answers', 'postgresql', afterLogin((socket) => sayForEver(socket, EMPTY_ANSWERS)), TOO_LARGE],
  ['has more results for ever', 'mysql', mysqlThat((socket) => sayForEver(socket, EMPTY_RESULTS)), TOO_LARGE],
]

/** A database of which one check is silent, and another that is asked at the same time. */
async function sceneWith(url: string): Promise<WatchingScene> {
  const scene = await makeWatchingScene(RUNTIME_INFO)
  scene.database.prepare("INSERT INTO runtime_info VALUES ('last_alive', ?)").run(epoch(-7_200))
  scene.watch(
    {
      silent: { key: 'last_alive', critical: '10m' },
      unread: { database: 'other', key: 'last_alive', critical: '10m' },
    },
    { databases: { app: `sqlite:${scene.path}`, other: url } },
  )
  return scene
}

function urlOf(way: Way, port: number): string {
  return way === 'mysql'
    ? `mysql://u:secret@127.0.0.1:${port}/d?ssl-mode=DISABLED`
    : `postgresql://u:secret@127.0.0.1:${port}/d?sslmode=disable`
}

test.each(PEERS)('of a server that %s is told, and of all others (%s)', async (_, way, converse, words) => {
  const peer = await startPeer(converse)
  const scene = await sceneWith(urlOf(way, peer.port))
  const limited = { env: { NODE_OPTIONS: '--max-old-space-size=320' } }
  const outcome = await scene.command(['run', '-t', '50'], limited)
  expect(outcome).toMatchObject({ code: 2, stdout: '', stderr: '' })
  const [mail] = scene.mails()
  expect(mail?.parsed.text).toMatch(words)
  expect(mail?.parsed.text).toMatch(/CRITICAL +silent/)
  expect(mail?.parsed.text).toContain('database other')
  expect(outcome.seconds).toBeLessThan(50)
})

test.each(PEERS.slice(0, 5))('a check of a server that %s says so as well (%s)', async (_, way, converse, words) => {
  const peer = await startPeer(converse)
  const scene = await sceneWith(urlOf(way, peer.port))
  const outcome = await scene.command(['check'])
  expect(outcome).toMatchObject({ code: 2, stderr: '' })
  expect(outcome.stdout).toMatch(words)
})

test('where the first of two hosts cannot be understood, the second is asked', async () => {
  const garbled = await startPeer(inTurn(Buffer.concat([pgMessage('N', '\0'), pgMessage(R, 99)])))
  const asked = await startPeer(inTurn(pgMessage(R, 7)))
  const hosts = `127.0.0.1:${garbled.port},127.0.0.1:${asked.port}`
  const scene = await sceneWith(`postgresql://u:secret@${hosts}/d?sslmode=disable`)
  const outcome = await scene.command(['check'])
  expect(asked.connections()).toBe(1)
  expect(outcome.stdout).toMatch(GARBLED)
  expect(outcome.stdout).toMatch(/GSSAPI/)
})
