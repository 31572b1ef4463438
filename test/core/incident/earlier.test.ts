import { expect, test } from 'vitest'
import { withEarlier } from '../../../src/core/incident/earlier.ts'
import type { JournalEntry } from '../../../src/core/ports.ts'
import { anIncident, later } from '../builders.ts'

const DAY = 86_400

/** An outage of ten minutes that ended so many seconds ago. */
const outage = (ago: number, changes: Partial<JournalEntry> = {}): readonly JournalEntry[] => {
  const since = later(-ago - 600)
  const line = { origin: 'here', check: 'mdx', id: `id of ${ago}`, episode: 1, severity: 'critical' as const, since }
  const opened = { ...line, event: 'opened' as const, at: since, summary: 'late', start: since, ...changes }
  return [opened, { ...opened, event: 'closed', at: later(-ago), summary: 'alive' }]
}

const last = (ago: number) => ({ since: later(-ago - 600), seconds: 600 })

test.each<[string, readonly JournalEntry[], object | undefined]>([
  ['nothing of what was not', [], undefined],
  ['once', outage(60), { times: 1, ...last(60) }],
  ['the last of several', [...outage(2 * DAY), ...outage(DAY)], { times: 2, ...last(DAY) }],
  ['nothing of what was longer ago', outage(8 * DAY), undefined],
  ['not what was longer ago', [...outage(8 * DAY), ...outage(DAY)], { times: 1, ...last(DAY) }],
  ['nothing of another check', outage(60, { check: 'other' }), undefined],
  ['nothing of another row', outage(60, { item: 'a' }), undefined],
  ['nothing of another configuration', outage(60, { origin: 'there' }), undefined],
  ['nothing of what a killed run has noted', outage(60).slice(0, 1), undefined],
  ['what a killed run has seen end once', [...outage(60), ...outage(60).slice(1)], { times: 1, ...last(60) }],
  ['nothing of what a clock put back has left', outage(-60), undefined],
])('an incident that opens knows %s', (_, entries, before) => {
  expect(withEarlier([anIncident()], entries).map((incident) => incident.before)).toEqual(
    before === undefined ? [] : [before],
  )
})
