import type { Recipe } from './recipe.ts'

/** RedBeat keeps when each entry is due next; a scheduler that lives puts what is due into the future. */
export const recipe: Recipe = {
  name: 'celery-redbeat',
  title: "RedBeat's scheduler for Celery",
  check: { key: 'redbeat::schedule', score: 'oldest', expires: true, critical: '6m' },
  databases: ['redis'],
  grants: 'ACL SETUSER watch ~redbeat::schedule +time +zrange',
  source: { repository: 'sibson/redbeat', files: ['redbeat/schedulers.py'], version: '2.4.2 and later (a7fd9e9)' },
  trap: 'The scheduler looks at least every five minutes. After the one that holds the lock was killed, the next waits until the lock has run out, 25 minutes. An entry that is disabled while it is due stays due: delete it instead. With another redbeat_key_prefix write key with it.',
}
