import { describe, expect, test } from 'vitest'
import { parseSchedule } from '../../../src/core/time/schedule.ts'

const errorOf = (expression: string): string | undefined => {
  const parsed = parseSchedule(expression)
  return parsed.kind === 'rejected' ? parsed.error : undefined
}
const warningsOf = (expression: string): readonly string[] => {
  const parsed = parseSchedule(expression)
  return parsed.kind === 'schedule' ? parsed.warnings : [`rejected: ${parsed.error}`]
}

describe('what cron refuses, with what to write', () => {
  test.each<[string, string]>([
    ['', 'it is empty; write five fields such as 0 4 * * *, or @daily'],
    ['* * * *', 'it has 4 fields, and cron wants five'],
    ['daily', 'it has one field, and cron wants five'],
    ['0 0 4 * * *', 'cron knows no seconds; write 0 4 * * *, if the first were the seconds'],
    ['0 4\n* * *', 'it has several lines; write one'],
    ['5/15 * * * *', '"5/15": cron takes a step only after a range; write 5-59/15, or 5 alone'],
    ['*/0 * * * *', '"*/0": the step has to be a number above 0; write */2, say'],
    ['*/ * * * *', '"*/": the step has to be a number above 0'],
    ['1-9/x * * * *', '"1-9/x": the step has to be a number above 0; write 1-9/2, say'],
    ['60 * * * *', '"60" is no minute: they go from 0 to 59'],
    ['5-64/30 * * * *', '"64" is no minute'],
    ['99999999999999999999 * * * *', 'is no minute'],
    ['0 24 * * *', '"24" is no hour: they go from 0 to 23; write 0 for midnight'],
    ['0 0 * * 8', '"8" is no day of the week: they go from 0 to 7'],
    ['1- * * * *', 'a range of the minute has no end; write both ends, such as 0-59'],
    ['-1 * * * *', 'a minute is missing before "-1"'],
    ['1, * * * *', 'a minute is missing at its end'],
    ['1,,2 * * * *', 'a minute is missing before ",2"'],
    ['0 0 ? * *', 'cron knows no "?"; write * for any day of the month'],
    ['0 0 L * *', '"L" is no day of the month: cron cannot say the last day; write 28-31'],
    ['0 0 15W * *', '"15W" is no day of the month: cron knows no nearest working day'],
    ['0 0 * * 5L', '"5L" is no day of the week: cron cannot say the last one of a month'],
    ['H * * * *', '"H" is no minute: cron has no H that chooses one'],
    ['0 0 * * MONDAY', '"MONDAY" is no day of the week: cron knows names by three letters; write MON'],
    ['0 0 * JANUARY *', 'write JAN'],
    ['0 0 * MON *', '"MON" is no month: write * for all, or from 1 to 12, or JAN and so on'],
    ['@every 5m', 'cron knows no "@every"; write one of @hourly, @daily'],
    ['@Daily', 'cron knows no "@Daily"; write @daily'],
    ['60 24 * * *', '"60" is no minute: they go from 0 to 59; "24" is no hour'],
    ['\u001b[2J * * * *', '"\\x1b[2J"'],
  ])('%j', (expression, words) => expect(errorOf(expression)).toContain(words))
})

describe('what cron accepts without a word, and probably does not mean what was meant', () => {
  test.each<[string, string]>([
    ['0 0 * * MON#1', 'write */100,1-7 as day of the month and MON as day of the week'],
    ['0 0 * * SUN#3', 'write 15-21 as day of the month and */7 as day of the week'],
    ['0 0 * * MON#2', 'cron cannot say which MON of a month'],
    ['*5 * * * *', '"*5" means every minute: cron skips what follows "*"; write */5, or 5'],
    ['1.5 * * * *', '"1.5" means "1": cron skips what follows "1"; write 1, if that is meant'],
    ['0 22-2 * * *', 'it is never due'],
    ['0 22-2 * * *', '"22-2" holds nothing: a range of cron\'s does not run over the end; write 22-23,0-2'],
    ['0 0 * * FRI-SUN', 'write 5-7'],
    ['0 0 * * 6-1', 'write 6-7,1'],
    ['0 0 * DEC-FEB *', 'write 12,1-2'],
    ['0 0 31 2 *', 'it is never due: none of these months has such a day'],
    ['0 0 29 2 *', 'it is due in leap years only'],
    ['0 0 31 * *', 'it is not due in months that have no day 31'],
    ['0 0 13 * FRI', 'either is enough; cron cannot say that both have to be right'],
    ['0 0 1-7 * MON', 'either is enough; where both have to be right, write */100,1-7 as day of the month'],
    ['0 0 8-14 * SUN', 'either is enough; where both have to be right, write */100,SUN as day of the week'],
    ['* 4 * * *', 'it is due in every minute of "4" as hour; write 0 as the minute'],
    ['*/45 * * * *', '"*/45" is not evenly spaced: after minute 45 it begins again at 0'],
    ['0 0 */2 * *', '"*/2" is not evenly spaced: after day of the month 31 it begins again at 1'],
    ['0 0 * * */2', '"*/2" is not evenly spaced: after day of the week 6 it begins again at 0'],
    ['0 0 * * */7', '"*/7" means 0 alone'],
    ['*/60 * * * *', '"*/60" means 0 alone: no second step fits in; write 0'],
    ['0 4 * * * backup', '"backup" is no part of the schedule'],
    ['@daily backup', '"backup" is no part of the schedule'],
    ['@reboot', '"@reboot" is due when the host starts, and so at no time of the clock'],
  ])('%j', (expression, words) => expect(warningsOf(expression).join('\n')).toContain(words))
})

test.each([
  ['0 4 * * *'],
  ['*/5 * * * *'],
  ['0 */6 * * *'],
  ['0 9-17 * * MON-FRI'],
  ['0 0 * * 1-7'],
  ['0 0 1,15 * *'],
  ['0 0 30 4,6 *'],
  ['* * * * *'],
  ['0 0 1-7 * */7'],
  ['0 0 */100,1-7 * MON'],
  ['@hourly'],
  ['0 4 * * *\n'],
])('%j is what it seems to be', (expression) => expect(warningsOf(expression)).toEqual([]))

test.each([
  ['@hourly', '0 * * * *'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@weekly', '0 0 * * 0'],
  ['@monthly', '0 0 1 * *'],
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
])('%s is %s', (name, fields) => {
  const due = [name, fields].map((expression) => {
    const parsed = parseSchedule(expression)
    return parsed.kind === 'schedule' && parsed.schedule.nextDue('Europe/Paris', new Date('2026-11-22T12:00:00Z'))
  })
  expect(due[0]).toEqual(due[1])
})
