import { expect, test } from 'vitest'
import { problemsOf, withCheck, writeFiles } from '../read/written.ts'

const MDX = '{ database: mail, key: last_alive, critical: 10m }'

/** One slip is one mistake, at the place where it was typed. */
test.each([
  [
    'knows how long a year is',
    withCheck('{ database: mail, key: k, critical: 1y }'),
    ['a.yaml:3: checks.mdx.critical: "1y" is not a duration; write 365d'],
  ],
  [
    'wants one value without brackets',
    withCheck('{ database: mail, key: k, critical: [10m] }'),
    ['a.yaml:3: checks.mdx.critical: is a list; write 10m without brackets'],
  ],
  [
    'wants texts that look like something else in quotes',
    withCheck('{ database: mail, key: 5, critical: 10m, note: true }'),
    [
      'a.yaml:3: checks.mdx.key: is a number; put it in quotes',
      'a.yaml:3: checks.mdx.note: is a truth value; put it in quotes',
    ],
  ],
  [
    'names the key that begins so, and finds no limit missing besides',
    withCheck('{ database: mail, key: k, crit: 10m }'),
    ['a.yaml:3: checks.mdx.crit: there is no such key; write critical'],
  ],
  [
    'names the few keys that are nearest',
    withCheck('{ database: mail, key: k, critical: 10m, maximum: 5 }'),
    [
      'a.yaml:3: checks.mdx.maximum: there is no such key; of 46 the nearest are max_rows, maintenance, measure, missing, timezone',
    ],
  ],
  [
    'knows what a key without a blank behind its colon is',
    withCheck('{ database: mail, key: k, critical:10m }'),
    ['a.yaml:3: checks.mdx.critical:10m: lacks a blank behind its colon; write critical: 10m'],
  ],
  [
    'knows it where it is all that there is',
    withCheck('\n    critical:10m'),
    ['a.yaml:3: checks.mdx: lacks a blank behind its colon; write critical: 10m'],
  ],
  [
    'finds no URL missing besides a misspelt one',
    withCheck(MDX, 'notifiers: { n: { webhook: { ulr: "https://h/x" } } }'),
    ['a.yaml:4: notifiers.n.webhook.ulr: there is no such key; write url'],
  ],
  [
    'names the word of a zone',
    withCheck(MDX, 'timezone: Berlin'),
    ['a.yaml:4: timezone: "Berlin" is not a time zone; write Europe/Berlin'],
  ],
])('%s', async (_, text, problems) => {
  expect(await problemsOf(writeFiles({ 'a.yaml': text }))).toEqual(problems)
})
