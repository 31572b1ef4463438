import type { Recipe } from './recipe.ts'

/** Each process of Sidekiq writes its beat every 10 s into a hash that goes after 60 s. */
export const recipe: Recipe = {
  name: 'sidekiq',
  title: "Sidekiq's processes",
  check: { members: 'processes', key: '{member}', field: 'beat', judge: 'any', critical: '1m', missing: 'critical' },
  databases: ['redis'],
  grants: 'ACL SETUSER watch ~processes ~*:*:* +time +sscan +hget',
  source: {
    repository: 'sidekiq/sidekiq',
    files: ['lib/sidekiq/launcher.rb', 'lib/sidekiq/component.rb', 'lib/sidekiq/api.rb'],
    version: '8.1.7',
  },
  trap: 'One living process is enough: a killed one stays in the set without its hash until somebody opens the web page, and its successor has another name. To hear of each, write judge: each and vanished: closed.',
}
