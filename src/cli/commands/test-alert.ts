import { randomUUID } from 'node:crypto'
import { UsageError } from '../../core/errors.ts'
import type { Fact, Message } from '../../core/notice.ts'
import { clean, redact } from '../../core/text.ts'
import { STANDARD } from '../limited.ts'
import type { WatchOptions } from '../options.ts'
import { readSettings, timesOf } from '../settings.ts'
import { type Code, complain, type World } from '../world.ts'

/** Sends a test message through each notifier, or those named, and says who took it. */
export async function testAlertCommand(names: readonly string[], options: WatchOptions, world: World): Promise<Code> {
  const times = timesOf(options, world, { timeout: STANDARD.run })
  const { plan, secrets } = await readSettings(options, world, { readingTime: 1 })
  const known = plan.notifiers.map(({ name }) => name)
  const unknown = names.filter((name) => !known.includes(name))
  if (known.length === 0) throw new UsageError('there is nobody to tell; write notifiers into the file, or give --to')
  if (unknown.length > 0)
    throw new UsageError(`there is no notifier ${unknown.join(', ')}; there are: ${known.join(', ')}`)

  const message = testMessage(plan.instance, times.clock.now())
  const deadline = times.deadline()
  const chosen = plan.notifiers.filter(({ name }) => names.length === 0 || names.includes(name))
  const deliveries = await Promise.all(
    chosen.map((notifier) =>
      notifier.send(message, notifier.recipients, { signal: deadline.telling, deadline: deadline.at }),
    ),
  )
  for (const delivery of deliveries.flat()) {
    if (delivery.kind === 'accepted') world.stdout.write(`told ${delivery.recipient}: accepted by ${delivery.by}\n`)
    else complain(world, redact(`not told: ${delivery.recipient}: ${delivery.error}`, secrets))
  }
  return deliveries.flat().every(({ kind }) => kind === 'accepted') ? 0 : 4
}

function testMessage(instance: string, at: Date): Message {
  const words = `This is a test from ${clean(instance)}: nothing is wrong. An alert would come the same way.`
  return {
    id: `lastalive.test.${randomUUID()}@lastalive.invalid`,
    subject: `[lastalive] TEST from ${clean(instance)}`,
    text: `${words}\n`,
    html: `<!doctype html><html><body><p>${words.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</p></body></html>\n`,
    state: 'ok',
    checks: [],
    instance: clean(instance),
    facts: [testFact(words, at)],
    moreFacts: 0,
  }
}

/** What programs read in place of an incident. */
function testFact(words: string, since: Date): Fact {
  const named = { check: 'test', title: 'test', summary: words, headline: `TEST ${words}` }
  const judged = { state: 'ok', severity: 'unknown', cause: 'answered' } as const
  return { kind: 'test', incident: 'test', episode: 1, ...named, ...judged, since }
}
