import assert from 'node:assert/strict'
import type { Delivery, Fact, Message } from '../core/incident/notice.ts'
import type { Notifier } from '../core/ports.ts'

/**
 * How the target of a notifier behaves: it takes each message; refuses each, for now or for good; takes nothing and
 * never answers; takes each and never answers; cannot be reached.
 */
export type Mood =
  | 'accepts'
  | 'refuses for now'
  | 'refuses for good'
  | 'never answers'
  | 'takes and is silent'
  | 'is gone'

/** A message as it arrived. */
export interface Received {
  /** the Message-ID */
  readonly id: string
  /** if the target can tell */
  readonly subject?: string
  readonly text?: string
  /** the recipients of the notifier that it is for, if the target can tell */
  readonly recipients?: readonly string[]
}

/** A notifier with a target of its own. */
export interface Trial {
  readonly notifier: Notifier
  /** what the target has taken so far, oldest first */
  received(): Promise<readonly Received[]>
  remove(): Promise<void>
}

/** What the laws need from the author of a notifier. */
export interface NotifierHarness {
  /** the moods that the target has; laws about others are left out */
  readonly moods: readonly Mood[]
  make(mood: Mood): Promise<Trial>
  /** passwords and tokens that no answer may show */
  readonly secrets?: readonly string[]
}

/** Enough for a target that answers at all. */
const ENOUGH_MS = 30_000
/** For a target that does not answer. */
export const SHORT_MS = 500
/** In which a target takes a message. */
export const TAKING_MS = 2_000
/** How late an answer may come. */
export const LATE_MS = 3_000
const LONGEST_ERROR = 600

export interface SendChanges {
  readonly message?: Partial<Message>
  readonly recipients?: readonly string[]
  readonly signal?: AbortSignal
  /** until the deadline */
  readonly ms?: number
}

/** Sends a message, and checks what holds for every answer, early ones as well. */
export async function send(
  { notifier }: Trial,
  { secrets = [] }: NotifierHarness,
  {
    message = {},
    recipients = notifier.recipients,
    signal = new AbortController().signal,
    ms = ENOUGH_MS,
  }: SendChanges = {},
): Promise<readonly Delivery[]> {
  const early: Delivery[] = []
  const onDelivery = async (delivery: Delivery): Promise<void> => {
    early.push(delivery)
  }
  const options = { signal, deadline: new Date(Date.now() + ms), onDelivery }
  const deliveries = await notifier.send(freeze({ ...aMessage(), ...message }), recipients, options)
  assert.deepEqual(deliveries.map(({ recipient }) => recipient).toSorted(), recipients.toSorted())
  assertStands(early, deliveries)
  for (const delivery of deliveries) {
    const words = delivery.kind === 'accepted' ? delivery.by : delivery.error
    assert.ok(words.trim() !== '' && words.length <= LONGEST_ERROR, `not a short text: ${words}`)
    assert.doesNotMatch(words, /[\p{Cc}\p{Zl}\p{Zp}]/u)
    for (const secret of secrets) assert.ok(!words.includes(secret), `shows a secret: ${words}`)
  }
  return deliveries
}

export function assertKinds(deliveries: readonly Delivery[], kind: Delivery['kind']): void {
  assert.deepEqual(new Set(deliveries.map((delivery) => delivery.kind)), new Set([kind]), JSON.stringify(deliveries))
}

/** Asserts that all are refused for now. */
export function assertForNow(deliveries: readonly Delivery[]): void {
  assertKinds(deliveries, 'refused')
  for (const delivery of deliveries) if (delivery.kind === 'refused') assert.equal(delivery.permanent, false)
}

/** Asserts that the final answer contains each early one, and that none came twice. */
function assertStands(early: readonly Delivery[], deliveries: readonly Delivery[]): void {
  const named = early.map(({ recipient }) => recipient)
  assert.deepEqual(named, [...new Set(named)], 'said early more than once')
  for (const delivery of early) {
    const inAnswer = deliveries.find(({ recipient }) => recipient === delivery.recipient)
    assert.deepEqual(delivery, inAnswer, 'what was said early does not stand in the answer')
  }
}

/** The copies for each recipient, oldest first. A target may have one copy for several. */
async function copiesOf(trial: Trial): Promise<ReadonlyMap<string, readonly Received[]>> {
  const received = await trial.received()
  const { recipients } = trial.notifier
  const isFor = (recipient: string) => (copy: Received) => (copy.recipients ?? recipients).includes(recipient)
  return new Map(recipients.map((recipient) => [recipient, received.filter(isFor(recipient))]))
}

/** Asserts that each of these got one copy of each message, in any order, and nobody else got anything. */
export async function assertCopies(
  trial: Trial,
  ids: readonly string[],
  recipients: readonly string[] = trial.notifier.recipients,
): Promise<void> {
  for (const [recipient, copies] of await copiesOf(trial)) {
    const wanted = recipients.includes(recipient) ? ids : []
    assert.deepEqual(copies.map(({ id }) => id).toSorted(), wanted.toSorted(), `copies to ${recipient}`)
  }
}

export function aMessage(): Message {
  const headline = 'CRITICAL mdx: silent for 42 min (limit 10 min)'
  return {
    id: 'lastalive.0123456789abcdef@watch1',
    subject: `[lastalive] ${headline}`,
    text: `${headline}\n  Since:     2026-11-22 12:28\n`,
    html: `<!doctype html><html><body><p>${headline}</p></body></html>\n`,
    state: 'critical',
    checks: ['mdx'],
    instance: 'watch1',
    facts: [aFact()],
    moreFacts: 0,
  }
}

export function aFact(): Fact {
  const summary = 'silent for 42 min (limit 10 min)'
  const named = { check: 'mdx', title: 'mdx', summary, headline: `CRITICAL mdx: ${summary}` }
  const judged = { state: 'critical', severity: 'critical', cause: 'age' } as const
  const since = new Date('2026-11-22T11:28:00Z')
  return { kind: 'opened', incident: '1422153e-9c77-4363-847b-4f9c9c00cf49', episode: 1, ...named, ...judged, since }
}

/** A notifier that changes its message would change it for the others as well. */
function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) freeze(inner)
  return Object.freeze(value)
}
