import { UsageError } from '../../core/errors.ts'
import type { Delivery, Fact, Message } from '../../core/incident/notice.ts'
import type { Notifier } from '../../core/ports.ts'
import { adviceOn } from '../../core/words/advice.ts'
import { clean, redact } from '../../core/words/text.ts'
import { post } from '../../run/post.ts'
import type { WatchOptions } from '../options/options.ts'
import { readSettings } from '../settings/settings.ts'
import { timesOf } from '../settings/times.ts'
import { type Code, complain, type World } from '../world.ts'

/** Sends a test message through each notifier, or those named, and says who took it. */
export async function testAlertCommand(names: readonly string[], options: WatchOptions, world: World): Promise<Code> {
  const times = timesOf(options, world, 'run')
  const { plan, secrets } = await readSettings(options, world, { readingTime: 1 })
  const known = plan.notifiers.map(({ name }) => name)
  const unknown = names.filter((name) => !known.includes(name))
  if (known.length === 0) throw new UsageError('there is nobody to tell; write notifiers into the file, or give --to')
  if (unknown.length > 0)
    throw new UsageError(
      unknown.map((name) => `there is no notifier ${clean(name)}; ${adviceOn(name, known)}`).join('; '),
    )

  const message = testMessage(plan.instance, times.clock.now())
  const deadline = times.deadline()
  const chosen = plan.notifiers.filter(({ name }) => names.length === 0 || names.includes(name))
  const send = async (notifier: Notifier): Promise<readonly Delivery[]> => {
    const taken: Delivery[] = []
    const onDelivery = async (delivery: Delivery): Promise<void> => void taken.push(delivery)
    await post(notifier, { message, recipients: notifier.recipients }, { deadline, onDelivery })
    return taken
  }
  const deliveries = (await Promise.all(chosen.map(send))).flat()
  for (const delivery of deliveries) {
    if (delivery.kind === 'accepted') world.stdout.write(`told ${delivery.recipient}: accepted by ${delivery.by}\n`)
    else complain(world, redact(`not told: ${delivery.recipient}: ${delivery.error}`, secrets))
  }
  return deliveries.every(({ kind }) => kind === 'accepted') ? 0 : 4
}

function testMessage(instance: string, at: Date): Message {
  const words = `This is a test from ${clean(instance)}: nothing is wrong. An alert would come the same way.`
  return {
    id: `lastalive.test.${crypto.randomUUID()}@lastalive.invalid`,
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
