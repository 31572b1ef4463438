import { expect, test } from 'vitest'
import { lastaliveAgain as lastalive } from '../support/resident.ts'

test.each([
  ['manitou', 'that an import keeps it still', /import of a mailbox stops last_alive/],
  ['manitou', 'that a backlog of words comes first', /unclean stop last_alive is written only when the words/],
  ['manitou-import', 'that the import of a mailbox does not count', /Nor does the import of a mailbox/],
  ['zabbix', 'that it beats on without the main process', /only the main process is killed, all other processes go on/],
  ['pg-cron', 'from when a new job counts', /not run yet counts from the last run of any job/],
  ['pg-cron', 'what row security does', /only its own jobs. If others have jobs, a line of its own says so/],
  ['postgres-subscriptions', 'that a worker may look well for a moment', /starts again every five seconds/],
])('%s says %s', async (name, _, words) => {
  expect(await lastalive(['recipes', name])).toMatchObject({ code: 0, stdout: expect.stringMatching(words) })
})
