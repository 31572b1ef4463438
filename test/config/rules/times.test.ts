import { expect, test } from 'vitest'
import { keyOf, load, problemsOf, writeFiles } from '../read/written.ts'

const config = (check: string): string => `databases: { d: x.db }\nchecks:\n  c: ${check}\n`

test.each([
  [
    'a schedule that cron does not know',
    '{ database: d, key: k, schedule: "5/15 * * * *" }',
    'checks.c.schedule: "5/15": cron takes a step only after a range; write 5-59/15, or 5 alone',
  ],
  [
    'a schedule that never comes',
    '{ database: d, key: k, schedule: "0 0 30 2 *" }',
    'checks.c.schedule: is never due: none of these months has such a day',
  ],
  [
    'a schedule of days that hold nothing',
    '{ database: d, key: k, schedule: "0 0 * * fri-sun" }',
    'checks.c.schedule: is never due: "fri-sun" holds nothing: a range of cron\'s does not run over the end; write 5-7',
  ],
  [
    'open hours that count towards nothing',
    '{ database: d, key: k, schedule: "0 4 * * *", during: mon-fri }',
    'checks.c.during: counts towards a limit; write critical: 26h, say, or leave it out',
  ],
  [
    'a schedule for a number',
    '{ database: d, query: SELECT 1, measure: number, critical: 5, schedule: "@daily" }',
    'checks.c.schedule: goes with the age of a time; leave it out',
  ],
  [
    'open hours for a deadline',
    '{ database: d, key: k, expires: true, during: mon-fri }',
    'checks.c.during: goes with the age of a time; leave it out',
  ],
  [
    'a grace without a schedule',
    '{ database: d, key: k, critical: 5m, grace: 5m }',
    'checks.c.grace: goes with schedule; leave it out',
  ],
  [
    'exceptions without open hours',
    '{ database: d, key: k, critical: 5m, except: [2026-12-24] }',
    'checks.c.except: goes with during; leave it out',
  ],
  [
    'a zone that nothing reads',
    '{ database: d, key: k, critical: 5m, timezone: UTC }',
    'checks.c.timezone: goes with schedule, during or maintenance; leave it out',
  ],
  ['no limit', '{ database: d, key: k, during: mon-fri }', 'checks.c: has no limit; write critical: 10m, say'],
  [
    'a recipe that there is not',
    '{ database: d, use: nextclod }',
    'checks.c.use: there is no recipe "nextclod"; write nextcloud',
  ],
  [
    'a file of dates that is not there',
    '{ database: d, key: k, critical: 5m, during: mon-fri, except: holidays }',
    'checks.c.except: there is no file holidays; write dates, or its path',
  ],
])('refuses %s', async (_, check, problem) => {
  const found = await problemsOf(writeFiles({ 'a.yaml': config(check) }))
  expect(found).toEqual([`a.yaml:3: ${problem}`])
})

test('reads the zone of a check, and else that of the configuration', async () => {
  const text = `timezone: Asia/Kathmandu
databases: { d: x.db }
checks:
  a: { database: d, key: k, schedule: "0 4 * * *" }
  b: { database: d, key: k, schedule: "0 4 * * *", timezone: Europe/Paris, grace: 0s }
  c: { database: d, key: k, critical: 1h, during: "mon-fri 08:00-18:00", timezone: America/New_York }
`
  const { checks } = await load(writeFiles({ 'a.yaml': text }))
  expect(
    checks.map(({ check }) => [check.scheduled?.timezone ?? check.open?.timezone, check.scheduled?.grace]),
  ).toEqual([
    ['Asia/Kathmandu', 600],
    ['Europe/Paris', 0],
    ['America/New_York', undefined],
  ])
})

test('takes the dates of a file, relative to the configuration', async () => {
  const check = '{ database: d, key: k, critical: 5m, during: mon-fri, except: [2026-12-31, holidays] }'
  const dates = '# closed\n2026-12-24\n2026-12-25 # Christmas\n\n'
  const { checks } = await load(writeFiles({ 'a.yaml': config(check), holidays: dates }))
  expect([...(checks[0]?.check.open?.windows.except ?? [])].toSorted()).toHaveLength(3)
})

test('fills in what a recipe says, and lets the check say otherwise', async () => {
  const text = `databases: { d: x.db }
checks:
  a: { database: d, use: manitou }
  b: { database: d, use: manitou, critical: 1h }
  c: { database: d, use: manitou, query: SELECT 1 }
`
  const { checks } = await load(writeFiles({ 'a.yaml': text }))
  expect(
    checks.map(({ check }) => [keyOf(check) === '' ? 'query' : 'key', check.warning?.to, check.critical?.to]),
  ).toEqual([
    ['key', 300, 600],
    ['key', 300, 3_600],
    ['query', 300, 600],
  ])
})

test('remarks on what in a schedule was probably not meant', async () => {
  const { remarks } = await load(writeFiles({ 'a.yaml': config('{ database: d, key: k, schedule: "0 4 * * MON#1" }') }))
  expect(remarks).toContainEqual(expect.stringMatching(/checks\.c\.schedule: "MON#1" means "MON"/))
})
