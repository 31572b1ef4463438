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
  trap: 'Another alive_interval is rounded up to whole minutes and needs other limits. With 0, or without update_runtime_info, nothing is written. The import of a mailbox stops last_alive until its end, at about six messages a second: silence it for as long. After an unclean stop last_alive is written only when the words of all messages are indexed. A service that was stopped on purpose looks dead.',
}
