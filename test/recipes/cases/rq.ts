import type { RecipeCase } from './case.ts'

const worker = (name: string, ago: number): string =>
  `SADD rq:workers rq:worker:${name}; HSET rq:worker:${name} birth %AGO(9000)% last_heartbeat %AGO(${ago})% state idle;`
/** What is written again after it has gone. */
const half = 'SADD rq:workers rq:worker:half; HSET rq:worker:half state busy'

export const recipeCase: RecipeCase = {
  recipe: 'rq',
  ddl: { redis: '' },
  ago: { redis: (seconds) => new Date(Date.now() - seconds * 1_000).toISOString().replace('Z', '000Z') },
  states: {
    fresh: { sql: `${worker('one', 410)} ${worker('two', 90_000)} ${half}`, expected: { rq: 'ok' } },
    quiet: { sql: `${worker('two', 90_000)} ${half}`, expected: { rq: 'critical' } },
    never: { sql: half, expected: { rq: 'critical' } },
  },
}
