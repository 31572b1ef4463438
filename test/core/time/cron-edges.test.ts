import { expect, test } from 'vitest'
import { readCron } from '../../../src/core/time/cron.ts'

/** All that is said of an expression. */
const saidOf = (expression: string): readonly string[] => {
  const reading = readCron(expression)
  return reading.kind === 'rejected' ? [`rejected: ${reading.error}`] : [reading.kind, ...reading.warnings]
}

const EITHER = (day: string, weekday: string): string =>
  `"${day}" as day of the month or "${weekday}" as day of the week: either is enough`
const FIVE = 'and cron wants five: minute, hour, day of the month, month, day of the week'

test.each<[string, readonly string[]]>([
  // What follows what cron understands, and what to write.
  ['0 0 * * MON#6', ['times', '"MON#6" means "MON": cron skips what follows "MON"; write MON, if that is meant']],
  ['0 0 * * MON#11', ['times', '"MON#11" means "MON": cron skips what follows "MON"; write MON, if that is meant']],
  ['0 0 * * MON.#1', ['times', '"MON.#1" means "MON": cron skips what follows "MON"; write MON, if that is meant']],
  ['0 0 1#1 * *', ['times', '"1#1" means "1": cron skips what follows "1"; write 1, if that is meant']],
  [
    '0 0 8 * MON#1',
    [
      'times',
      '"MON#1" means "MON": cron skips what follows "MON"; write MON, if that is meant',
      `${EITHER('8', 'MON#1')}; cron cannot say that both have to be right`,
    ],
  ],
  ['*15 * * * *', ['times', '"*15" means every minute: cron skips what follows "*"; write */15, or 15']],
  ['*.5 * * * *', ['times', '"*.5" means every minute: cron skips what follows "*"; write *, if that is meant']],
  ['*5x * * * *', ['times', '"*5x" means every minute: cron skips what follows "*"; write *, if that is meant']],
  [
    '0 0 * * 7#1',
    ['times', '"7#1" means "7": cron skips what follows "7"; write 1-7 as day of the month and */7 as day of the week'],
  ],
  [
    '0 0 * * 1-7#1',
    [
      'times',
      '"1-7#1" means "1-7": cron skips what follows "1-7"; write */100,1-7 as day of the month and 1-7 as day of the week',
    ],
  ],
  [
    '0 0 * * sun-mon#1',
    [
      'times',
      '"sun-mon#1" means "sun-mon": cron skips what follows "sun-mon"; write */100,1-7 as day of the month and sun-mon as day of the week',
    ],
  ],
  ['0 0 * * 5#5', ['times', '"5#5" means "5": cron skips what follows "5"; cron cannot say which 5 of a month']],
  // Ranges over the end.
  [
    '0 22-0 * * *',
    ['never', 'it is never due', '"22-0" holds nothing: a range of cron\'s does not run over the end; write 22-23,0'],
  ],
  [
    '0 0 31-1 * *',
    ['never', 'it is never due', '"31-1" holds nothing: a range of cron\'s does not run over the end; write 31,1'],
  ],
  // Steps.
  ['0-30/30 * * * *', ['times']],
  ['5-20/15 * * * *', ['times']],
  ['5-20/16 * * * *', ['times', '"5-20/16" means 5 alone: no second step fits in; write 5']],
  ['10-50/7 * * * *', ['times']],
  ['*/7,30 * * * *', ['times']],
  ['0 */5 * * *', ['times', '"*/5" is not evenly spaced: after hour 20 it begins again at 0']],
  ['0 0 * */5 *', ['times', '"*/5" is not evenly spaced: after month 11 it begins again at 1']],
  // Both days.
  ['0 0 5-3 * MON', ['times', '"5-3" holds nothing: a range of cron\'s does not run over the end; write 5-31,1-3']],
  ['0 0 5 * 5-3', ['times', '"5-3" holds nothing: a range of cron\'s does not run over the end; write 5-7,1-3']],
  ['0 0 30 2 MON', ['times', `${EITHER('30', 'MON')}; cron cannot say that both have to be right`]],
  ['0 0 31 * MON', ['times', `${EITHER('31', 'MON')}; cron cannot say that both have to be right`]],
  [
    '0 0 30 2 5-3',
    ['never', 'it is never due', '"5-3" holds nothing: a range of cron\'s does not run over the end; write 5-7,1-3'],
  ],
  [
    '0 0 */31 2 5-3',
    ['never', 'it is never due', '"5-3" holds nothing: a range of cron\'s does not run over the end; write 5-7,1-3'],
  ],
  // Days that not every month has.
  ['0 0 28 * *', ['times']],
  ['0 0 29 * *', ['times', 'it is not due in months that have no day 29']],
  ['0 0 30 * *', ['times', 'it is not due in months that have no day 30']],
  ['0 0 30 1,2 *', ['times', 'it is not due in months that have no day 30']],
  ['0 0 31 1,3,5 *', ['times']],
  ['0 0 31 1,4 *', ['times', 'it is not due in months that have no day 31']],
  ['0 0 29 3-12 *', ['times', 'it is not due in months that have no day 29']],
  ['0 0 29 2 MON', ['times', `${EITHER('29', 'MON')}; cron cannot say that both have to be right`]],
  [
    '0 0 29-3 2 *',
    ['never', 'it is never due', '"29-3" holds nothing: a range of cron\'s does not run over the end; write 29-31,1-3'],
  ],
  ['0 0 30,31 2,4 *', ['times', 'it is not due in months that have no day 30']],
  ['0 0 31 4,6,9,11 *', ['never', 'it is never due: none of these months has such a day']],
  ['0 0 31 12 *', ['times']],
  ['0 0 31,29 2 *', ['times', 'it is due in leap years only']],
  ['0 0 13 * 7', ['times', `${EITHER('13', '7')}; where both have to be right, write */100,7 as day of the week`]],
  // What other programs know.
  ['0 0 * 24 *', ['rejected: "24" is no month: they go from 1 to 12']],
  ['0 25 * * *', ['rejected: "25" is no hour: they go from 0 to 23']],
  ['XH * * * *', ['rejected: "XH" is no minute: write * for all, or from 0 to 59']],
  ['HX * * * *', ['rejected: "HX" is no minute: write * for all, or from 0 to 59']],
  ['L * * * *', ['rejected: "L" is no minute: write * for all, or from 0 to 59']],
  ['15W * * * *', ['rejected: "15W" is no minute: write * for all, or from 0 to 59']],
  ['0 0 XL * *', ['rejected: "XL" is no day of the month: write * for all, or from 1 to 31']],
  ['0 0 LX * *', ['rejected: "LX" is no day of the month: write * for all, or from 1 to 31']],
  ['0 0 LW * *', ['rejected: "LW" is no day of the month: cron knows no nearest working day; write the day itself']],
  ['0 0 X15W * *', ['rejected: "X15W" is no day of the month: write * for all, or from 1 to 31']],
  ['0 0 15WX * *', ['rejected: "15WX" is no day of the month: write * for all, or from 1 to 31']],
  ['0 0 5L * *', ['rejected: "5L" is no day of the month: write * for all, or from 1 to 31']],
  [
    '0 0 * * L',
    ['rejected: "L" is no day of the week: cron cannot say the last one of a month; write the weekday itself'],
  ],
  ['0 0 * * X5L', ['rejected: "X5L" is no day of the week: write * for all, or from 0 to 7, or SUN and so on']],
  ['0 0 * * 5LX', ['rejected: "5LX" is no day of the week: write * for all, or from 0 to 7, or SUN and so on']],
  ['0 0 *,? * *', ['rejected: cron knows no "?"; write * for any day of the month']],
  ['0 0 -? * *', ['rejected: a day of the month is missing before "-?"; write * for all, or from 1 to 31']],
  // Blanks, lengths, fields.
  ['0\t4 \t *  * *', ['times']],
  [' \t0 4 * * * \t ', ['times']],
  ['0 4 * * *\n\r\n', ['times']],
  [
    '0 4 * * * run  it',
    ['times', '"run it" is no part of the schedule: cron takes what follows it for the command; leave it out'],
  ],
  [
    '@daily  run  it',
    ['times', '"run it" is no part of the schedule: cron takes what follows it for the command; leave it out'],
  ],
  [
    '0 4 * * * a*',
    ['times', '"a*" is no part of the schedule: cron takes what follows it for the command; leave it out'],
  ],
  [
    '0 0 4 * * *x',
    [
      'rejected: it has more than five fields, and cron knows no seconds; write 0 4 * * *x, if the first were the seconds',
    ],
  ],
  ['0', [`rejected: it has one field, ${FIVE}`]],
  ['0  4', [`rejected: it has 2 fields, ${FIVE}`]],
  ['0 4 *', [`rejected: it has 3 fields, ${FIVE}`]],
  ['0 4 * *', [`rejected: it has 4 fields, ${FIVE}`]],
  [
    `0 4 * * ${'1,'.repeat(496)}`,
    ['rejected: a day of the week is missing at its end; write * for all, or from 0 to 7, or SUN and so on'],
  ],
  [`0 4 * * ${'1,'.repeat(496)}1`, ['rejected: it has 1001 characters; write the five fields alone']],
])('of %j everything is said', (expression, said) => expect(saidOf(expression)).toEqual(said))
