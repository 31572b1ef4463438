import { zonedAgo } from '../../support/ago.ts'
import type { RecipeCase } from './case.ts'

/** The process of the session that makes the tables, which is gone when they are looked at. */
const DEAD = 'pg_backend_pid()'
const job = (name: string, due: number | undefined, { enabled = true, agent = 'NULL' } = {}): string =>
  `INSERT INTO pgagent.pga_job(jobname, jobenabled, jobnextrun, joblastrun, jobagentid)
  VALUES ('${name}', ${enabled}, ${due === undefined ? 'NULL' : `%AGO(${due})%`}, %AGO(90000)%, ${agent});`
const MANY =
  `INSERT INTO pgagent.pga_jobagent VALUES (${DEAD}, %AGO(99000)%, 'host');` +
  job('nightly', -9000) +
  job('off', 90_000, { enabled: false }) +
  job('over', undefined)
const RUNNING = `INSERT INTO pgagent.pga_joblog(jlgjobid, jlgstatus, jlgstart) VALUES (4, 'r', %AGO(80000)%);`

export const recipeCase: RecipeCase = {
  recipe: 'pgagent-jobs',
  ddl: {
    postgres: `CREATE SCHEMA pgagent; CREATE TABLE pgagent.pga_jobagent(jagpid int4 NOT NULL PRIMARY KEY,
      jaglogintime timestamptz NOT NULL DEFAULT current_timestamp, jagstation text NOT NULL);
      CREATE TABLE pgagent.pga_job(jobid serial NOT NULL PRIMARY KEY, jobname text NOT NULL,
      jobenabled bool NOT NULL DEFAULT true, jobagentid int4 NULL REFERENCES pgagent.pga_jobagent(jagpid),
      jobnextrun timestamptz NULL, joblastrun timestamptz NULL);
      CREATE TABLE pgagent.pga_joblog(jlgid serial NOT NULL PRIMARY KEY, jlgjobid int4 NOT NULL REFERENCES pgagent.pga_job,
      jlgstatus char NOT NULL DEFAULT 'r', jlgstart timestamptz NOT NULL DEFAULT current_timestamp)`,
  },
  ago: { postgres: zonedAgo },
  states: {
    fresh: {
      sql: MANY + job('hourly', 20, { agent: DEAD }) + RUNNING,
      expected: { 'pgagent-jobs': 'ok', 'pgagent-jobs/1 nightly': 'ok', 'pgagent-jobs/4 hourly': 'ok' },
    },
    quiet: {
      sql: MANY + job('hourly', 900, { agent: DEAD }) + RUNNING,
      expected: { 'pgagent-jobs': 'ok', 'pgagent-jobs/1 nightly': 'ok', 'pgagent-jobs/4 hourly': 'critical' },
    },
    never: { sql: 'SELECT 1', expected: { 'pgagent-jobs': 'warning' } },
  },
}
