import { expect, test } from 'vitest'
import { routesTo } from '../../src/core/incident/routes.ts'
import type { Plan } from '../../src/core/plan.ts'
import type { Source, StateStore } from '../../src/core/ports.ts'
import { run } from '../../src/run/run.ts'
import { createMemoryStore } from '../../src/store/memory.ts'
import { aCheck } from '../core/builders.ts'

const clock = { now: () => new Date() }

/** Watches checks that count how often they were read, alive or not. */
function planOf(names: readonly string[], heard: unknown[], isAlive = true): Plan {
  const policy = { failures: 1, recoveries: 1, remind: 'never' as const, recovered: true, notify: routesTo([]) }
  const source: Source = {
    name: 'mail',
    read: async (checks, { memory }) => {
      heard.push(memory && Object.fromEntries(memory))
      const now = clock.now()
      const at = isAlive ? now : new Date(now.getTime() - 2_520_000)
      const counts = checks.map(({ name }) => [name, Number(memory?.get(name) ?? 0) + 1] as const)
      return {
        readings: new Map(checks.map(({ name }) => [name, [{ kind: 'beat', at, asOf: now, readAt: now }]])),
        memory: new Map<string, unknown>([...counts, ['of another', 1]]),
      }
    },
  }
  const watched = names.map((name) => ({ check: aCheck({ name }), policy, routes: routesTo([]) }))
  return {
    origin: 'here',
    instance: 'watch1',
    concurrency: 32,
    timezone: 'UTC',
    statusCommand: 'lastalive status',
    sources: [{ source, severities: aCheck().faults, policy, routes: routesTo([]), watched }],
    notifiers: [],
    selected: new Set(names),
  }
}

function memoryOf(store: StateStore): Promise<unknown> {
  return store.load([]).then(({ memory }) => memory && Object.fromEntries(memory))
}

test('what a check leaves is handed to the next run, until it is gone from the configuration', async () => {
  const [store, heard]: [StateStore, unknown[]] = [createMemoryStore(), []]
  const ports = { clock, store, newId: () => 'id' }
  await run(planOf(['a', 'b'], heard), ports)
  await run(planOf(['a', 'b'], heard), ports)
  await run({ ...planOf(['a', 'b'], heard), selected: new Set(['a']), isSelection: true }, ports)
  expect(heard).toEqual([{}, { a: 1, b: 1 }, { a: 2 }])
  expect(await memoryOf(store)).toEqual({ a: 3, b: 2 })
  await run(planOf(['b'], heard), ports)
  expect(await memoryOf(store)).toEqual({ b: 3 })
})

test('of a check whose incident cannot be saved all stays as it was, and is read anew', async () => {
  const [store, heard]: [StateStore, unknown[]] = [createMemoryStore(), []]
  const ports = { clock, store, newId: () => 'id' }
  await run(planOf(['a'], heard), ports)
  const full = { path: '/state', message: 'no space left' }
  const save: StateStore['save'] = async () => new Map([['a', full]])
  const report = await run(planOf(['a'], heard, false), { ...ports, store: { ...store, save } })
  expect(report.problems).toEqual([full])
  expect(await memoryOf(store)).toEqual({ a: 1 })
  await run(planOf(['a'], heard, false), ports)
  expect(heard).toEqual([{}, { a: 1 }, { a: 1 }])
  expect(await memoryOf(store)).toEqual({ a: 2 })
})

test('where nothing is remembered at all a source is told so, and what cannot be kept is said', async () => {
  const [store, heard]: [StateStore, unknown[]] = [createMemoryStore(), []]
  const load: StateStore['load'] = async (checks) => {
    const { memory: _, ...stored } = await store.load(checks)
    return stored
  }
  const saveMemory: StateStore['saveMemory'] = async () => [{ path: '/state', message: 'no space left' }]
  const report = await run(planOf(['a'], heard), { clock, store: { ...store, load, saveMemory }, newId: () => 'id' })
  expect(heard).toEqual([undefined])
  expect(report.problems).toEqual([{ path: '/state', message: 'no space left' }])
})
