import type { Recipe } from './recipe.ts'

/** The next run of a job of pgAgent stays in the past until the job is done. */
export const recipe: Recipe = {
  name: 'pgagent-jobs',
  title: 'Jobs that pgAgent should have run',
  check: {
    rows: "SELECT CONCAT(j.jobid, ' ', j.jobname) AS name, j.jobnextrun AS at, NULL AS warning, CASE WHEN a.pid IS NOT NULL AND EXISTS (SELECT 1 FROM pgagent.pga_joblog l WHERE l.jlgjobid = j.jobid AND l.jlgstatus = 'r' AND l.jlgstart >= j.joblastrun) THEN '1d' END AS critical FROM pgagent.pga_job j LEFT JOIN pgagent.pga_jobagent g ON g.jagpid = j.jobagentid LEFT JOIN pg_stat_activity a ON a.pid = g.jagpid AND (a.backend_start IS NULL OR a.backend_start <= g.jaglogintime) WHERE j.jobenabled AND j.jobnextrun IS NOT NULL",
    expires: true,
    critical: '10m',
    missing: 'warning',
    vanished: 'closed',
  },
  databases: ['postgres'],
  grants:
    'GRANT USAGE ON SCHEMA pgagent TO watch; GRANT SELECT ON pgagent.pga_job, pgagent.pga_jobagent, pgagent.pga_joblog TO watch',
  source: {
    repository: 'pgadmin-org/pgagent',
    files: ['sql/pgagent.sql', 'pgAgent.cpp', 'job.cpp'],
    version: '4.2.2',
  },
  trap: 'It is told only when a job is overdue: with daily jobs, up to a day late. A running job is late only after a day. A job that fails is not late: its next run is set all the same. Disabled jobs, and jobs without a next run, are left out.',
}
