import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { acknowledge } from '../../src/core/incident/incident.ts'
import type { Delivery } from '../../src/core/incident/notice.ts'
import { routesTo } from '../../src/core/incident/routes.ts'
import type { Plan } from '../../src/core/plan.ts'
import type { Notifier, Source, StateStore } from '../../src/core/ports.ts'
import type { Policy } from '../../src/core/types.ts'
import { run } from '../../src/run/run.ts'
import { directoryLayout } from '../../src/store/lockfiles/layout.ts'
import { createLockfileStore } from '../../src/store/lockfiles/lockfiles.ts'
import { aCheck, NOON } from '../core/builders.ts'

const HOUR = 3_600_000
const BETWEEN_RUNS = HOUR / 6

/** A check that is watched every ten minutes by a clock that can be set, and what is heard of it. */
export interface Watch {
  /** alive or not, for so many runs */
  run(isAlive: boolean, runs?: number): Promise<void>
  /** sets the clock on, or back */
  jump(seconds: number): void
  /** what the notifier answers from now on */
  answer(kind: Delivery['kind']): void
  silenceForAnHour(): Promise<void>
  acknowledgeForAnHour(): Promise<void>
  /** the kinds of what was heard since the last call, in their order */
  heard(): readonly string[]
  lockfiles(): Promise<number>
}

/** When it runs. */
export interface Pace {
  /** from the start of a run to that of the next (default: ten minutes) */
  readonly between?: number
  /** how long a reading takes, in turn (default: no time) */
  readonly readings?: readonly number[]
}

/** A watch that begins at noon, with a real state directory. */
export function makeWatch(changes: Partial<Policy> = {}, { between = BETWEEN_RUNS, readings = [0] }: Pace = {}): Watch {
  const directory = mkdtempSync(join(tmpdir(), 'lastalive-jumps-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  let [now, starts, age, ids]: [number, number, number, number] = [NOON.getTime(), 0, 0, 0]
  let answered: Delivery['kind'] = 'accepted'
  const heard: string[] = []
  const clock = { now: () => new Date(now) }
  const notifier: Notifier = {
    name: 'ops',
    recipients: ['ops'],
    send: async ({ facts }) => {
      if (answered === 'accepted') heard.push(...facts.map(({ kind }) => kind))
      return [deliveryOf(answered)]
    },
  }
  const policy = { failures: 1, recoveries: 1, remind: 'never' as const, recovered: true, ...changes }
  const onRead = (): void => {
    now += readings[(starts - 1) % readings.length] ?? 0
  }
  const plan = planOf({ ...policy, notify: routesTo(['ops']) }, { notifier, onRead, age: () => age })
  const store = (): StateStore => createLockfileStore(directoryLayout(directory, plan), { origin: plan.origin })
  return {
    run: async (isAlive, runs = 1) => {
      age = isAlive ? 0 : 2_520_000
      for (let i = 0; i < runs; i++) {
        now += between - (readings[(starts - 1) % readings.length] ?? 0)
        starts += 1
        await run(plan, { clock, store: store(), newId: () => `id-${++ids}` })
      }
    },
    jump: (seconds) => {
      now += seconds * 1_000
    },
    answer: (kind) => {
      answered = kind
    },
    silenceForAnHour: async () => {
      const [at, until] = [clock.now(), new Date(now + HOUR)]
      await store().saveSilences([{ names: ['mdx'], tags: [], at, until, by: 'root' }])
    },
    acknowledgeForAnHour: async () => {
      const [kept, seen] = [store(), { by: 'root', at: clock.now(), until: new Date(now + HOUR) }]
      const { incidents, revisions } = await kept.load(['mdx'])
      await kept.save(
        incidents.map((incident) => acknowledge(incident, seen)),
        { revisions },
      )
    },
    heard: () => heard.splice(0),
    lockfiles: async () => (await store().load(['mdx'])).incidents.length,
  }
}

function deliveryOf(kind: Delivery['kind']): Delivery {
  const recipient = 'ops'
  switch (kind) {
    case 'accepted':
      return { recipient, kind, by: 'a server' }
    case 'refused':
      return { recipient, kind, permanent: false, error: 'try later' }
    case 'uncertain':
      return { recipient, kind, error: 'no answer' }
  }
}

interface Watched {
  readonly notifier: Notifier
  /** is called while it is read */
  readonly onRead: () => void
  readonly age: () => number
}

function planOf(policy: Policy, { notifier, onRead, age }: Watched): Plan {
  const source: Source = {
    name: 'database:mail',
    read: async (_checks, { clock }) => {
      onRead()
      const [at, asOf] = [new Date(clock.now().getTime() - age()), clock.now()]
      return { readings: new Map([['mdx', [{ kind: 'beat', at, asOf, readAt: asOf }]]]) }
    },
  }
  const routes = routesTo(['ops'])
  const check = aCheck()
  return {
    origin: 'here',
    instance: 'watch1',
    concurrency: 32,
    timezone: 'UTC',
    statusCommand: 'lastalive status',
    sources: [{ source, severities: check.faults, policy, routes, watched: [{ check, policy, routes }] }],
    notifiers: [notifier],
    selected: new Set(['mdx']),
  }
}
