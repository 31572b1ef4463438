import { expect, test } from 'vitest'
import { refused } from '../one-check.ts'

const PEER = '/srv/watch2/last-run.json'

test.each([
  [
    { peer: 'watch2' },
    'checks.shop.peer: is neither the URL of a web server nor an absolute path; write https://host/lastalive.json',
  ],
  [{ peer: {} }, 'checks.shop.peer.database: is missing; write the name of a database'],
  [{ peer: { database: 'mail' } }, 'checks.shop.peer.name: is missing; write the instance of that watcher'],
  [{ peer: { database: 'mail', name: 'a', host: 'b' } }, 'checks.shop.peer.host: there is no such key'],
  [{ peer: { database: 'mail', name: 'a' } }, 'checks.shop.peer.database: there is no database "mail"'],
  [{ peer: ['a'] }, 'checks.shop.peer: is a list; write a mapping of keys'],
  [{ peer: PEER, checks: 'some' }, 'checks.shop.checks: "some" is not known; write none'],
  [{ peer: PEER, critical: '10' }, 'nothing'],
  [{ peer: PEER, critical: '10:20' }, 'checks.shop.critical: "10:20" is not a duration; write 5m'],
  [{ peer: PEER, critical: 'soon' }, 'checks.shop.critical: "soon" is not a duration; write 5m'],
  [{ peer: PEER, expires: true }, 'checks.shop.expires: goes with a time or a number; leave it out'],
  [{ peer: PEER, judge: 'any' }, 'checks.shop.judge: goes with many rows; leave it out'],
])('%o: %s', async (entry, words) => {
  expect(await refused(entry)).toContain(words)
})

test('a row is read through a database that has tables', async () => {
  const peer = { database: 'meet', name: 'watch2' }
  expect(await refused({ peer }, { databases: { meet: 'redis://localhost' } })).toContain(
    'checks.shop.peer.database: is no database that speaks SQL; name another',
  )
  expect(await refused({ peer, ca: '/a.crt' }, { databases: { meet: '/a.db' } })).toContain(
    'checks.shop.ca: goes with a URL; leave it out',
  )
  expect(await refused({ peer }, { databases: { meet: 'postgres://', met: '/a.db' } })).not.toContain('checks.shop')
})
