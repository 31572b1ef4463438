import type { RecipeCase } from './case.ts'

const TABLE = `CREATE TABLE cron_schedule(schedule_id int UNSIGNED NOT NULL AUTO_INCREMENT,
  job_code varchar(255) NOT NULL DEFAULT '0', status varchar(7) NOT NULL DEFAULT 'pending', messages text NULL,
  created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP, scheduled_at timestamp NULL, executed_at timestamp NULL,
  finished_at timestamp NULL, PRIMARY KEY (schedule_id),
  KEY CRON_SCHEDULE_JOB_CODE_STATUS_SCHEDULED_AT (job_code, status, scheduled_at)) ENGINE=innodb`
const row = (status: string, finished: string): string =>
  `INSERT INTO cron_schedule(job_code, status, scheduled_at, executed_at, finished_at)
   VALUES ('indexer_update_all_views', '${status}', %AGO(10)%, %AGO(10)%, ${finished})`
const OTHERS = [row('pending', 'NULL'), row('running', 'NULL'), row('missed', 'NULL'), row('error', '%AGO(10)%')].join(
  '; ',
)

export const recipeCase: RecipeCase = {
  recipe: 'magento',
  ddl: { mysql: TABLE },
  // The connection of Magento speaks UTC.
  ago: {
    mysql: (seconds) => {
      const written = new Date(Date.now() - seconds * 1_000).toISOString().slice(0, 19)
      return `CONVERT_TZ('${written.replace('T', ' ')}', '+00:00', @@session.time_zone)`
    },
  },
  states: {
    fresh: {
      sql: [OTHERS, row('success', '%AGO(60)%'), row('success', '%AGO(3000)%')].join('; '),
      expected: { magento: 'ok' },
    },
    quiet: { sql: [OTHERS, row('success', '%AGO(3000)%')].join('; '), expected: { magento: 'critical' } },
    never: { sql: OTHERS, expected: { magento: 'critical' } },
  },
}
