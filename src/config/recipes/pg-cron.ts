import type { Recipe } from './recipe.ts'

/** pg_cron notes each run of each job, how it ended and when. */
export const recipe: Recipe = {
  name: 'pg-cron',
  title: 'Jobs of pg_cron',
  check: {
    rows: "SELECT TRIM(CONCAT(j.jobid, ' ', j.jobname)) AS name, MAX(d.end_time) AS at, NULL AS warning, CASE WHEN j.schedule LIKE '% * * *' OR j.schedule LIKE '%second%' OR j.schedule IN ('@hourly', '@daily', '@midnight') THEN '26h' WHEN j.schedule LIKE '% * * _%' OR j.schedule = '@weekly' THEN '8d' END AS critical FROM cron.job j LEFT JOIN cron.job_run_details d ON d.jobid = j.jobid AND d.status = 'succeeded' WHERE j.active GROUP BY j.jobid, j.jobname, j.schedule",
    critical: '32d',
    missing: 'warning',
    vanished: 'closed',
  },
  databases: ['postgres'],
  source: {
    repository: 'citusdata/pg_cron',
    files: ['pg_cron.sql', 'pg_cron--1.0--1.1.sql', 'pg_cron--1.2--1.3.sql', 'src/pg_cron.c', 'README.md'],
    version: '1.6.7',
  },
  isVerified: true,
  trap: 'Row security shows each role its own jobs only: look as the role that owns them, or as one with BYPASSRLS. A job is late after 26 hours, 8 days or 32 days, as its schedule has it; rarer ones need a higher critical, and runs have to be kept as long. With cron.log_run = off there is nothing to see.',
}
