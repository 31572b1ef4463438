import { describe, expect, test } from 'vitest'
import { readCron } from '../../../src/core/time/cron.ts'

const errorOf = (expression: string): string | undefined => {
  const reading = readCron(expression)
  return reading.kind === 'rejected' ? reading.error : undefined
}
const warningsOf = (expression: string): readonly string[] | undefined => {
  const reading = readCron(expression)
  return reading.kind === 'rejected' ? undefined : reading.warnings
}

describe('what cron refuses is said as it is in each field', () => {
  const MINUTE = 'write * for all, or from 0 to 59'
  const HOUR = 'write * for all, or from 0 to 23'
  const DAY = 'write * for all, or from 1 to 31'
  const WEEKDAY = 'write * for all, or from 0 to 7, or SUN and so on'

  test.each([
    ['0 24 * * *', '"24" is no hour: they go from 0 to 23; write 0 for midnight'],
    ['0 25 * * *', '"25" is no hour: they go from 0 to 23'],
    ['0 0 1 24 *', '"24" is no month: they go from 1 to 12'],
    ['?/2 * * * *', 'cron knows no "?"; write * for any minute'],
    ['-? * * * *', `a minute is missing before "-?"; ${MINUTE}`],
    ['h * * * *', `"h" is no minute: cron has no H that chooses one; ${MINUTE}`],
    ['xh * * * *', `"xh" is no minute: ${MINUTE}`],
    ['hx * * * *', `"hx" is no minute: ${MINUTE}`],
    ['0 0 l * *', '"l" is no day of the month: cron cannot say the last day; write 28-31, or 1 for the day after'],
    ['0 L * * *', `"L" is no hour: ${HOUR}`],
    ['0 0 xl * *', `"xl" is no day of the month: ${DAY}`],
    ['0 0 lx * *', `"lx" is no day of the month: ${DAY}`],
    ['0 0 LW * *', '"LW" is no day of the month: cron knows no nearest working day; write the day itself'],
    ['0 0 15w * *', '"15w" is no day of the month: cron knows no nearest working day; write the day itself'],
    ['15W * * * *', `"15W" is no minute: ${MINUTE}`],
    ['0 0 x15w * *', `"x15w" is no day of the month: ${DAY}`],
    ['0 0 15wx * *', `"15wx" is no day of the month: ${DAY}`],
    ['0 0 * * L', '"L" is no day of the week: cron cannot say the last one of a month; write the weekday itself'],
    ['0 0 * * 5l', '"5l" is no day of the week: cron cannot say the last one of a month; write the weekday itself'],
    ['5L * * * *', `"5L" is no minute: ${MINUTE}`],
    ['0 0 * * x5l', `"x5l" is no day of the week: ${WEEKDAY}`],
    ['0 0 * * 5lx', `"5lx" is no day of the week: ${WEEKDAY}`],
  ])('%j', (expression, error) => expect(errorOf(expression)).toBe(error))
})

describe('what cron skips without a word', () => {
  const skips = (text: string, means: string, after: string, cure: string) =>
    `"${text}" means ${means}: cron skips what follows "${after}"; ${cure}`
  const plainly = (text: string, understood: string) =>
    skips(text, `"${understood}"`, understood, `write ${understood}, if that is meant`)

  test.each([
    ['1.5#2 * * * *', plainly('1.5#2', '1')],
    ['5#1 * * * *', plainly('5#1', '5')],
    ['1,*5 * * * *', plainly('1,*5', '1,*')],
    ['*5 * * * *', skips('*5', 'every minute', '*', 'write */5, or 5')],
    ['*15 * * * *', skips('*15', 'every minute', '*', 'write */15, or 15')],
    ['*.5 * * * *', skips('*.5', 'every minute', '*', 'write *, if that is meant')],
    ['*5x * * * *', skips('*5x', 'every minute', '*', 'write *, if that is meant')],
    ['*x * * * *', skips('*x', 'every minute', '*', 'write *, if that is meant')],
    ['0 0 * * MON.5', plainly('MON.5', 'MON')],
    ['0 0 * * MON.#2', plainly('MON.#2', 'MON')],
    ['0 0 * * MON#1x', plainly('MON#1x', 'MON')],
    ['0 0 * * MON#6', plainly('MON#6', 'MON')],
    ['0 0 * * MON#1', skips('MON#1', '"MON"', 'MON', 'write */100,1-7 as day of the month and MON as day of the week')],
    ['0 0 * * sun#5', skips('sun#5', '"sun"', 'sun', 'write 29-31 as day of the month and */7 as day of the week')],
    ['0 0 * * 7#2', skips('7#2', '"7"', '7', 'write 8-14 as day of the month and */7 as day of the week')],
    ['0 0 * * 3#2', skips('3#2', '"3"', '3', 'cron cannot say which 3 of a month')],
    ['0 0 * * MON,SUN#2', skips('MON,SUN#2', '"MON,SUN"', 'MON,SUN', 'cron cannot say which MON,SUN of a month')],
    ['0 0 * * SUN,MON#2', skips('SUN,MON#2', '"SUN,MON"', 'SUN,MON', 'cron cannot say which SUN,MON of a month')],
  ])('%j', (expression, warning) => expect(warningsOf(expression)).toContain(warning))

  test('no more than what it understands is named where both days are written', () =>
    expect(warningsOf('0 0 5 * MON#1')).toContain(plainly('MON#1', 'MON')))
})

describe('what probably was not meant is said, and nothing else', () => {
  const holdsNothing = (text: string, written: string) =>
    `"${text}" holds nothing: a range of cron's does not run over the end; write ${written}`
  const either = (day: string, weekday: string, cure: string) =>
    `"${day}" as day of the month or "${weekday}" as day of the week: either is enough; ${cure}`
  const none = 'cron cannot say that both have to be right'

  test.each<[string, readonly string[]]>([
    ['0 0 31 2 *', ['it is never due: none of these months has such a day']],
    ['0 22-2 * * *', ['it is never due', holdsNothing('22-2', '22-23,0-2')]],
    ['0 0 * * FRI-SUN', ['it is never due', holdsNothing('FRI-SUN', '5-7')]],
    ['0 0 * DEC-FEB *', ['it is never due', holdsNothing('DEC-FEB', '12,1-2')]],
    ['1-50/7 * * * *', []],
    ['*/45,50 * * * *', []],
    ['0 0-12/12 * * *', []],
    ['0 10-20/15 * * *', ['"10-20/15" means 10 alone: no second step fits in; write 10']],
    ['*/45 * 5 * *', ['"*/45" is not evenly spaced: after minute 45 it begins again at 0']],
    ['0 0 20-10 * FRI', [holdsNothing('20-10', '20-31,1-10')]],
    ['0 0 13 * 5-2', [holdsNothing('5-2', '5-7,1-2')]],
    ['0 0 31,1 * *', []],
    ['0 0 31 * FRI', [either('31', 'FRI', none)]],
    ['0 0 31 * 5-2', [holdsNothing('5-2', '5-7,1-2'), 'it is not due in months that have no day 31']],
    ['0 0 8-14 * 7', [either('8-14', '7', 'where both have to be right, write */100,7 as day of the week')]],
    ['0 0 31 4,5 *', ['it is not due in months that have no day 31']],
    ['0 0 30 4,5 *', []],
    ['0 0 30 2,4 *', ['it is not due in months that have no day 30']],
    ['0 0 29 * *', ['it is not due in months that have no day 29']],
    ['0 0 28 * *', []],
  ])('%j', (expression, warnings) => expect(warningsOf(expression)).toEqual(warnings))
})

describe('a line as a whole', () => {
  const rest = (words: string) =>
    `"${words}" is no part of the schedule: cron takes what follows it for the command; leave it out`

  test.each<[string, string]>([
    ['*  * ', 'it has 2 fields, and cron wants five: minute, hour, day of the month, month, day of the week'],
    ['* \t \t ', 'it has one field, and cron wants five: minute, hour, day of the month, month, day of the week'],
    [
      '0 0 4 * * */2',
      'it has more than five fields, and cron knows no seconds; write 0 4 * * */2, if the first were the seconds',
    ],
    [`0 4 * * * ${'x'.repeat(991)}`, 'it has 1001 characters; write the five fields alone'],
  ])('%j is refused', (expression, error) => expect(errorOf(expression)).toBe(error))

  test.each<[string, readonly string[]]>([
    ['0  4 *\t* *', []],
    ['  0 4 * * *  \r\n\n', []],
    ['@daily\n\n', []],
    [`0 4 * * *${' '.repeat(1_000)}`, []],
    ['0 4 * * * run  it', [rest('run it')]],
    ['0 4 * * * x*', [rest('x*')]],
    ['@daily  run it', [rest('run it')]],
    [`0 4 * * * ${'x'.repeat(990)}`, [rest(`${'x'.repeat(59)}…`)]],
  ])('%j is read', (expression, warnings) => expect(warningsOf(expression)).toEqual(warnings))
})

describe('a day is looked for in its own months', () => {
  const NEVER = 'it is never due: none of these months has such a day'

  test.each<[string, string, readonly string[]]>([
    ['0 0 29 2 *', 'times', ['it is due in leap years only']],
    ['0 0 30 2 *', 'never', [NEVER]],
    ['0 0 5,31 2 *', 'times', []],
    ['0 0 30 11 *', 'times', []],
    ['0 0 31 11 *', 'never', [NEVER]],
    ['0 0 31 12 *', 'times', []],
  ])('%j', (expression, kind, warnings) => expect(readCron(expression)).toMatchObject({ kind, warnings }))

  test('and where neither day holds anything it is never due', () =>
    expect(readCron('0 0 20-10 * 5-2')).toMatchObject({ kind: 'never' }))
})
