import { millisecondsAgo } from '../../support/ago.ts'
import type { RecipeCase } from './case.ts'

const scheduler = (queue: string, id: string, ago: number): string =>
  `ZADD bull:${queue}:repeat %AGO(${ago})% ${id}; HSET bull:${queue}:repeat:${id} name beat every 60000;`

export const recipeCase: RecipeCase = {
  recipe: 'bullmq',
  ddl: { redis: '' },
  ago: { redis: millisecondsAgo },
  states: {
    fresh: {
      sql: `${scheduler('mail', 'beat', -50)} ${scheduler('mail', 'daily', -50_000)} ${scheduler('sms', 'beat', 20)}`,
      expected: { bullmq: 'ok', 'bullmq/bull:mail:repeat': 'ok', 'bullmq/bull:sms:repeat': 'ok' },
    },
    quiet: {
      sql: `${scheduler('mail', 'beat', 400)} ${scheduler('mail', 'daily', -50_000)} ${scheduler('sms', 'beat', 20)}`,
      expected: { bullmq: 'ok', 'bullmq/bull:mail:repeat': 'critical', 'bullmq/bull:sms:repeat': 'ok' },
    },
    never: { sql: 'HSET bull:mail:meta opts.maxLenEvents 10000', expected: { bullmq: 'unknown' } },
  },
}
