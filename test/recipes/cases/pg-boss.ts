import { zonedAgo } from '../../support/ago.ts'
import type { RecipeCase } from './case.ts'

const row = (cron: string): string => `INSERT INTO pgboss.version VALUES (37, ${cron}, %AGO(3)%, %AGO(3)%)`

export const recipeCase: RecipeCase = {
  recipe: 'pg-boss',
  ddl: {
    postgres: `CREATE SCHEMA pgboss; CREATE TABLE pgboss.version(version int primary key,
      cron_on timestamp with time zone, bam_on timestamp with time zone, flow_on timestamp with time zone)`,
  },
  ago: { postgres: zonedAgo },
  states: {
    fresh: { sql: row('%AGO(59)%'), expected: { 'pg-boss': 'ok' } },
    quiet: { sql: row('%AGO(400)%'), expected: { 'pg-boss': 'critical' } },
    never: { sql: row('NULL'), expected: { 'pg-boss': 'critical' } },
  },
}
