import { expect, test } from 'vitest'
import { messageJson } from '../../../src/core/words/message-json.ts'
import { aFact, message } from '../../notifiers/messages.ts'
import { later } from '../builders.ts'

const { id, subject, text } = message()
const notice = {
  kind: 'opened',
  check: 'mdx',
  item: null,
  title: 'mdx',
  state: 'critical',
  severity: 'critical',
  cause: 'age',
  summary: 'silent for 42 min (limit 10 min)',
  headline: 'CRITICAL mdx: silent for 42 min (limit 10 min)',
  incident: 'id-1',
  episode: 1,
  since: '2026-11-22T11:28:00.000Z',
  lastBeat: null,
  closedAt: null,
  note: null,
  runbook: null,
  output: null,
}

test('what does not apply to a message is null', () =>
  expect(messageJson(message())).toStrictEqual({
    version: 1,
    id,
    openingId: null,
    state: 'critical',
    subject,
    text,
    instance: 'watch1',
    notices: [notice],
    more: 0,
  }))

test('all that is known of a notice is in it, and what has any length is cut', () => {
  const fact = aFact({
    item: 'x'.repeat(2_000),
    lastBeat: later(-2_520),
    closedAt: later(0.5),
    note: 'call Anna',
    runbook: 'https://wiki/mdx',
    tail: ['copying', 'no space left'],
  })
  expect(messageJson(message({ openingId: 'opening@here', facts: [fact, aFact()], moreFacts: 3 }))).toMatchObject({
    openingId: 'opening@here',
    more: 3,
    notices: [
      {
        ...notice,
        item: `${'x'.repeat(999)}…`,
        lastBeat: '2026-11-22T11:18:00.000Z',
        closedAt: '2026-11-22T12:00:00.500Z',
        note: 'call Anna',
        runbook: 'https://wiki/mdx',
        output: ['copying', 'no space left'],
      },
      notice,
    ],
  })
})
