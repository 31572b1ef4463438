import type { RecipeCase } from './case.ts'

const worker = (id: string): string => `SADD resque:workers ${id};`
const beat = (id: string, ago: number): string => `HSET resque:workers:heartbeat ${id} %AGO(${ago})%;`

export const recipeCase: RecipeCase = {
  recipe: 'resque',
  ddl: { redis: '' },
  ago: { redis: (seconds) => new Date(Date.now() - seconds * 1_000).toISOString().replace(/\.\d+Z/, '+00:00') },
  states: {
    fresh: {
      sql: `${worker('web1:10:*')} ${beat('web1:10:*', 61)} ${worker('web1:9:mail')} ${beat('web1:9:mail', 9_000)}`,
      expected: { resque: 'ok' },
    },
    // The beat of one that has gone in peace stays young for a while.
    quiet: {
      sql: `${worker('web1:9:mail')} ${beat('web1:9:mail', 190)} ${beat('web1:10:*', 5)}`,
      expected: { resque: 'critical' },
    },
    never: { sql: beat('web1:10:*', 5), expected: { resque: 'critical' } },
  },
}
