import { zonedAgo } from '../../support/ago.ts'
import type { RecipeCase } from './case.ts'

const job = (id: number, schedule: string, name: string, active = true): string =>
  `INSERT INTO cron.job(jobid, schedule, command, active, jobname) VALUES (${id}, '${schedule}', 'VACUUM', ${active}, ${name});`
const run = (id: number, status: string, ago: number): string =>
  `INSERT INTO cron.job_run_details(jobid, status, start_time, end_time) VALUES (${id}, '${status}', %AGO(${ago + 1})%, %AGO(${ago})%);`
const HOUR = 3600
const DAY = 24 * HOUR

export const recipeCase: RecipeCase = {
  recipe: 'pg-cron',
  ddl: {
    postgres: `CREATE SCHEMA cron; CREATE SEQUENCE cron.jobid_seq; CREATE SEQUENCE cron.runid_seq;
      CREATE TABLE cron.job(jobid bigint primary key default nextval('cron.jobid_seq'), schedule text not null,
        command text not null, nodename text not null default 'localhost', nodeport int not null default 5432,
        database text not null default current_database(), username text not null default current_user,
        active boolean not null default 'true', jobname name);
      CREATE TABLE cron.job_run_details(jobid bigint, runid bigint primary key default nextval('cron.runid_seq'),
        job_pid integer, database text, username text, command text, status text, return_message text,
        start_time timestamptz, end_time timestamptz);
      ALTER TABLE cron.job ENABLE ROW LEVEL SECURITY;
      CREATE POLICY cron_job_policy ON cron.job USING (username = current_user);
      ALTER TABLE cron.job_run_details ENABLE ROW LEVEL SECURITY;
      CREATE POLICY cron_job_run_details_policy ON cron.job_run_details USING (username = current_user)`,
  },
  ago: { postgres: zonedAgo },
  states: {
    fresh: {
      sql:
        job(1, '*/5 * * * *', "'tidy'") +
        run(1, 'succeeded', 200) +
        run(1, 'running', 1) +
        job(2, '0 3 * * 1', 'NULL') +
        run(2, 'succeeded', 7 * DAY) +
        job(3, '0 3 1 * *', "'monthly'") +
        run(3, 'succeeded', 30 * DAY) +
        job(4, '0 3 * * *', "'disabled'", false) +
        job(5, '0 3 $ * *', "'on the last'") +
        run(5, 'succeeded', 31 * DAY),
      expected: {
        'pg-cron/5 on the last': 'ok',
        'pg-cron': 'ok',
        'pg-cron/1 tidy': 'ok',
        'pg-cron/2': 'ok',
        'pg-cron/3 monthly': 'ok',
      },
    },
    quiet: {
      sql:
        job(1, '30 seconds', "'tidy'") +
        run(1, 'succeeded', 27 * HOUR) +
        run(1, 'failed', 9) +
        job(2, '0 3 * * 1', 'NULL') +
        run(2, 'succeeded', 9 * DAY) +
        job(3, '0 3 1 * *', "'monthly'") +
        run(3, 'succeeded', 33 * DAY) +
        job(4, '0  3\t1-31 */1 0-6', "'daily'") +
        run(4, 'succeeded', 27 * HOUR) +
        job(5, '0 3 * * *', "'new'"),
      expected: {
        'pg-cron': 'ok',
        'pg-cron/1 tidy': 'critical',
        'pg-cron/2': 'critical',
        'pg-cron/3 monthly': 'critical',
        'pg-cron/4 daily': 'critical',
        'pg-cron/5 new': 'warning',
      },
    },
    never: { sql: 'SELECT 1', expected: { 'pg-cron': 'warning' } },
  },
}
