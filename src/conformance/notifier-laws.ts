import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Notifier } from '../core/ports.ts'
import { type Law, lawsOf } from './law.ts'
import {
  aFact,
  aMessage,
  assertCopies,
  assertForNow,
  assertKinds,
  LATE_MS,
  type Mood,
  type NotifierHarness,
  SHORT_MS,
  send,
  TAKING_MS,
  type Trial,
} from './trial.ts'

/** Text that does harm if it is taken for anything but text. */
const HOSTILE: readonly string[] = [
  'x\r\nBcc: evil@domain.tld\r\n\r\nbody',
  'x\r\n.\r\nQUIT\r\n',
  'a NUL \0, an escape \u001b[31m, a mark \u202e and half a character \ud800',
  '=?utf-8?Q?=0D=0ABcc:_evil@domain.tld?=',
  '-rf / --help',
]
/** Text that must arrive unchanged. */
const PLAIN: readonly string[] = [
  '"quoted", \'quoted\', \\back\\slashed, {headline} {"a": [1, null]} {{x}}',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of somebody else's
  '$HOME ${HOME} $(id) `id` %s %n ; & | < >',
  '<script>alert(1)</script> &amp; <!channel>',
  'größer, 日本語, 🔥',
]

type Try = (trial: Trial, harness: NotifierHarness) => Promise<void>

/** The laws for a notifier, each with a target of its own: one test each, for any test runner. */
export function notifierLaws(harness: NotifierHarness): readonly Law[] {
  return lawsOf(LAWS, harness)
}

const LAWS: readonly (readonly [name: string, mood: Mood, attempt: Try])[] = [
  ['has recipients of its own name', 'accepts', async ({ notifier }) => hasOwnRecipients(notifier)],
  [
    'says a message once to all who are asked for, and has accepted it when the target has',
    'accepts',
    async (trial, harness) => {
      assertKinds(await send(trial, harness), 'accepted')
      await assertCopies(trial, [aMessage().id])
    },
  ],
  [
    'says it to none but those who are asked for',
    'accepts',
    async (trial, harness) => {
      const recipients = trial.notifier.recipients.slice(0, 1)
      assertKinds(await send(trial, harness, { recipients }), 'accepted')
      const copies = await trial.received()
      assert.deepEqual(
        copies.map((copy) => copy.recipients ?? recipients),
        [recipients],
      )
    },
  ],
  [
    'says early only what stands in its answer, and of each recipient once',
    'accepts',
    // Each send checks this. Here it is sent to all at once, and to each alone.
    async (trial, harness) => {
      const { recipients } = trial.notifier
      await send(trial, harness)
      for (const recipient of recipients) await send(trial, harness, { recipients: [recipient] })
    },
  ],
  [
    'refuses those whom it does not know',
    'accepts',
    async (trial, harness) => {
      assertKinds(await send(trial, harness, { recipients: [`${trial.notifier.name}/nobody of that name`] }), 'refused')
      assert.deepEqual(await trial.received(), [])
    },
  ],
  [
    'leaves the Message-ID as it is, also when a message is said again',
    'accepts',
    async (trial, harness) => {
      const ids = ['one@watch1', 'one@watch1', 'two@watch1']
      for (const id of ids) assertKinds(await send(trial, harness, { message: { id } }), 'accepted')
      await assertCopies(trial, ids)
    },
  ],
  [
    'says several messages side by side',
    'accepts',
    async (trial, harness) => {
      const ids = ['one@watch1', 'two@watch1', 'three@watch1']
      const answers = await Promise.all(ids.map((id) => send(trial, harness, { message: { id } })))
      for (const deliveries of answers) assertKinds(deliveries, 'accepted')
      await assertCopies(trial, ids)
    },
  ],
  ['takes hostile text for nothing but text', 'accepts', (trial, harness) => saysAsText(trial, harness, HOSTILE)],
  [
    'leaves plain text as it is, whatever it looks like',
    'accepts',
    async (trial, harness) => {
      await saysAsText(trial, harness, PLAIN)
      for (const { id, subject, text } of await trial.received()) {
        const plain = PLAIN[Number.parseInt(id, 10)] ?? ''
        for (const words of [subject, text]) if (words !== undefined) assert.ok(words.includes(plain), words)
      }
    },
  ],
  [
    'says nothing once the signal has fired',
    'accepts',
    async (trial, harness) => {
      assertForNow(await send(trial, harness, { signal: AbortSignal.abort() }))
      assert.deepEqual(await trial.received(), [])
    },
  ],
  [
    'says nothing after its deadline',
    'accepts',
    async (trial, harness) => {
      assertForNow(await send(trial, harness, { ms: -1 }))
      assert.deepEqual(await trial.received(), [])
    },
  ],
  ['is refused for now', 'refuses for now', refusedWith(false)],
  ['is refused for good', 'refuses for good', refusedWith(true)],
  ['is refused for now where the target is gone', 'is gone', refusedWith(false)],
  ['does not wait beyond its deadline for a target that never answers', 'never answers', notAcceptedIn(SHORT_MS)],
  ['ends soon after the signal fires', 'never answers', notAcceptedAfterSignal],
  [
    'is uncertain where the target took it and is silent',
    'takes and is silent',
    async (trial, harness) => {
      assertKinds(await send(trial, harness, { ms: TAKING_MS }), 'uncertain')
      await assertCopies(trial, [aMessage().id])
    },
  ],
]

function hasOwnRecipients({ name, recipients }: Notifier): void {
  assert.ok(recipients.length > 0)
  assert.equal(new Set(recipients).size, recipients.length)
  for (const recipient of recipients) assert.ok(recipient === name || recipient.startsWith(`${name}/`), recipient)
}

function refusedWith(permanent: boolean): Try {
  return async (trial, harness) => {
    const deliveries = await send(trial, harness)
    assertKinds(deliveries, 'refused')
    for (const delivery of deliveries) if (delivery.kind === 'refused') assert.equal(delivery.permanent, permanent)
    assert.deepEqual(await trial.received(), [])
  }
}

function notAcceptedIn(ms: number): Try {
  return async (trial, harness) => {
    const before = performance.now()
    const deliveries = await send(trial, harness, { ms })
    assert.ok(performance.now() - before < ms + LATE_MS, 'it waited beyond its deadline')
    for (const { kind } of deliveries) assert.notEqual(kind, 'accepted')
  }
}

async function notAcceptedAfterSignal(trial: Trial, harness: NotifierHarness): Promise<void> {
  const stop = new AbortController()
  const sending = send(trial, harness, { signal: stop.signal })
  await sleep(SHORT_MS / 2)
  const before = performance.now()
  stop.abort()
  for (const { kind } of await sending) assert.notEqual(kind, 'accepted')
  assert.ok(performance.now() - before < LATE_MS, 'it went on after the signal had fired')
}

/** Sends each text in every place where it can stand, one message each. */
async function saysAsText(trial: Trial, harness: NotifierHarness, texts: readonly string[]): Promise<void> {
  for (const [i, words] of texts.entries()) {
    const [subject, text] = [`begin ${words} end`, `begin\n${words}\nend\n`]
    const named = { check: words, item: words, title: words, note: words, runbook: words }
    const facts = [{ ...aFact(), ...named, summary: words, headline: words }]
    const message = { id: `${i}@watch1`, subject, text, html: '', checks: [words], instance: words, facts }
    assertKinds(await send(trial, harness, { message }), 'accepted')
  }
  const ids = [...texts.keys()].map((i) => `${i}@watch1`)
  await assertCopies(trial, ids)
  for (const { subject, text } of await trial.received()) {
    for (const words of [subject, text]) if (words !== undefined) assert.match(words, /^begin\b[\s\S]*\bend\s*$/)
  }
}
