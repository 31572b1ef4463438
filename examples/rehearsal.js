// A rehearsal: what would be said, to whom and when, if mdx fell silent for a night.
//
// `node examples/rehearsal.js /etc/lastalive/lastalive.yaml` reads the configuration as the command does, puts a made-up
// database and a printer in place of the real ones, and lives through six hours, one run a minute. It connects to
// nothing and writes nothing.

import { createMemoryStore, loadPlan, run } from 'lastalive'

const MINUTE = 60_000
const [dusk, dawn] = [Date.parse('2026-11-26T00:00:00Z'), Date.parse('2026-11-26T06:00:00Z')]
const [death, return_] = [Date.parse('2026-11-26T01:00:00Z'), Date.parse('2026-11-26T05:17:00Z')]

let now = new Date(dusk)

/** When the service behind a check beat last. */
function lastBeat(check) {
  const isSilent = check.name === 'mdx' && death <= now && now < return_
  return new Date(isSilent ? death : now)
}

/** A database that answers with the beats of that night. */
const createNight = ({ name }) => ({
  name,
  read: async (checks) => {
    const readingOf = (check) => ({ kind: 'beat', at: lastBeat(check), asOf: now, readAt: now })
    return { readings: new Map(checks.map((check) => [check.name, [readingOf(check)]])) }
  },
})

/** A notifier that prints what the real one would have sent. */
const createPrinter = (notifier) => ({
  ...notifier,
  send: async ({ subject }, recipients) => {
    console.log(`${now.toISOString().slice(11, 16)} ${recipients.join(', ')}: ${subject}`)
    return recipients.map((recipient) => ({ recipient, kind: 'accepted', by: 'the terminal' }))
  },
})

const loaded = await loadPlan({ config: process.argv[2] })
const plan = {
  ...loaded,
  sources: loaded.sources.map((watched) => ({ ...watched, source: createNight(watched.source) })),
  notifiers: loaded.notifiers.map(createPrinter),
}
const [store, clock] = [createMemoryStore(), { now: () => now }]
let ids = 0

for (let at = dusk; at < dawn; at += MINUTE) {
  now = new Date(at)
  await run(plan, { clock, store, newId: () => `incident-${++ids}` })
}
