import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { layoutAt, openStore } from '../../../src/setup/open-store.ts'
import type { Place } from '../../../src/setup/place.ts'
import { anIncident, NOON } from '../../core/builders.ts'
import { describeStore } from '../conformance.ts'

const WHOSE = { origin: 'here' }

const PLACES: readonly (readonly [string, (home: string) => Place])[] = [
  ['a state directory', (home) => ({ kind: 'directory', path: join(home, 'state') })],
  ['a lockfile', (home) => ({ kind: 'lockfile', path: join(home, 'mdx.lck') })],
]

function makeHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'lastalive-store-'))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  return home
}

/** Fills a place with one thing of each kind. */
async function fill(place: Place): Promise<void> {
  const store = await openStore(place, { whose: WHOSE })
  await store.load([])
  await store.save([anIncident()], { revisions: new Map() })
  await store.saveCounts({ pending: new Map([['mdx', { count: 1, firstBad: NOON }]]), openings: new Map() })
  await store.saveSilences([{ names: ['mdx'], tags: [], at: NOON, until: NOON, by: 'anna' }])
  await store.saveMemory(new Map([['mdx', 1]]))
  await store.saveLastRun({ at: NOON, judged: 1, accepted: 0, errors: 0 })
  await store.saveRemarks(new Map([['nobody', NOON]]))
}

const SPOILT: readonly (readonly [string, (path: string) => void])[] = [
  ['cut off', (path) => writeFileSync(path, readFileSync(path, 'utf8').slice(0, -4))],
  ['not what we write', (path) => writeFileSync(path, '{"version":2,"memory":[]}')],
  ['no text', (path) => writeFileSync(path, Buffer.from([0, 255, 254, 10]))],
  ['a link', (path) => symlinkSync('/etc/passwd', path)],
  ['a directory', (path) => mkdirSync(path)],
]

for (const [name, placeIn] of PLACES) {
  describeStore(name, () => {
    const place = placeIn(makeHome())
    return { open: () => openStore(place, { whose: WHOSE }), exclusive: true }
  })

  test.each(SPOILT)(`${name} whose files are %s is a problem each, and never an exception`, async (how, spoil) => {
    const place = placeIn(makeHome())
    await fill(place)
    const { incident, pending, silences, memory, lastRun, remarks } = layoutAt(place, WHOSE)
    const files = [incident('mdx'), pending, silences, memory, lastRun, remarks]
    for (const path of files) {
      if (['a link', 'a directory'].includes(how)) rmSync(path)
      spoil(path)
    }
    const store = await openStore(place, { whose: WHOSE })
    const stored = await store.load(['mdx'])
    expect(stored).toMatchObject({ incidents: [], silences: [], isCountKnown: false })
    expect(stored.memory).toBe(undefined)
    expect(stored.problems.map(({ path }) => path).toSorted()).toEqual(
      [incident('mdx'), pending, silences, memory].toSorted(),
    )
    expect((await store.loadLastRun()).lastRun).toBe(undefined)
    expect(await store.loadRemarks()).toEqual(new Map())
    // What is ours to write is written anew, and what is not says so, here or before.
    const unsaved = await store.saveMemory(new Map([['mdx', 2]]))
    expect(unsaved).toEqual([])
    const { memory: next } = await (await openStore(place, { whose: WHOSE })).load(['mdx'])
    expect(next).toEqual(['a link', 'a directory'].includes(how) ? undefined : new Map([['mdx', 2]]))
  })

  test(`${name} that cannot be there answers by problems`, async () => {
    const home = makeHome()
    writeFileSync(join(home, 'file'), '')
    const store = await openStore(placeIn(join(home, 'file')), { whose: WHOSE })
    const stored = await store.load(['mdx'])
    expect(stored.problems.length).toBeGreaterThan(0)
    const failed = await store.save([anIncident()], { revisions: new Map() })
    expect([...failed.keys()]).toEqual(['mdx'])
    expect((await store.loadJournal()).entries).toEqual([])
    expect((await store.loadLastRun()).lastRun).toBe(undefined)
    expect(readdirSync(home)).toEqual(['file'])
  })
}

test('what is kept of two configurations in one directory is kept apart, also what they remember', async () => {
  const place: Place = { kind: 'directory', path: join(makeHome(), 'state') }
  const [here, there] = [
    await openStore(place, { whose: WHOSE }),
    await openStore(place, { whose: { origin: 'there' } }),
  ]
  await here.load([])
  await here.saveMemory(new Map([['mdx', 1]]))
  expect((await there.load(['mdx'])).memory).toEqual(new Map())
  await there.saveMemory(new Map([['mdx', 2]]))
  await there.saveMemory(new Map())
  expect((await here.load(['mdx'])).memory).toEqual(new Map([['mdx', 1]]))
})
