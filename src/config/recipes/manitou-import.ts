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
  trap: 'It is written only when a message comes in, so it pauses at night and at weekends: set during to the hours in which mail comes. It is missing before the first message. A message that is discarded or cannot be imported does not count. Nor does the import of a mailbox, during which no other message comes in.',
}
