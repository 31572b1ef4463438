import { readFileSync, writeFileSync } from 'node:fs'
import type { NetConnectOpts } from 'node:net'
import type { NotifierConfig } from '../../../src/config/config.ts'
import { routesTo } from '../../../src/core/incident/routes.ts'
import type { Plan, WatchedSource } from '../../../src/core/plan.ts'
import type { Notifier, Source } from '../../../src/core/ports.ts'
import type { SqlTarget } from '../../../src/drivers/target.ts'
import { parseDatabaseUrl } from '../../../src/drivers/url.ts'
import { divideTime } from '../../../src/run/deadline.ts'
import { run } from '../../../src/run/run.ts'
import { collectStrays, takeStray } from '../../../src/run/strays.ts'
import { createNotifier } from '../../../src/setup/kinds.ts'
import { createSqlSource } from '../../../src/sources/sql/sql.ts'
import { createMemoryStore } from '../../../src/store/memory.ts'
import { aCheck } from '../../core/builders.ts'
import { mutate } from './mutated.ts'
import { play, record } from './servers.ts'

/** A process of many runs, each with a server that has gone mad: what comes of each is written down. */

interface Job {
  /** with PORT in it */
  readonly url: string
  readonly server: NetConnectOpts
  readonly first: number
  readonly count: number
  /** where the result goes */
  readonly result: string
}

/** The time of each run, in seconds; and beyond it that of a busy machine. */
const TIME = 2
const BEYOND_MS = 8_000
/** That of what is as it was recorded: nothing of it may be too late, however busy the machine is. */
const TIME_OF_RECORDED = 30
const AT_ONCE = 40

for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error) => {
    if (!takeStray(error)) throw error
  })
}
collectStrays()

const job = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Job
void flood(job)

async function flood({ url, server, first, count, result }: Job): Promise<void> {
  const recorded = await record(server)
  const well = await runAgainst(url.replace('PORT', String(recorded.port)), TIME_OF_RECORDED)
  recorded.stop()
  const wrong: string[] = well === 'well' ? [] : [`as it was recorded: ${well}`]
  const seen = new Map<string, number>()
  for (let seed = first; seed < first + count; seed += AT_ONCE) {
    const seeds = Array.from({ length: Math.min(AT_ONCE, first + count - seed) }, (_, i) => seed + i)
    await Promise.all(
      seeds.map(async (one) => {
        const played = await play(mutate(recorded.answers, one))
        const end = await runAgainst(url.replace('PORT', String(played.port)))
        played.stop()
        seen.set(end, (seen.get(end) ?? 0) + 1)
        if (!['well', 'told'].includes(end)) wrong.push(`${one}: ${end}`)
      }),
    )
  }
  writeFileSync(result, JSON.stringify({ wrong, seen: Object.fromEntries(seen), answers: recorded.answers.length }))
  process.exit(0)
}

/** What a run came to: all well, or all that was not told; else what is wrong with it. */
async function runAgainst(url: string, time = TIME): Promise<string> {
  const heard: string[] = []
  const witness: Notifier = {
    name: 'witness',
    recipients: ['witness'],
    send: async ({ text }) => {
      heard.push(text)
      return [{ recipient: 'witness', kind: 'accepted', by: 'me' }]
    },
  }
  const begun = performance.now()
  const plan = await planOf(url, witness, time)
  const ports = { clock: { now: () => new Date() }, store: createMemoryStore(), newId: () => 'x' }
  const report = await run(plan, ports, divideTime(time))
  if (performance.now() - begun > time * 1_000 + BEYOND_MS) return 'too late'
  if (heard.length !== 1 || heard[0]?.includes('silent') !== true) return `told ${heard.length} times`
  const peer = report.verdicts.filter(({ check }) => ['database:peer', 'read'].includes(check))
  const isFuzzedSource = plan.sources.length > 1
  if (isFuzzedSource && peer.length !== 2) return 'a verdict is missing'
  const isBad = peer.some(({ severity }) => severity !== 'ok')
  if (isBad && !/database peer|read/.test(heard[0])) return 'what is bad was not told'
  return isBad || report.undelivered.length > 0 || report.problems.length > 0 ? 'told' : 'well'
}

async function planOf(url: string, witness: Notifier, time: number): Promise<Plan> {
  const isDatabase = /^(?:postgresql|mysql):/.test(url)
  const silent: Source = {
    name: 'database:silent',
    read: async () => {
      const now = new Date()
      const at = new Date(now.getTime() - 7_200_000)
      return { readings: new Map([['silent', [{ kind: 'beat', at, asOf: now, readAt: now }]]]) }
    },
  }
  const environment = { env: {}, home: '/proc/nonexistent', userName: 'nobody' }
  const peers = isDatabase
    ? [createSqlSource('peer', (await parseDatabaseUrl(url, environment)) as SqlTarget, { timeout: time / 2 })]
    : []
  const tellers = isDatabase ? [] : [(await createNotifier(wayOf(url, time), { instance: 'i' }, 'host')).notifier]
  const notifiers = [...tellers, witness]
  const routes = routesTo(notifiers.flatMap(({ recipients }) => recipients))
  return {
    origin: 'o',
    instance: 'i',
    timezone: 'UTC',
    statusCommand: 'lastalive status',
    concurrency: 4,
    sources: [...peers.map((peer) => watching(peer, 'read', routes)), watching(silent, 'silent', routes)],
    notifiers,
    selected: new Set(['read', 'silent']),
  }
}

function watching(source: Source, name: string, routes: WatchedSource['routes']): WatchedSource {
  const policy = { failures: 1, recoveries: 1, remind: 'never', recovered: true, notify: routes } as const
  const severities = {
    unreachable: 'critical',
    timeout: 'critical',
    denied: 'unknown',
    invalid: 'unknown',
    failed: 'unknown',
  } as const
  const check = aCheck({ name, source: 'peer' })
  return { source, severities, policy, routes, watched: [{ check, policy, routes }] }
}

function wayOf(url: string, timeout: number): NotifierConfig {
  const mail = { to: ['a@domain.tld', 'b@domain.tld'], from: 'c@domain.tld', smtp: url }
  const webhook = { url, method: 'POST', headers: {}, timeout } as const
  return url.startsWith('smtp:')
    ? { name: 'peer', group: 'run', kind: 'mail', settings: mail }
    : { name: 'peer', group: 'run', kind: 'webhook', settings: webhook }
}
