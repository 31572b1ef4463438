import { expect, test } from 'vitest'
import type { Notice } from '../../../src/core/incident/notice.ts'
import { STUCK_RUN } from '../../../src/core/names.ts'
import type { Incident } from '../../../src/core/types.ts'
import { nextCommands } from '../../../src/core/words/next-commands.ts'
import { anIncident, later } from '../builders.ts'

const notice = (changes: Partial<Incident> = {}): Notice => {
  const kind = changes.closedAt === undefined ? 'opened' : 'closed'
  return { incident: anIncident(changes), kind, earlier: [], ordinal: 1 }
}
const over = { closedAt: later(60) }

test.each<[string, readonly Notice[], string, string]>([
  ['name the check', [notice()], '', 'lastalive ack mdx'],
  ['name where the state is', [notice()], ' --state /var/lib/la', 'lastalive ack --state /var/lib/la mdx'],
  ['name a lockfile alone', [notice()], " --lockfile '/tmp/a b.lck'", "lastalive ack --lockfile '/tmp/a b.lck'"],
  [
    'name all that is open',
    [notice(), notice({ ...over, check: 'a' }), notice({ check: 'b' })],
    '',
    'lastalive ack mdx b',
  ],
  ['name a database', [notice({ check: 'database:mail' })], '', 'lastalive ack database:mail'],
  ['name a row', [notice({ item: 'host-7' })], '', 'lastalive ack mdx/host-7'],
  ['quote what a shell would take apart', [notice({ item: "it's $(id)" })], '', "lastalive ack 'mdx/it'\\''s $(id)'"],
  ['name what no shell could be given as it is shown', [notice({ item: 'a\nb' })], '', "lastalive ack 'mdx/a\\nb'"],
])('the next commands %s', (_, notices, place, ack) => {
  expect(nextCommands(notices, `lastalive status${place}`)).toEqual([
    `Say that you have seen it: ${ack}`,
    `Mute it for a while: ${ack.replace('lastalive ack', 'lastalive silence')} --for 4h`,
  ])
})

test.each<[string, readonly Notice[], string]>([
  ['what is over', [notice(over)], 'lastalive status'],
  ['a run that holds the lock', [notice({ check: STUCK_RUN })], 'lastalive status'],
  ['more than anybody pastes', Array(21).fill(notice()), 'lastalive status'],
  ['another command', [notice()], 'ask the operator'],
])('there are none for %s', (_, notices, statusCommand) => expect(nextCommands(notices, statusCommand)).toEqual([]))
