import type { Recipe } from './recipe.ts'

/** Each worker of RQ writes its beat at least every 405 s into a hash that goes 480 s after it. */
export const recipe: Recipe = {
  name: 'rq',
  title: "RQ's workers",
  check: {
    members: 'rq:workers',
    key: '{member}',
    field: 'last_heartbeat',
    judge: 'any',
    critical: '8m',
    missing: 'critical',
    stored_in: 'UTC',
  },
  databases: ['redis'],
  grants: 'ACL SETUSER watch ~rq:workers ~rq:worker:* +time +sscan +hget',
  source: {
    repository: 'rq/rq',
    files: ['rq/worker/base.py', 'rq/worker_registration.py', 'rq/defaults.py', 'rq/utils.py'],
    version: '2.10.0',
  },
  trap: 'One living worker is enough: a killed one stays in the set until another cleans up. An idle worker beats every worker_ttl less 15 s; with a shorter worker_ttl write a shorter limit. A hash without last_heartbeat is no sign of life.',
}
