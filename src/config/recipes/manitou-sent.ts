import type { Recipe } from './recipe.ts'

/** manitou-mdx notes when it has last sent a message. */
export const recipe: Recipe = {
  name: 'manitou-sent',
  title: "manitou-mdx's last sent message",
  check: {
    key: 'last_sent',
    critical: '1d',
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
  trap: 'It is written only when a message goes out, so it pauses at night and at weekends: set during to the hours in which people write. A day is 24 open hours. It is missing before the first message. With no_send it is never written.',
}
