import { describe, expect, onTestFinished, test } from 'vitest'
import { startWeb } from '../support/web.ts'
import { about, configure, startServer } from './surroundings.ts'

const WELL = { judged: 1, peers: 0, accepted: 0, errors: 0, undelivered: 0 }

async function startPeer(minutes: number): Promise<string> {
  const web = await startWeb()
  onTestFinished(() => web.stop())
  const at = new Date(Date.now() - minutes * 60_000)
  web.answer({ status: 200, body: JSON.stringify({ ...WELL, at }) })
  return web.url
}

describe(about('peers.yaml'), () => {
  test('is valid, without a remark, and quiet while all is well', async () => {
    const smtp = await startServer()
    const { validate, run } = configure('peers.yaml', { WATCH2_URL: await startPeer(1), SMTP_URL: smtp.url })
    expect(await validate()).toMatchObject({ code: 0, stdout: expect.not.stringContaining('remark'), stderr: '' })
    expect(await run()).toMatchObject({ code: 0, stdout: '', stderr: '' })
    expect(smtp.messages).toEqual([])
  })

  test("tells the other watcher's administrator that it does not run", async () => {
    const smtp = await startServer()
    const { run } = configure('peers.yaml', { WATCH2_URL: await startPeer(10.5), SMTP_URL: smtp.url })
    expect(await run()).toMatchObject({ code: 2, stdout: '', stderr: '' })
    expect(smtp.messages.map(({ to }) => to)).toEqual([['admin-of-watch2@domain.tld']])
  })
})
