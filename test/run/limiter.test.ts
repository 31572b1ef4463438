import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createLimiter } from '../../src/run/limiter.ts'

test('no more go on at a time than there is room for, in their order', async () => {
  const turns = createLimiter(3, { turnMs: 60_000 })
  const begun: number[] = []
  let [now, most] = [0, 0]
  const work = async (i: number): Promise<number> => {
    begun.push(i)
    most = Math.max(most, ++now)
    await sleep(i % 3)
    now--
    return i
  }
  const all = Array.from({ length: 20 }, (_, i) => i)
  expect(await Promise.all(all.map((i) => turns.take(() => work(i))))).toEqual(all)
  expect(most).toBe(3)
  expect(begun).toEqual(all)
})

test('one that fails makes room as well', async () => {
  const turns = createLimiter(1, { turnMs: 60_000 })
  await expect(turns.take(() => Promise.reject(new Error('lost')))).rejects.toThrow('lost')
  expect(await turns.take(async () => 'next')).toBe('next')
})

test('those that hang hold up none of the others, and have only the room that they had', async () => {
  const turns = createLimiter(2, { turnMs: 20 })
  const ends: (() => void)[] = []
  const hanging = Array.from({ length: 7 }, () =>
    turns.take(() => new Promise<void>((resolve) => void ends.push(resolve))),
  )
  expect(await turns.take(async () => 'answered')).toBe('answered')
  for (const end of ends) end()
  await Promise.all(hanging)
  let [now, most] = [0, 0]
  const work = async (): Promise<void> => {
    most = Math.max(most, ++now)
    await sleep(1)
    now--
  }
  await Promise.all(Array.from({ length: 9 }, () => turns.take(work)))
  expect(most).toBe(2)
})
