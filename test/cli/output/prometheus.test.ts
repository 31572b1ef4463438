import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatPrometheus } from '../../../src/cli/output/prometheus.ts'
import { judge, judgeBlocked } from '../../../src/core/judge/judge.ts'
import { type Range, upTo } from '../../../src/core/judge/range.ts'
import { judgeClock, judgeDatabase } from '../../../src/core/judge/source.ts'
import type { Fault, Reading, Severity, Verdict } from '../../../src/core/types.ts'
import { aCheck, aVerdict, later, NOON } from '../../core/builders.ts'
import { type ExposedSample, parseExposition } from '../../support/exposition.ts'

const MAIL = judgeDatabase('mail', undefined, { severity: 'ok', skew: -0.25, response: 0.125 })
const REFUSED: Fault = { kind: 'unreachable', scope: 'source', message: 'connection refused' }
const DOWN = judgeDatabase('mail', REFUSED, { severity: 'critical' })
const FACTS = { run: 'a.yaml', duration: 0.125 }

const beatOf = (seconds: number): Reading => ({ kind: 'beat', at: later(-seconds), asOf: NOON, readAt: NOON })
const textOf = (...verdicts: readonly Verdict[]): string => formatPrometheus({ at: NOON, verdicts }, FACTS)

/** The figures of one name, each with its labels but for that of the run. */
function figures(text: string, name: string): readonly (readonly [Omit<ExposedSample['labels'], 'run'>, number])[] {
  const { samples } = parseExposition(text)
  return samples
    .filter((sample) => sample.name === name)
    .map(({ labels: { run: _, ...labels }, value }) => [labels, value])
}

/** The labels and the figures of mdx, by name. */
function ofMdx(text: string): Readonly<Record<string, number>> {
  const { samples } = parseExposition(text)
  const own = samples.filter(({ labels }) => labels.check === 'mdx')
  return Object.fromEntries(
    own.map(({ name, labels: { severity }, value }) => [
      `${name.replace('lastalive_', '')}${severity === undefined ? '' : ` ${severity}`}`,
      value,
    ]),
  )
}

test('the text as it is', () => {
  const text = formatPrometheus(
    { at: NOON, verdicts: [MAIL, judge(aCheck(), beatOf(2_520.5))] },
    { ...FACTS, errors: { undelivered: 1, state: 0 } },
  )
  expect(text).toMatchInlineSnapshot(`
    "# HELP lastalive_state State of a check, of one of its rows, of a database or of its clock: 0 ok, 1 warning, 2 critical, 3 unknown.
    # TYPE lastalive_state gauge
    lastalive_state{run="a.yaml",check="database:mail",database="mail"} 0
    lastalive_state{run="a.yaml",check="mdx",database="mail"} 2
    # HELP lastalive_blocked Whether its state is unknown because its database, or a check that it comes after, is not ok: 1 or 0.
    # TYPE lastalive_blocked gauge
    lastalive_blocked{run="a.yaml",check="mdx",database="mail"} 0
    # HELP lastalive_last_beat_timestamp_seconds Time of the last beat, as the database has it.
    # TYPE lastalive_last_beat_timestamp_seconds gauge
    lastalive_last_beat_timestamp_seconds{run="a.yaml",check="mdx",database="mail"} 1795346279.5
    # HELP lastalive_age_seconds Age of the last beat as it is judged; of a deadline how long it is over, below zero before.
    # TYPE lastalive_age_seconds gauge
    lastalive_age_seconds{run="a.yaml",check="mdx",database="mail"} 2520.5
    # HELP lastalive_limit_seconds Age above which the state is that of the label severity.
    # TYPE lastalive_limit_seconds gauge
    lastalive_limit_seconds{run="a.yaml",check="mdx",database="mail",severity="warning"} 300
    lastalive_limit_seconds{run="a.yaml",check="mdx",database="mail",severity="critical"} 600
    # HELP lastalive_database_up Whether a database answers: 1 or 0.
    # TYPE lastalive_database_up gauge
    lastalive_database_up{run="a.yaml",database="mail"} 1
    # HELP lastalive_database_skew_seconds How far a database's clock is ahead of the watching host's.
    # TYPE lastalive_database_skew_seconds gauge
    lastalive_database_skew_seconds{run="a.yaml",database="mail"} -0.25
    # HELP lastalive_database_response_seconds How long a database took to connect and to answer everything.
    # TYPE lastalive_database_response_seconds gauge
    lastalive_database_response_seconds{run="a.yaml",database="mail"} 0.125
    # HELP lastalive_checks Checks in the state of the label state. Each counts once, by the worst of it and its rows.
    # TYPE lastalive_checks gauge
    lastalive_checks{run="a.yaml",state="ok"} 0
    lastalive_checks{run="a.yaml",state="warning"} 0
    lastalive_checks{run="a.yaml",state="critical"} 1
    lastalive_checks{run="a.yaml",state="unknown"} 0
    # HELP lastalive_run_errors How many recipients the last run could not tell (kind undelivered), and how much it could not record (kind state).
    # TYPE lastalive_run_errors gauge
    lastalive_run_errors{run="a.yaml",kind="undelivered"} 1
    lastalive_run_errors{run="a.yaml",kind="state"} 0
    # HELP lastalive_run_timestamp_seconds When the last run judged, on the clock of the watching host.
    # TYPE lastalive_run_timestamp_seconds gauge
    lastalive_run_timestamp_seconds{run="a.yaml"} 1795348800
    # HELP lastalive_run_duration_seconds How long the run took until this was written.
    # TYPE lastalive_run_duration_seconds gauge
    lastalive_run_duration_seconds{run="a.yaml"} 0.125
    # EOF
    "
  `)
})

describe('of a check', () => {
  const number = aCheck({ measure: 'amount', warning: { from: 5, to: 10, alerts: 'outside' }, critical: upTo(20) })
  const inside: Range = { from: 5, to: 10, alerts: 'inside' }
  const limits = { 'limit_seconds warning': 300, 'limit_seconds critical': 600 }
  const beat = NOON.getTime() / 1_000 - 7
  const rows = aCheck({ many: { judge: 'each', expect: [], vanished: 'unknown', minRows: 3, maxRows: 10 } })

  test.each<[string, Verdict, object]>([
    [
      'that is alive',
      judge(aCheck(), beatOf(7)),
      { state: 0, blocked: 0, last_beat_timestamp_seconds: beat, age_seconds: 7, ...limits },
    ],
    [
      'whose beat lies in the future',
      judge(aCheck(), beatOf(-70)),
      { state: 3, blocked: 0, last_beat_timestamp_seconds: beat + 77, age_seconds: -70, ...limits },
    ],
    [
      'that is a deadline',
      judge(aCheck({ measure: 'overdue' }), beatOf(7)),
      { state: 0, blocked: 0, deadline_timestamp_seconds: beat, age_seconds: 7, ...limits },
    ],
    ['without a beat', judge(aCheck(), { kind: 'absent', why: 'no row' }), { state: 3, blocked: 0, ...limits }],
    ['that is blocked', judgeBlocked(aCheck(), DOWN), { state: 3, blocked: 1, ...limits }],
    [
      'whose limit has a lower end, and is none to draw a line at',
      judge(aCheck({ warning: inside, critical: { ...inside, alerts: 'outside' } }), beatOf(7)),
      { state: 1, blocked: 0, last_beat_timestamp_seconds: beat, age_seconds: 7, 'limit_seconds critical': 10 },
    ],
    [
      'that is a number',
      judge(number, { kind: 'amount', value: 0.3 }),
      {
        state: 1,
        blocked: 0,
        amount: 0.3,
        'amount_upper_limit warning': 10,
        'amount_upper_limit critical': 20,
        'amount_lower_limit warning': 5,
      },
    ],
    ['of many rows', judge(rows, { kind: 'rows', count: 2 }), { state: 3, blocked: 0, rows: 2 }],
    ['of many rows that could not be read', judgeBlocked(rows, DOWN), { state: 3, blocked: 1 }],
  ])('%s', (_, verdict, expected) => expect(ofMdx(textOf(MAIL, verdict))).toEqual(expected))

  test.each<[Severity, number]>([
    ['ok', 0],
    ['warning', 1],
    ['critical', 2],
    ['unknown', 3],
  ])('that is %s the state is %d', (severity, state) =>
    expect(ofMdx(textOf(MAIL, aVerdict(severity))).state).toBe(state),
  )
})

describe('of databases', () => {
  const app = judgeDatabase('app', undefined, { severity: 'ok' })
  const clock = judgeClock('mail', { skew: 90, limit: 60, by: MAIL })
  const text = textOf(MAIL, clock, aVerdict('ok'), { ...app }, aVerdict('ok', { check: 'jobs' }))

  test('whether they answer', () => {
    expect(figures(text, 'lastalive_database_up')).toEqual([
      [{ database: 'mail' }, 1],
      [{ database: 'app' }, 1],
    ])
    expect(figures(textOf(DOWN), 'lastalive_database_up')).toEqual([[{ database: 'mail' }, 0]])
  })

  test('how their clocks differ, where it is known', () => {
    expect(figures(text, 'lastalive_database_skew_seconds')).toEqual([[{ database: 'mail' }, -0.25]])
    expect(figures(textOf(DOWN), 'lastalive_database_skew_seconds')).toEqual([])
  })

  test('a state of their own, and of their clocks, and which checks are theirs', () =>
    expect(figures(text, 'lastalive_state')).toEqual([
      [{ check: 'database:mail', database: 'mail' }, 0],
      [{ check: 'clock:mail', database: 'mail' }, 1],
      [{ check: 'mdx', database: 'mail' }, 0],
      [{ check: 'database:app', database: 'app' }, 0],
      [{ check: 'jobs', database: 'app' }, 0],
    ]))

  test('also of a row that is gone, which comes at the end', () => {
    const gone = aVerdict('unknown', { item: 'host-7', cause: 'vanished' })
    expect(figures(textOf(MAIL, aVerdict('ok'), app, gone), 'lastalive_state').at(-1)).toEqual([
      { check: 'mdx', item: 'host-7', database: 'mail' },
      3,
    ])
  })

  test('but not of a run that was stuck', () => {
    const stuck: Verdict = { check: 'run:lock', kind: 'run', severity: 'ok', cause: 'stuck', summary: '', metrics: [] }
    expect(figures(textOf(stuck, MAIL), 'lastalive_state')[0]).toEqual([{ check: 'run:lock' }, 0])
    expect(figures(textOf(MAIL, stuck), 'lastalive_state')[1]).toEqual([{ check: 'run:lock' }, 0])
  })
})

describe('of the run', () => {
  test('checks by their state, each by the worst of its rows', () => {
    const rows = [aVerdict('ok'), aVerdict('critical', { item: 'a' }), aVerdict('unknown', { item: 'b' })]
    const text = textOf(MAIL, ...rows, aVerdict('ok', { check: 'jobs' }), aVerdict('ok', { check: 'imports' }))
    expect(figures(text, 'lastalive_checks')).toEqual([
      [{ state: 'ok' }, 2],
      [{ state: 'warning' }, 0],
      [{ state: 'critical' }, 1],
      [{ state: 'unknown' }, 0],
    ])
  })

  test('errors where there may be any', () => {
    const report = { at: NOON, verdicts: [MAIL] }
    const errors = { undelivered: 2, state: 1 }
    expect(figures(formatPrometheus(report, { ...FACTS, errors }), 'lastalive_run_errors')).toEqual([
      [{ kind: 'undelivered' }, 2],
      [{ kind: 'state' }, 1],
    ])
    expect(figures(formatPrometheus(report, FACTS), 'lastalive_run_errors')).toEqual([])
  })

  test('its time and its length', () => {
    expect(figures(textOf(MAIL), 'lastalive_run_timestamp_seconds')).toEqual([[{}, 1_795_348_800]])
    expect(figures(textOf(MAIL), 'lastalive_run_duration_seconds')).toEqual([[{}, 0.125]])
  })

  test('its name in each sample', () => {
    const { samples } = parseExposition(textOf(MAIL, aVerdict('ok')))
    expect(new Set(samples.map(({ labels }) => labels.run))).toEqual(new Set(['a.yaml']))
  })
})

describe('a label', () => {
  const labelOf = (item: string): string | undefined =>
    figures(textOf(MAIL, aVerdict('ok', { item })), 'lastalive_state')[1]?.[0].item

  test.each(['host-7', 'a b', "it's", 'C:\\temp\\n', '"quoted"', '"} 1\\', '漢字', '{a="b"}', '# EOF', '~0123456789a'])(
    'is the name where that can be seen: %j',
    (name) => expect(labelOf(name)).toBe(name),
  )

  test.each<[string, RegExp]>([
    ['a\nb', /^a\\nb~[0-9a-f]{12}$/],
    ['a"} 1\nlastalive_state{check="mdx"} 0', /^a"} 1\\nlastalive_state\{check="mdx"} 0~[0-9a-f]{12}$/],
    ['a\0b\r\u001b[2J', /^a\\x00b\\r\\x1b\[2J~[0-9a-f]{12}$/],
    ['\u202egnp.exe', /^\\u202egnp\.exe~[0-9a-f]{12}$/],
    ['x\ud800y', /^x\\ud800y~[0-9a-f]{12}$/],
    ['a~0123456789ab', /^a~0123456789ab~[0-9a-f]{12}$/],
  ])('shows that it is not the name: %j', (name, label) => expect(labelOf(name)).toMatch(label))

  test('is cut where the name is long', () => expect(labelOf('x'.repeat(1_000_000))).toMatch(/^x{199}…~[0-9a-f]{12}$/))

  test('cannot be another’s by being written like it', () => {
    const changed = labelOf('a\nb') ?? ''
    expect(labelOf(changed)).not.toBe(changed)
  })
})

test('two verdicts with the same labels are one sample, so that the text stays valid', () => {
  const twice = textOf(MAIL, aVerdict('critical', { item: 'a' }), aVerdict('ok', { item: 'a' }))
  expect(figures(twice, 'lastalive_state').slice(1)).toEqual([[{ check: 'mdx', item: 'a', database: 'mail' }, 2]])
})

const ANY_NUMBER = fc.double({ noDefaultInfinity: false })
const ANY_NAME = fc.string({ unit: 'binary', maxLength: 40 })

describe('any report', () => {
  test('is valid, with all of its rows', () =>
    fc.assert(
      fc.property(fc.uniqueArray(ANY_NAME, { maxLength: 8 }), ANY_NAME, ANY_NUMBER, (items, run, value) => {
        const verdicts = items.map((item) => aVerdict('ok', { item, age: value, amount: value, metrics: [] }))
        const text = formatPrometheus({ at: NOON, verdicts: [MAIL, ...verdicts] }, { run, duration: 1 })
        const { samples } = parseExposition(text)
        const amounts = samples.filter(({ name }) => name === 'lastalive_amount')
        expect(amounts.map((sample) => sample.value)).toEqual(items.map(() => (value === 0 ? 0 : value)))
        expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Cs}]/u)
      }),
    ))
})
