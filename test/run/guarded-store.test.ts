import { mkdtempSync, rmSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import type { StateStore } from '../../src/core/ports.ts'
import { divideTime } from '../../src/run/deadline.ts'
import { guardStore } from '../../src/run/guarded-store.ts'
import { createMemoryStore } from '../../src/store/memory.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lastalive-guard-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
})

/** Keeps this process from doing anything else, as a machine with more to do than it can. */
function block(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}

/** A store that looks at the disk before it answers. */
function lookingStore(looked: () => Promise<unknown>): StateStore {
  const store = createMemoryStore()
  const load: StateStore['load'] = async (checks) => {
    await looked()
    return store.load(checks)
  }
  return { ...store, load }
}

test('a store is not given up whose answer was there while the process was held up', async () => {
  const store = guardStore(
    lookingStore(() => stat(directory)),
    divideTime(1),
  )
  const loading = store.load([])
  block(700)
  expect((await loading).problems).toEqual([])
})

test.each([
  ['400 ms, of a second', 1, 400, []],
  ['400 ms, of half a second', 0.5, 400, ['the state cannot be used: no answer in time']],
  ['700 ms, of a second', 1, 700, ['the state cannot be used: no answer in time']],
  ['700 ms, of three seconds', 3, 700, []],
])('a store that answers after %s', async (_, timeout, ms, problems) => {
  const store = guardStore(
    lookingStore(() => sleep(ms)),
    divideTime(timeout),
  )
  expect((await store.load([])).problems.map(({ message }) => message)).toEqual(problems)
})
