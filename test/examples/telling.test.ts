import { describe, expect, test } from 'vitest'
import { epoch } from '../support/scene.ts'
import { about, configure, makeTable, startServer } from './surroundings.ts'

const [LATE, SILENT, DAYS] = [7 * 60, 42 * 60, 3 * 86_400]

describe(about('telling.yaml'), () => {
  async function makeShop(ages: Readonly<Record<string, number>> = {}) {
    const smtp = await startServer()
    const { path, set } = makeTable()
    const beat = (changes: typeof ages): void => {
      const all = { router: 0, shop: 0, link: 0, backup: 0, ...changes }
      for (const [key, secondsAgo] of Object.entries(all)) set(key, epoch(-secondsAgo))
    }
    beat(ages)
    let seen = 0
    /** What each was told since the last call, as `chat: subject`. */
    const told = (): readonly string[] => {
      const news = smtp.messages.slice(seen)
      seen = smtp.messages.length
      return news.map(({ to, parsed }) => `${to[0]?.split('@')[0]}: ${parsed.subject}`).sort()
    }
    return { ...configure('telling.yaml', { APP_DATABASE: `sqlite:${path}`, SMTP_URL: smtp.url }), beat, told }
  }

  test('is valid, without a remark', async () => {
    const { validate } = await makeShop()
    expect(await validate()).toMatchObject({ code: 0, stdout: expect.not.stringContaining('remark'), stderr: '' })
  })

  test('tells the router, and not the shop, to those who hear of it; and its end to others', async () => {
    const { run, told, beat } = await makeShop({ router: LATE, shop: SILENT })
    expect(await run()).toMatchObject({ code: 1, stdout: '', stderr: '' })
    beat({ router: SILENT, shop: SILENT })
    expect((await run()).code).toBe(2)
    beat({})
    expect((await run()).code).toBe(0)
    expect(told()).toEqual([
      'chat: [lastalive] CRITICAL router: silent for 42 min (limit 10 min)',
      'chat: [lastalive] OK router: alive again after 42 min',
      expect.stringMatching(/^chat: \[lastalive\] WARNING router: silent for 7 min/),
      expect.stringMatching(/^log: \[lastalive\] MISSED router: was silent from /),
      'pager: [lastalive] CRITICAL router: silent for 42 min (limit 10 min)',
    ])
  })

  test('has a ticket for the backup, which nobody closes', async () => {
    const { run, told, beat } = await makeShop({ backup: DAYS })
    expect((await run()).code).toBe(2)
    expect(told()).toEqual([
      expect.stringMatching(/^tickets: \[[0-9a-f-]{36}\] backup: silent for 3 d \(limit 1 d 2 h\)$/),
    ])
    beat({})
    expect((await run()).code).toBe(0)
    expect(told()).toEqual([])
  })
})
