import { millisecondsAgo } from '../../support/ago.ts'
import type { RecipeCase } from './case.ts'

const table = (time: string): string =>
  `CREATE TABLE QRTZ_SCHEDULER_STATE(SCHED_NAME VARCHAR(120) NOT NULL, INSTANCE_NAME VARCHAR(190) NOT NULL,
  LAST_CHECKIN_TIME ${time} NOT NULL, CHECKIN_INTERVAL ${time} NOT NULL, PRIMARY KEY (SCHED_NAME, INSTANCE_NAME))`
const row = (scheduler: string, instance: string, ago: number, interval: number): string =>
  `INSERT INTO QRTZ_SCHEDULER_STATE VALUES ('${scheduler}', '${instance}', %AGO(${ago})%, ${interval});`

export const recipeCase: RecipeCase = {
  recipe: 'quartz',
  ddl: { postgres: table('BIGINT'), mysql: table('BIGINT(13)') },
  ago: { postgres: millisecondsAgo, mysql: millisecondsAgo },
  states: {
    fresh: {
      sql: row('main', 'a', 5, 7500) + row('main', 'dead', 9000, 7500) + row('slow', 'a', 300, 300000),
      expected: { quartz: 'ok', 'quartz/main': 'ok', 'quartz/slow': 'ok' },
    },
    quiet: {
      sql: row('main', 'a', 90, 7500) + row('main', 'dead', 9000, 7500) + row('slow', 'a', 300, 300000),
      expected: { quartz: 'ok', 'quartz/main': 'critical', 'quartz/slow': 'ok' },
    },
    never: { sql: 'SELECT 1', expected: { quartz: 'critical' } },
  },
}
