import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Message } from '../../src/core/incident/notice.ts'
import { routesTo } from '../../src/core/incident/routes.ts'
import type { Plan } from '../../src/core/plan.ts'
import type { Notifier, StateStore } from '../../src/core/ports.ts'
import { divideTime } from '../../src/run/deadline.ts'
import { run } from '../../src/run/run.ts'
import { createMemoryStore } from '../../src/store/memory.ts'
import { aCheck } from '../core/builders.ts'

const TWO = ['paris', 'oslo']

/** Watches one check that was silent for long, or is alive, and tells one mailbox. */
function planOf(instance: string, { isAlive, sent }: { isAlive: () => boolean; sent: Message[] }): Plan {
  const policy = { failures: 1, recoveries: 1, remind: 'never' as const, recovered: true, notify: routesTo(['ops']) }
  const routes = routesTo(['ops'])
  const check = aCheck()
  const notifier: Notifier = {
    name: 'ops',
    recipients: ['ops'],
    send: async (message) => {
      sent.push(message)
      return [{ recipient: 'ops', kind: 'accepted', by: 'a server' }]
    },
  }
  const source: Plan['sources'][number]['source'] = {
    name: 'mail',
    read: async (_checks, { clock }) => {
      const asOf = clock.now()
      const at = new Date(asOf.getTime() - (isAlive() ? 0 : 2_520_000))
      return { readings: new Map([['mdx', [{ kind: 'beat', at, asOf, readAt: asOf }]]]) }
    },
  }
  return {
    origin: 'here',
    instance,
    concurrency: 32,
    timezone: 'UTC',
    statusCommand: 'lastalive status',
    sources: [{ source, severities: check.faults, policy, routes, watched: [{ check, policy, routes }] }],
    notifiers: [notifier],
    selected: new Set(['mdx']),
  }
}

/** A store in which each of two runs has read before either writes. */
function inStep(store: StateStore, writers: number): StateStore {
  let waiting: (() => void)[] = []
  let isFirst = true
  const load: StateStore['load'] = async (checks) => {
    const stored = await store.load(checks)
    if (!isFirst) return stored
    await new Promise<void>((resolve) => {
      waiting.push(resolve)
      if (waiting.length < writers) return
      isFirst = false
      for (const go of waiting) go()
      waiting = []
    })
    return stored
  }
  return { ...store, load }
}

test('what two runs find at the same moment is one incident, opened and closed once, and neither calls that a failure', async () => {
  const store = createMemoryStore()
  const clock = { now: () => new Date() }
  const sent: Message[] = []
  let isAlive = false
  let ids = 0
  const both = async (): Promise<readonly string[]> => {
    const together = inStep(store, TWO.length)
    const runs = TWO.map((instance) =>
      run(planOf(instance, { isAlive: () => isAlive, sent }), {
        ...{ clock, store: together, newId: () => `id-${++ids}` },
      }),
    )
    for (const report of await Promise.all(runs)) {
      expect(report).toMatchObject({ undelivered: [], problems: [] })
    }
    return sent.splice(0).map(({ subject }) => subject)
  }
  expect(await both()).toEqual([expect.stringContaining('CRITICAL mdx')])
  expect(store.incidents()).toHaveLength(1)
  expect(await both()).toEqual([])
  isAlive = true
  expect(await both()).toEqual([expect.stringContaining('OK mdx')])
  await run(planOf('paris', { isAlive: () => true, sent }), { clock, store, newId: () => 'none' })
  expect(store.incidents()).toEqual([])
  expect(sent).toEqual([])
})

test('what another was to tell and did not tell in time is told in its words, with their ID', async () => {
  const store = createMemoryStore()
  const clock = { now: () => new Date() }
  const [sent, lost]: [Message[], Message[]] = [[], []]
  const dying = planOf('paris', { isAlive: () => false, sent: lost })
  // It is killed before it writes that it has told.
  const told: StateStore['told'] = () => new Promise(() => undefined)
  await run(dying, { clock, store: { ...store, told }, newId: () => 'a' }, divideTime(1))
  expect(lost).toHaveLength(1)
  const next = planOf('oslo', { isAlive: () => false, sent })
  await run(next, { clock, store, newId: () => 'b' })
  expect(sent).toEqual([])
  await sleep(1_000)
  await run(next, { clock, store, newId: () => 'b' })
  expect(sent.map(({ id, instance }) => [id, instance])).toEqual(lost.map(({ id }) => [id, 'paris']))
})
