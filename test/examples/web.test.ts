import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { eachLineOf } from '../support/plugin-output.ts'
import { startRaw } from '../support/raw.ts'
import { about, configure, startServer } from './surroundings.ts'

const HOUR = 3_600_000

/** What a shop answers, whose backup is so many hours old. */
async function startShop(hours: number): Promise<string> {
  const ago = (ms: number): Date => new Date(Date.now() - ms)
  const pages: Readonly<Record<string, string>> = {
    '/health': 'we are open',
    '/status.json': JSON.stringify({ backup: { finished: ago(hours * HOUR) } }),
    '/metrics': 'jobs_done 12\njobs_waiting 7\n',
    '/trace': '',
  }
  const server = createServer(({ url = '' }, response) => {
    const page = pages[url]
    response.writeHead(page === undefined ? 401 : 200, { 'last-modified': ago(HOUR).toUTCString() }).end(page)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  // The address of a server that listens on a port is never a string.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function environment(hours: number, smtp: string) {
  const cache = await startRaw((socket) => socket.on('data', () => socket.write('+PONG\r\n')))
  return { SHOP_URL: await startShop(hours), SMTP_URL: smtp, CACHE: `127.0.0.1:${cache}` }
}

describe(about('web.yaml'), () => {
  test('is valid, without a remark, and quiet while all is well', async () => {
    const smtp = await startServer()
    const { validate, run } = configure('web.yaml', await environment(1, smtp.url))
    expect(await validate()).toMatchObject({ code: 0, stdout: expect.not.stringContaining('remark'), stderr: '' })
    expect(await run()).toMatchObject({ code: 0, stdout: '', stderr: '' })
    expect(smtp.messages).toEqual([])
  })

  test('says what is not', async () => {
    const smtp = await startServer()
    const { check } = configure('web.yaml', await environment(26.5, smtp.url))
    expect(eachLineOf((await check([])).stdout).map((line) => line.split(' |')[0])).toEqual([
      'CRITICAL - backup: silent for 1 d 2 h (limit 1 d 2 h)',
      'OK - shop: answered 200 OK, with "open"',
      'OK - admin: answered 401 Unauthorized',
      'OK - jobs: 7 (limit 100)',
      'OK - mirror: alive 1 h ago (limit 6 h)',
      'OK - cache: answered "+PONG"',
    ])
  })
})
