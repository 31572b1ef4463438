import type { Recipe } from './recipe.ts'

/** Each worker of Resque writes its beat every minute into one hash, in which those of dead workers stay. */
export const recipe: Recipe = {
  name: 'resque',
  title: "Resque's workers",
  check: {
    members: 'resque:workers',
    key: 'resque:workers:heartbeat',
    field: '{member}',
    judge: 'any',
    critical: '3m',
    missing: 'critical',
  },
  databases: ['redis'],
  grants: 'ACL SETUSER watch ~resque:workers ~resque:workers:heartbeat +time +sscan +hget',
  source: {
    repository: 'resque/resque',
    files: ['lib/resque/worker.rb', 'lib/resque/data_store.rb', 'lib/resque.rb'],
    version: '3.0.0',
  },
  trap: 'One living worker is enough: a killed one stays in the set until the next worker starts. With another namespace than resque write members and key with it.',
}
