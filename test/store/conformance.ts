import { describe, expect, test } from 'vitest'
import type { Notice, Sending } from '../../src/core/incident/notice.ts'
import { settle } from '../../src/core/incident/told.ts'
import type { JournalEntry, StateStore } from '../../src/core/ports.ts'
import type { Incident } from '../../src/core/types.ts'
import { anIncident, later, NOON } from '../core/builders.ts'
import { describeMemory } from './conformance-memory.ts'

/** A place where something can be remembered, new for each test. */
export interface Harness {
  /** as another run opens it */
  open(): Promise<StateStore>
  /** one writer at a time, by the run lock */
  readonly exclusive: boolean
}

const CHECKS = ['mdx', 'database:mail']
const [mdx, mail] = [anIncident(), anIncident({ id: 'id-2', check: 'database:mail' })]
const NEW = { revisions: new Map<string, number>() }

/** What all stores do, whoever keeps them. */
export function describeStore(name: string, make: () => Harness): void {
  // A run begins by a look at what there is.
  const begun = (): Harness => {
    const { open, exclusive } = make()
    const opened = async (): Promise<StateStore> => {
      const store = await open()
      await store.load(CHECKS)
      return store
    }
    return { open: opened, exclusive }
  }
  describe(name, () => {
    describeIncidents(begun)
    describeTelling(begun)
    describeTheRest(begun)
    describeMemory(begun)
  })
}

function describeIncidents(make: () => Harness): void {
  test('knows of nothing at first', async () => {
    const store = await make().open()
    const stored = await store.load(CHECKS)
    expect(stored).toMatchObject({ incidents: [], silences: [], foreign: [], problems: [], isCountKnown: true })
    expect([stored.pending, stored.openings, stored.revisions, stored.memory].map((map) => map?.size)).toEqual([
      0, 0, 0, 0,
    ])
    expect(await store.loadJournal()).toEqual({ entries: [], skipped: 0, problems: [] })
    expect(await store.loadLastRun()).toEqual({ problems: [] })
    expect(await store.loadRemarks()).toEqual(new Map())
  })

  test('gives back what was saved, to whoever opens it next, until it is removed', async () => {
    const { open } = make()
    const store = await open()
    await store.load(CHECKS)
    expect(await store.save([mdx, mail], NEW)).toEqual(new Map())
    const { incidents, revisions, problems } = await (await open()).load(CHECKS)
    expect(incidents).toHaveLength(2)
    expect(incidents).toEqual(expect.arrayContaining([mdx, mail]))
    expect([...revisions].toSorted()).toEqual([
      ['id-1', 1],
      ['id-2', 1],
    ])
    expect(problems).toEqual([])
    expect(await store.remove([mail])).toEqual([])
    expect((await (await open()).load(CHECKS)).incidents).toEqual([mdx])
  })

  test('takes what was made of what is there', async () => {
    const store = await make().open()
    await store.save([mdx], NEW)
    const worse = { ...mdx, episode: 2 }
    expect(await store.save([worse], await store.load(CHECKS))).toEqual(new Map())
    expect((await store.load(CHECKS)).incidents).toEqual([worse])
  })

  test('does not bring back what somebody has removed', async () => {
    const store = await make().open()
    await store.save([mdx], NEW)
    const { revisions } = await store.load(CHECKS)
    await store.remove([mdx])
    expect(await store.save([{ ...mdx, episode: 2 }], { revisions })).toEqual(new Map())
    expect(await store.told([{ incident: toldOf(mdx, 'ops'), recipient: 'ops' }])).toEqual(new Map())
    expect((await store.load(CHECKS)).incidents).toEqual([])
    expect(await store.remove([mdx])).toEqual([])
  })

  test('answers by a conflict where somebody else has written meanwhile, unless one alone may write', async () => {
    const { open, exclusive } = make()
    const [ours, theirs] = [await open(), await open()]
    await ours.load(CHECKS)
    await theirs.save([mdx], NEW)
    const read = await ours.load(CHECKS)
    await theirs.save([{ ...mdx, episode: 2 }], await theirs.load(CHECKS))
    const rival = { ...mdx, id: 'id-3' }
    if (exclusive) {
      expect(await ours.save([{ ...mdx, episode: 3 }], read)).toEqual(new Map())
      return
    }
    const conflict = expect.objectContaining({ isConflict: true, message: expect.any(String) })
    expect(await ours.save([{ ...mdx, episode: 3 }], read)).toEqual(new Map([['mdx', conflict]]))
    expect(await ours.save([rival, mail], NEW)).toEqual(new Map([['mdx', conflict]]))
    expect(await ours.remove([mdx], read)).toEqual([])
    const { incidents } = await ours.load(CHECKS)
    expect(incidents.map(({ id, episode }) => [id, episode])).toEqual([
      ['id-1', 2],
      ['id-2', 1],
    ])
  })

  test('keeps whatever stands in an incident', async () => {
    const names = ['__proto__', 'constructor', 'a/b', 'a\u0000b', '\u202e', 'x'.repeat(999)]
    const told = names.reduce((incident, recipient) => toldOf(incident, recipient), mdx)
    const odd = { ...told, summary: '"}\n{\u2028', audience: names, closedAt: new Date(8.64e15) }
    const store = await make().open()
    expect(await store.save([odd], NEW)).toEqual(new Map())
    expect((await store.load(CHECKS)).incidents).toEqual([odd])
  })
}

function describeTelling(make: () => Harness): void {
  const until = (ms: number): Date => new Date(Date.now() + ms)

  test('lets one tell at a time, and nobody what was told since it was read', async () => {
    const { open, exclusive } = make()
    const [ours, theirs] = [await open(), await open()]
    await ours.save([mdx, mail], NEW)
    const { revisions } = await ours.load(CHECKS)
    const claim = { revisions, until: until(60_000) }
    const [first, second] = [sendingOf('first', [mdx, mail]), sendingOf('second', [mdx])]
    expect(await ours.claim(first, claim)).toEqual([first])
    if (exclusive) {
      expect(await theirs.claim(second, claim)).toEqual([second])
      return
    }
    expect(await theirs.claim(second, claim)).toEqual([])
    const wider = { ...second, recipients: ['ops', 'chief'] }
    expect(await theirs.claim(wider, claim)).toEqual([{ ...second, recipients: ['chief'] }])
    for (const incident of [mdx, mail]) {
      expect(await ours.told([{ incident: toldOf(incident, 'ops'), recipient: 'ops' }])).toEqual(new Map())
    }
    expect(await theirs.claim(second, claim)).toEqual([])
    const next = sendingOf('next', (await theirs.load(CHECKS)).incidents)
    expect(await theirs.claim(next, claim)).toEqual([next])
    await ours.remove([mdx])
    expect(await ours.claim({ ...second, recipients: ['others'] }, claim)).toEqual([])
  })

  test('hands on what another claimed and has not told in time', async () => {
    const { open, exclusive } = make()
    const store = await open()
    await store.save([mdx], NEW)
    const { revisions } = await store.load(CHECKS)
    const [first, second] = [sendingOf('first', [mdx]), sendingOf('second', [mdx])]
    await store.claim(first, { revisions, until: until(-1) })
    expect(await store.claim(second, { revisions, until: until(60_000) })).toEqual([exclusive ? second : first])
  })

  test('records what each recipient was told by itself', async () => {
    const { open, exclusive } = make()
    const store = await open()
    await store.save([mdx], NEW)
    const ops = toldOf(mdx, 'ops')
    const both = toldOf(ops, 'chief')
    expect(
      await store.told([
        { incident: ops, recipient: 'ops' },
        { incident: exclusive ? both : toldOf(mdx, 'chief'), recipient: 'chief' },
      ]),
    ).toEqual(new Map())
    expect((await (await open()).load(CHECKS)).incidents).toEqual([both])
  })

  test('records a try in vain, and forgets it once it succeeds', async () => {
    const store = await make().open()
    await store.save([mdx], NEW)
    const tried = settle(mdx, { recipient: 'ops', kind: 'uncertain', error: 'no answer' }, how(mdx))
    await store.told([{ incident: tried, recipient: 'ops' }])
    expect((await store.load(CHECKS)).incidents).toEqual([tried])
    await store.told([{ incident: toldOf(tried, 'ops'), recipient: 'ops' }])
    expect((await store.load(CHECKS)).incidents).toEqual([toldOf(mdx, 'ops')])
  })
}

function describeTheRest(make: () => Harness): void {
  test('keeps counts and openings, and forgets them', async () => {
    const { open } = make()
    const store = await open()
    const counts = {
      pending: new Map([['mdx', { count: 2, firstBad: NOON }]]),
      openings: new Map([['__proto__', [NOON, later(60)]]]),
    }
    expect(await store.saveCounts(counts)).toEqual([])
    expect(await (await open()).load(CHECKS)).toMatchObject(counts)
    expect(await store.saveCounts({ pending: new Map(), openings: new Map() })).toEqual([])
    const { pending, openings } = await (await open()).load(CHECKS)
    expect([pending.size, openings.size]).toEqual([0, 0])
  })

  test('keeps silences', async () => {
    const { open } = make()
    const store = await open()
    const silence = { names: ['mdx'], tags: ['night'], at: NOON, until: later(60), by: 'anna', note: 'Übung' }
    expect(await store.saveSilences([silence])).toEqual([])
    expect((await (await open()).load(CHECKS)).silences).toEqual([silence])
    expect(await store.saveSilences([])).toEqual([])
    expect((await (await open()).load(CHECKS)).silences).toEqual([])
  })

  test('keeps a journal in order', async () => {
    const { open } = make()
    const store = await open()
    expect(await store.journal([entry('opened'), entry('worsened')])).toEqual([])
    expect(await store.journal([])).toEqual([])
    expect(await store.journal([entry('closed')])).toEqual([])
    const { entries, skipped, problems } = await (await open()).loadJournal()
    expect(entries).toEqual([entry('opened'), entry('worsened'), entry('closed')])
    expect([skipped, problems]).toEqual([0, []])
  })

  test('keeps remarks and the last run', async () => {
    const { open } = make()
    const store = await open()
    const [said, lastRun] = [
      new Map([['nobody', NOON]]),
      { at: NOON, judged: 3, accepted: 1, errors: 0, timezone: 'UTC' },
    ]
    expect(await store.saveRemarks(said)).toEqual([])
    expect(await store.saveLastRun(lastRun)).toEqual([])
    expect(await (await open()).loadRemarks()).toEqual(said)
    expect(await (await open()).loadLastRun()).toEqual({ lastRun, problems: [] })
  })
}

function how(incident: Incident) {
  const notice: Notice = { incident, kind: 'opened', earlier: [], ordinal: 1 }
  return { notice, messageId: 'opening@here', now: NOON, fellows: [] }
}

function toldOf(incident: Incident, recipient: string): Incident {
  return settle(incident, { recipient, kind: 'accepted', by: 'a server' }, how(incident))
}

function sendingOf(id: string, incidents: readonly Incident[]): Sending {
  const words = { subject: 's', text: 't', html: 'h', state: 'critical', instance: 'watch1', moreFacts: 0 } as const
  const notices = incidents.map((incident) => how(incident).notice)
  return { message: { id, ...words, checks: [], facts: [] }, recipients: ['ops'], notices }
}

function entry(event: JournalEntry['event']): JournalEntry {
  const { id, origin, check, episode, severity, summary } = mdx
  return { at: NOON, event, origin, check, id, episode, severity, summary, since: NOON, start: NOON }
}
