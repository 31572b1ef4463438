import type { Recipe } from './recipe.ts'

/** pgAgent looks every ten seconds for jobs, in the session by whose process it is known. */
export const recipe: Recipe = {
  name: 'pgagent',
  title: "pgAgent's agents",
  check: {
    rows: "SELECT g.jagstation AS name, CASE WHEN COUNT(a.pid) > COUNT(a.state_change) THEN 'hidden from all but pg_monitor' ELSE CAST(MAX(a.state_change) AS text) END AS at FROM pgagent.pga_jobagent g LEFT JOIN pg_stat_activity a ON a.pid = g.jagpid AND (a.backend_start IS NULL OR a.backend_start <= g.jaglogintime) GROUP BY g.jagstation",
    critical: '2m',
    missing: 'critical',
    vanished: 'closed',
  },
  databases: ['postgres'],
  grants:
    'GRANT pg_monitor TO watch; GRANT USAGE ON SCHEMA pgagent TO watch; GRANT SELECT ON pgagent.pga_jobagent TO watch',
  source: {
    repository: 'pgadmin-org/pgagent',
    files: ['sql/pgagent.sql', 'pgAgent.cpp', 'connection.cpp'],
    version: '4.2.2',
  },
  trap: 'An agent that was stopped on purpose looks dead until another one starts and removes its row. One of several agents on a host is enough. It says that an agent looks for jobs, not that they run: see pgagent-jobs. If -t is more than a minute, the limit must be higher. With track_activities = off there is no beat.',
}
