import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { inTurn } from '../../../src/io/files/turns.ts'

const FOREVER = new AbortController().signal

/** Work that ends when it is told to. */
function makeWork() {
  let end = (): void => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  const state = { isBegun: false }
  const work = async (): Promise<void> => {
    state.isBegun = true
    await ended
  }
  return { state, work, end: () => end() }
}

test('one file system is asked one thing at a time, and two are asked side by side', async () => {
  const [a, again, b, c] = [makeWork(), makeWork(), makeWork(), makeWork()]
  const all = [
    inTurn('/a', FOREVER, a.work),
    inTurn('/a', FOREVER, again.work),
    inTurn('/b', FOREVER, b.work),
    inTurn('/c', FOREVER, c.work),
  ]
  const begun = () => [a, again, b, c].map(({ state }) => state.isBegun)
  await setImmediate()
  expect(begun()).toEqual([true, false, true, false])
  b.end()
  await setImmediate()
  expect(begun()).toEqual([true, false, true, true])
  a.end()
  await setImmediate()
  expect(begun()).toEqual([true, true, true, true])
  for (const one of [again, c]) one.end()
  await Promise.all(all)
})

test('what waits for its turn is given up with its time, and takes none from others', async () => {
  const [hung, late, other] = [makeWork(), makeWork(), makeWork()]
  const over = new AbortController()
  const hanging = inTurn('/a', FOREVER, hung.work)
  const waiting = inTurn('/a', over.signal, late.work)
  over.abort(new Error('over'))
  await expect(waiting).rejects.toThrow('over')
  const free = inTurn('/b', FOREVER, other.work)
  other.end()
  await free
  hung.end()
  await hanging
  expect(late.state.isBegun).toBe(false)
})

test('what fails gives its turn to the next', async () => {
  await expect(inTurn('/a', FOREVER, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
  expect(await inTurn('/a', FOREVER, async () => 'well')).toBe('well')
})
