import { expect, test } from 'vitest'
import { lastaliveAgain as lastalive } from '../support/resident.ts'

test.each([
  ['manitou', 'that an import keeps it still', /import of a mailbox keeps last_alive still/],
  ['manitou', 'that a backlog of words comes first', /unclean stop last_alive comes only after the words/],
  ['manitou-import', 'that the import of a mailbox does not count', /neither does the import of a mailbox/],
  ['zabbix', 'that it beats on without the main process', /main process alone is killed, all others go on/],
  ['pg-cron', 'from when a new job counts', /not run yet counts from the last run of any job/],
  ['pg-cron', 'what row security does', /own jobs only: a line of its own says so/],
  ['postgres-subscriptions', 'that a worker may look well for a moment', /starts anew every five seconds/],
])('%s says %s', async (name, _, words) => {
  expect(await lastalive(['recipes', name])).toMatchObject({ code: 0, stdout: expect.stringMatching(words) })
})
