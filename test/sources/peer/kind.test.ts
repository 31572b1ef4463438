import { expect, test } from 'vitest'
import { refused } from '../one-check.ts'

const PEER = '/srv/watch2/last-run.json'

test.each([
  [
    { peer: 'watch2' },
    'checks.shop.peer: is neither the URL of a web server nor an absolute path; write https://host/lastalive.json',
  ],
  [{ peer: PEER, checks: 'some' }, 'checks.shop.checks: "some" is not known; write none'],
  [{ peer: PEER, critical: '10' }, 'nothing'],
  [{ peer: PEER, critical: '10:20' }, 'checks.shop.critical: "10:20" is not a duration; write 5m'],
  [{ peer: PEER, critical: 'soon' }, 'checks.shop.critical: "soon" is not a duration; write 5m'],
  [{ peer: PEER, expires: true }, 'checks.shop.expires: goes with a time or a number; leave it out'],
  [{ peer: PEER, judge: 'any' }, 'checks.shop.judge: goes with many rows; leave it out'],
])('%o: %s', async (entry, words) => {
  expect(await refused(entry)).toContain(words)
})
