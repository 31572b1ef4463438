import type { AddressInfo } from 'node:net'
import { createServer, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { lastalive } from '../support/command.ts'
import { makeWatchingScene } from '../support/watching.ts'

const QUIET = { stdout: '', stderr: '' }

test('a port that answers no more is told of once, and its end once', async () => {
  const scene = await makeWatchingScene()
  const sockets = new Set<Socket>()
  const serve = (port: number) => {
    const server = createServer((socket) => void sockets.add(socket.on('error', () => {}).end('220 mail\r\n')))
    onTestFinished(() => void server.close())
    return new Promise<typeof server>((resolve) => server.listen(port, '127.0.0.1', () => resolve(server)))
  }
  const server = await serve(0)
  // The address of a server that listens on a port is never a string.
  const { port } = server.address() as AddressInfo
  scene.watch({ mail: { tcp: `127.0.0.1:${port}`, answer: '220' } }, { databases: {} })
  expect(await scene.command(['run'])).toMatchObject({ code: 0, ...QUIET })
  await new Promise((resolve) => server.close(resolve))
  expect(await scene.command(['run'])).toMatchObject({ code: 2, ...QUIET })
  expect(await scene.command(['run'])).toMatchObject({ code: 2, ...QUIET })
  expect(scene.subjects()).toEqual(['[lastalive] CRITICAL mail: cannot connect (connection refused)'])
  await serve(port)
  expect(await scene.command(['run'])).toMatchObject({ code: 0, ...QUIET })
  expect(scene.subjects()).toEqual([expect.stringMatching(/^\[lastalive\] OK mail: ok again after \d+ s$/)])
  const line = ['check', '--tcp', `127.0.0.1:${port}`, '--name', 'mail']
  const { code, stdout } = await lastalive([...line, '--with', 'answer=220'])
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(/^OK - mail: answered "220" \| mail_response=0\.\d+s;;;0\n$/),
  ])
  expect(await lastalive([...line, '--with', 'answer=250'])).toMatchObject({
    code: 2,
    stdout: expect.stringMatching(/^CRITICAL - mail: answered "220 mail" and closed, without "250" \|/),
  })
})
