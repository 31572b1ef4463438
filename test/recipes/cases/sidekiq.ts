import { epochAgo } from '../../support/ago.ts'
import type { RecipeCase } from './case.ts'

const beat = (identity: string, ago: number): string =>
  `SADD processes ${identity}; HSET ${identity} info {} busy 0 beat %AGO(${ago})% quiet false;`

export const recipeCase: RecipeCase = {
  recipe: 'sidekiq',
  ddl: { redis: '' },
  ago: { redis: epochAgo },
  states: {
    // One was killed, and has left its name.
    fresh: { sql: `${beat('web1:10:0a1b2c', 9)} SADD processes web1:9:ffffff`, expected: { sidekiq: 'ok' } },
    quiet: { sql: `${beat('web1:10:0a1b2c', 70)} SADD processes web1:9:ffffff`, expected: { sidekiq: 'critical' } },
    never: { sql: 'SET stat:processed 0', expected: { sidekiq: 'critical' } },
  },
}
