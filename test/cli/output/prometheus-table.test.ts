import { expect, test } from 'vitest'
import { formatPrometheus, METRICS } from '../../../src/cli/output/prometheus.ts'
import type { Check } from '../../../src/core/check.ts'
import { judge } from '../../../src/core/judge/judge.ts'
import type { Range } from '../../../src/core/judge/range.ts'
import { judgeDatabase } from '../../../src/core/judge/source.ts'
import { parseSchedule } from '../../../src/core/time/schedule.ts'
import type { Reading, Verdict } from '../../../src/core/types.ts'
import { aCheck, later, NOON } from '../../core/builders.ts'
import { parseExposition } from '../../support/exposition.ts'

const MAIL = judgeDatabase('mail', undefined, { severity: 'ok', skew: -0.25, response: 0.125 })
const FACTS = { run: 'a.yaml', duration: 0.125 }

const beatOf = (seconds: number): Reading => ({ kind: 'beat', at: later(-seconds), asOf: NOON, readAt: NOON })
const textOf = (...verdicts: readonly Verdict[]): string => formatPrometheus({ at: NOON, verdicts }, FACTS)

/** A check of a schedule alone. */
function nightly(): Check {
  const { warning: _, critical: __, ...check } = aCheck({ name: 'nightly' })
  const parsed = parseSchedule('0 4 * * *')
  if (parsed.kind === 'rejected') throw new Error(parsed.error)
  return { ...check, scheduled: { schedule: parsed.schedule, timezone: 'UTC', grace: 600 } }
}

test('of a schedule it says how late its run is, and how late it may be, and has no limit of an age', () => {
  const { samples } = parseExposition(textOf(MAIL, judge(nightly(), beatOf(86_400))))
  const own = samples.filter(({ labels, name }) => labels.check === 'nightly' && /late|grace|limit/.test(name))
  expect(own.map(({ name, value }) => [name, value])).toEqual([
    ['lastalive_late_seconds', 8 * 3_600],
    ['lastalive_grace_seconds', 600],
  ])
})

test('the table of what there is has each name, and its labels, in the order of the text', () => {
  const many = aCheck({ many: { judge: 'each', expect: [], vanished: 'unknown', minRows: 0, maxRows: 10 } })
  const range: Range = { from: 1, to: 2, alerts: 'outside' }
  const number = aCheck({ name: 'depth', measure: 'amount', warning: range, critical: range })
  const verdicts = [
    MAIL,
    judge(many, { kind: 'rows', count: 1 }),
    judge(many, { ...beatOf(7), item: 'a' }),
    judge(aCheck({ name: 'due', measure: 'overdue' }), { ...beatOf(7), item: 'a' }),
    judge(number, { kind: 'amount', value: 7, item: 'a' }),
    judge(nightly(), { ...beatOf(7_200), item: 'a' }),
  ]
  const text = formatPrometheus({ at: NOON, verdicts }, { ...FACTS, errors: { undelivered: 0, state: 0 } })
  const { families, samples } = parseExposition(text)
  const labelsOf = (wanted: string): readonly string[] => [
    ...new Set(samples.filter(({ name }) => name === wanted).flatMap(({ labels }) => Object.keys(labels))),
  ]
  const found = [...families].map(([name, help]) => [name, help, labelsOf(name).toSorted()])
  expect(found).toEqual(METRICS.map(({ name, help, labels }) => [name, help, ['run', ...labels].toSorted()]))
})
