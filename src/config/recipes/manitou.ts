import type { Recipe } from './recipe.ts'

/** manitou-mdx says each minute that it is alive. */
export const recipe: Recipe = {
  name: 'manitou',
  title: 'manitou-mdx',
  check: {
    key: 'last_alive',
    alive_interval: '60s',
    warning: '5m',
    critical: '10m',
    missing: 'critical',
    unit: 's',
  },
  databases: ['postgres'],
  source: {
    repository: 'manitou-mail/manitou-mail-mdx',
    files: ['script/manitou-mdx', 'lib/Manitou/Config.pm', 'lib/Manitou/Schema.pm'],
    version: '1.7.3',
  },
  isVerified: true,
  trap: 'Another alive_interval is rounded up to whole minutes and needs other limits; with 0, or without update_runtime_info, nothing is written. The import of a mailbox keeps last_alive still until its end, at some six messages a second: silence it for as long. After an unclean stop last_alive comes only after the words of all messages that were not yet indexed. A service that was stopped on purpose looks dead.',
}
