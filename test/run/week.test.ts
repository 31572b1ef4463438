import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { acknowledge } from '../../src/core/incident/incident.ts'
import type { Delivery, Message } from '../../src/core/incident/notice.ts'
import type { Plan } from '../../src/core/plan.ts'
import type { Source } from '../../src/core/ports.ts'
import { divideTime } from '../../src/run/deadline.ts'
import { run } from '../../src/run/run.ts'
import { loadPlan } from '../../src/setup/load-plan.ts'
import { createMemoryStore, type MemoryStore } from '../../src/store/memory.ts'
import { answerOf, configurationOf, FIRST_RUN, HANDS, isReachable, lastBeat, type MailMood } from './life.ts'
import { type Given, linesOf } from './lines.ts'
import { WEEK } from './week-messages.ts'

const RUNS = 7 * 24 * 60
const MINUTE_MS = 60_000

test('of a week, one run a minute, exactly what a person would want to hear is told', {
  timeout: 300_000,
}, async () => {
  const { given, store } = await liveThrough(RUNS)
  expect(linesOf(given)).toEqual(WEEK)
  expect(store.incidents()).toEqual([])
  // What was taken without a word is sent again as the same message.
  const unsure = given.filter(({ isSure }) => !isSure)
  for (const { id, words } of unsure) {
    expect(given.filter((one) => one.notifier === 'ops' && one.words === words).map((one) => one.id)).toEqual([
      id,
      id,
      id,
    ])
  }
  expect(new Set(given.map(({ id, words, notifier }) => `${id} ${notifier} ${words}`)).size).toBe(
    given.length - unsure.length,
  )
})

async function liveThrough(runs: number) {
  let now = FIRST_RUN
  const given: (Given & { readonly id: string })[] = []
  const plan = planFor(await loadedPlan(), {
    now: () => now,
    tell: (notifier, message) => {
      const answer = answerOf(notifier, now)
      const words = message.facts.map(({ headline }) => headline).join('; ')
      if (answer !== 'refuses it') {
        given.push({ at: now, notifier, id: message.id, words, isSure: answer === 'takes it' })
      }
      return answer
    },
  })
  const store = createMemoryStore()
  const deadline = divideTime(3_600)
  let ids = 0
  for (let i = 0; i < runs; i++) {
    now = new Date(FIRST_RUN.getTime() + i * MINUTE_MS)
    await useHands(store, now)
    await run(plan, { clock: { now: () => now }, store, newId: () => `id-${++ids}` }, deadline)
  }
  return { given, store }
}

async function loadedPlan(): Promise<Plan> {
  const directory = mkdtempSync(join(tmpdir(), 'lastalive-week-'))
  const config = join(directory, 'lastalive.yaml')
  const databases = { mail: 'postgresql://mail.example.org/mail', shop: 'postgresql://shop.example.org/shop' }
  const notifiers = {
    ops: { command: { run: ['/usr/bin/ops'] } },
    pager: { command: { run: ['/usr/bin/pager'] } },
  }
  try {
    writeFileSync(config, configurationOf({ databases, notifiers }))
    return await loadPlan({ config, env: {} })
  } finally {
    rmSync(directory, { recursive: true })
  }
}

/** The plan with databases and notifiers that live through the week instead of real ones. */
function planFor(
  plan: Plan,
  life: {
    readonly now: () => Date
    readonly tell: (notifier: string, message: Message) => MailMood
  },
): Plan {
  return {
    ...plan,
    sources: plan.sources.map((watched) => ({ ...watched, source: sourceOf(watched.source.name) })),
    notifiers: plan.notifiers.map((notifier) => ({
      ...notifier,
      send: async (message, recipients) =>
        recipients.map((recipient) => deliveryOf(recipient, life.tell(notifier.name, message))),
    })),
  }
}

function sourceOf(name: string): Source {
  return {
    name,
    read: async (checks, { clock }) => {
      const now = clock.now()
      if (!isReachable(name.replace('database:', ''), now)) {
        return { readings: new Map(), fault: { kind: 'unreachable', scope: 'source', message: 'connection refused' } }
      }
      const beats = checks.map(
        (check) => [check.name, [{ kind: 'beat', at: lastBeat(check.name, now), asOf: now, readAt: now }]] as const,
      )
      return { readings: new Map(beats), clocks: { asOf: now, readAt: now } }
    },
  }
}

function deliveryOf(recipient: string, answer: MailMood): Delivery {
  switch (answer) {
    case 'takes it':
      return { recipient, kind: 'accepted', by: 'a server' }
    case 'refuses it':
      return { recipient, kind: 'refused', permanent: false, error: 'try later' }
    case 'says nothing':
      return { recipient, kind: 'uncertain', error: 'no answer' }
  }
}

/** Does what people did in the minute before this run. */
async function useHands(store: MemoryStore, now: Date): Promise<void> {
  const { acknowledged, silenced } = HANDS
  const isNow = (at: Date): boolean => at <= now && now.getTime() - at.getTime() < MINUTE_MS
  if (isNow(acknowledged.at)) {
    const incidents = store.incidents().filter(({ check }) => check === acknowledged.check)
    const seen = incidents.map((incident) => acknowledge(incident, { by: 'anna', ...acknowledged }))
    await store.save(seen, await store.load([]))
  }
  if (isNow(silenced.at)) {
    await store.saveSilences([
      { names: [silenced.check], tags: [], by: 'anna', at: silenced.at, until: silenced.until },
    ])
  }
}
