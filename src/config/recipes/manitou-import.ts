import type { Recipe } from './recipe.ts'

/** manitou-mdx notes when it has last imported a message. */
export const recipe: Recipe = {
  name: 'manitou-import',
  title: "manitou-mdx's last imported message",
  check: {
    key: 'last_import',
    critical: '3h',
    during: 'mon-fri 08:00-18:00',
    missing: 'unknown',
    unit: 's',
  },
  databases: ['postgres'],
  source: {
    repository: 'manitou-mail/manitou-mail-mdx',
    files: ['script/manitou-mdx', 'lib/Manitou/Schema.pm'],
    version: '1.7.3',
  },
  isVerified: true,
  trap: 'It is written only when a message comes in, so it rests at night and at weekends, as the mail does: set during to the hours in which it comes. It is missing before the first one. A message that is discarded or cannot be imported does not count, and neither does the import of a mailbox, during which no other comes in.',
}
