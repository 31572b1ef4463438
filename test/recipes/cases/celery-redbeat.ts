import { epochAgo } from '../../support/ago.ts'
import type { RecipeCase } from './case.ts'

const entry = (name: string, ago: number): string => `ZADD redbeat::schedule %AGO(${ago})% redbeat:${name};`
/** What is never due again. */
const done = 'ZADD redbeat::schedule -1 redbeat:done;'

export const recipeCase: RecipeCase = {
  recipe: 'celery-redbeat',
  ddl: { redis: '' },
  ago: { redis: epochAgo },
  states: {
    fresh: { sql: `${entry('hourly', -1_800)} ${entry('minutely', 30)} ${done}`, expected: { 'celery-redbeat': 'ok' } },
    quiet: {
      sql: `${entry('hourly', -1_800)} ${entry('minutely', 400)} ${done}`,
      expected: { 'celery-redbeat': 'critical' },
    },
    never: { sql: done, expected: { 'celery-redbeat': 'unknown' } },
  },
}
