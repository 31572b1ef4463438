import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import fc from 'fast-check'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { idOf } from '../../../src/core/names.ts'
import type { Incident, Told, Tried } from '../../../src/core/types.ts'
import { writeIncident } from '../../../src/store/lockfiles/incident-json.ts'
import { directoryLayout, lockfileLayout } from '../../../src/store/lockfiles/layout.ts'
import { createLockfileStore } from '../../../src/store/lockfiles/lockfiles.ts'
import { anIncident } from '../../core/builders.ts'
import { repetitions } from '../../support/command.ts'

/** A day and a little more. */
const A_DAY_MS = 25 * 60 * 60_000

/** What was not there when it was read, and what was: an incident of the builders. */
const NEW = { revisions: new Map() }
const KNOWN = { revisions: new Map([[anIncident().id, 1]]) }

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lastalive-state-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
})

const text = fc.string({ unit: 'binary', maxLength: 40 })
const name = fc.oneof(text, fc.constantFrom('../x', '/etc/passwd', '.', '..', '', 'a/b', 'x'.repeat(999), 'Ä', '-rf'))
const instant = fc.date({ noInvalidDate: true })
const count = fc.nat(1_000)
const severity = fc.constantFrom('unknown' as const, 'warning' as const, 'critical' as const)
const cause = fc.constantFrom('age' as const, 'absent' as const, 'future' as const, 'timeout' as const)
const recipient = fc.oneof(
  fc.tuple(text, text).map((parts) => parts.join('/')),
  fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString'),
)

const told: fc.Arbitrary<Told> = fc.record({
  kind: fc.constantFrom('opened', 'worsened', 'reminder', 'closed', 'missed'),
  severity,
  cause,
  episode: count,
  at: instant,
  count,
  openingId: text,
})

const tried: fc.Arbitrary<Tried> = fc.record({
  at: instant,
  since: instant,
  count,
  kind: fc.constantFrom('refused', 'permanent', 'uncertain'),
  error: text,
})

const incident: fc.Arbitrary<Incident> = fc.record(
  {
    id: text,
    origin: text,
    check: name,
    severity,
    cause,
    summary: text,
    cure: text,
    tail: fc.array(text, { maxLength: 3 }),
    limit: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }).map((limit) => Math.abs(limit)),
    seenAt: instant,
    episode: count,
    earlier: fc.array(fc.record({ episode: count, since: instant, closedAt: instant }), { maxLength: 3 }),
    since: instant,
    lastBeat: instant,
    openedAt: instant,
    closedAt: instant,
    closedBy: fc.record({ cause: fc.oneof(cause, fc.constant('unwatched' as const)), summary: text }),
    recoveries: count,
    audience: fc.array(recipient, { maxLength: 3 }),
    told: fc.dictionary(recipient, told, { maxKeys: 3, noNullPrototype: true }),
    tried: fc.dictionary(recipient, tried, { maxKeys: 3, noNullPrototype: true }),
  },
  {
    requiredKeys: [
      'id',
      'origin',
      'check',
      'severity',
      'cause',
      'summary',
      'seenAt',
      'episode',
      'earlier',
      'since',
      'openedAt',
      'recoveries',
      'audience',
      'told',
      'tried',
    ],
  },
)

test('an incident is the same after it was saved and loaded, whatever stands in it', async () => {
  const runs = { numRuns: repetitions(1_000) }
  await fc.assert(
    fc.asyncProperty(incident, async (saved) => {
      const store = createLockfileStore(directoryLayout(directory, saved), { origin: saved.origin })
      expect(await store.save([saved], NEW)).toEqual(new Map())
      const { incidents, problems } = await store.load([saved.check])
      expect(problems).toEqual([])
      expect(incidents).toEqual([saved])
      expect(await store.remove([saved])).toEqual([])
      expect(readdirSync(directory)).toEqual([])
    }),
    runs,
  )
})

test('a lockfile stays in its directory, whatever its check is called', () => {
  fc.assert(
    fc.property(text, name, (origin, check) => {
      const path = directoryLayout('/state', { origin }).incident(check)
      expect(dirname(path)).toBe('/state')
      expect(basename(path)).toMatch(/^[A-Za-z0-9_-][A-Za-z0-9._-]*\.lck$/)
      expect(basename(path).length).toBeLessThan(80)
    }),
  )
})

test('two checks, and the same check of two configurations, never share a lockfile', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(text, name), { selector: String, maxLength: 9 }), (rows) => {
      const pairs = rows.flatMap(([origin, check]) => [
        [origin, check],
        [`${origin} `, check],
        [origin, `${check} `],
      ])
      const distinct = new Map(pairs.map((pair) => [JSON.stringify(pair), pair]))
      const paths = [...distinct.values()].map(([o = '', c = '']) =>
        directoryLayout('/state', { origin: o }).incident(c),
      )
      expect(new Set(paths).size).toBe(paths.length)
    }),
  )
})

test('two configurations in one directory keep their incidents and counts apart', async () => {
  const [here, there] = ['here', 'there'].map((origin) =>
    createLockfileStore(directoryLayout(directory, { origin }), { origin }),
  )
  await here?.save([anIncident({ origin: 'here' })], NEW)
  await there?.save([anIncident({ origin: 'there', summary: 'other' })], NEW)
  await here?.saveCounts({ pending: new Map([['app', { count: 2, firstBad: new Date(0) }]]), openings: new Map() })
  const found = await there?.load(['mdx'])
  expect(found?.incidents.map(({ origin }) => origin).toSorted()).toEqual(['here', 'there'])
  expect(found?.pending.size).toBe(0)
  await there?.remove([anIncident({ origin: 'there' })])
  expect((await here?.load(['mdx']))?.incidents).toEqual([anIncident({ origin: 'here' })])
})

test('a store for looking changes nothing', async () => {
  const store = createLockfileStore(directoryLayout(join(directory, 'none'), { origin: 'here' }), {
    origin: 'here',
    readOnly: true,
  })
  expect(await store.load(['mdx'])).toMatchObject({ incidents: [], problems: [] })
  await store.save([anIncident()], NEW)
  await store.saveCounts({ pending: new Map([['mdx', { count: 1, firstBad: new Date(0) }]]), openings: new Map() })
  await store.saveLastRun({ at: new Date(0), judged: 1, accepted: 1, errors: 0 })
  expect(readdirSync(directory)).toEqual([])
})

test('what a killed run has left half written is swept away, and nothing else', async () => {
  const [lockfile, item, counts] = ['0123456789.lck', '0123456789abcdef01234567.lck', '0123456789.json']
  const left = [`mdx-${lockfile}.tmp`, `workers-a-${item}.tmp`, `pending-${counts}.tmp`]
  const others = ['notes.lck.tmp', 'pending.json.tmp', `mdx-${lockfile}.broken`, `mdx-${lockfile}.tmp~`]
  for (const name of [...left, ...others]) writeFileSync(join(directory, name), '{')
  const [looking, running] = [true, false].map((readOnly) =>
    createLockfileStore(directoryLayout(directory, { origin: 'here' }), { origin: 'here', readOnly }),
  )
  expect(await looking?.load(['mdx'])).toMatchObject({ incidents: [], problems: [] })
  expect(readdirSync(directory).toSorted()).toEqual([...left, ...others].toSorted())
  expect(await running?.load(['mdx'])).toMatchObject({ incidents: [], problems: [] })
  expect(readdirSync(directory).toSorted()).toEqual(others.toSorted())
})

test('what somebody removed is saved again only where it is to be created', async () => {
  const layout = lockfileLayout(join(directory, 'mdx.lck'))
  const store = createLockfileStore(layout, { origin: 'here' })
  await store.save([anIncident()], KNOWN)
  expect(readdirSync(directory)).toEqual([])
  await store.save([anIncident()], NEW)
  await store.save([anIncident({ episode: 2 })], KNOWN)
  expect((await store.load(['mdx'])).incidents).toEqual([anIncident({ episode: 2 })])
  expect(statSync(store.pathOf('mdx')).mode & 0o777).toBe(0o600)
})

test('saves nothing more when the time for it is over, and says of what', async () => {
  const store = createLockfileStore(directoryLayout(directory, { origin: 'here' }), { origin: 'here' })
  await store.load([])
  const incidents = ['a', 'b'].map((item) => anIncident({ origin: 'here', item }))
  const problems = await store.save(incidents, { ...NEW, signal: AbortSignal.abort() })
  expect([...problems].map(([id, { message }]) => [id, message])).toEqual([
    ['mdx/a', 'not saved: there was no time left for it'],
    ['mdx/b', 'not saved: there was no time left for it'],
  ])
  expect(readdirSync(directory)).toEqual([])
})

test('an incident that an earlier version kept where a row of the same letters has its lockfile is found, and moved', async () => {
  const layout = directoryLayout(directory, { origin: 'here' })
  const store = createLockfileStore(layout, { origin: 'here' })
  const [check, row] = [anIncident({ check: 'a/b' }), anIncident({ check: 'a', item: 'b' })]
  await store.save([row], NEW)
  writeFileSync(layout.incident(idOf(row)), writeIncident(check))
  expect((await store.load([])).incidents).toEqual([check])
  await store.save([row], NEW)
  const stored = await store.load([])
  expect(stored.incidents).toHaveLength(2)
  expect(stored.incidents).toEqual(expect.arrayContaining([check, row]))
  expect(stored.problems).toEqual([])
  expect(await store.remove([check])).toEqual([])
  expect((await store.load([])).incidents).toEqual([row])
})

test('says of each file what is wrong with that, also where the name of one begins another', async () => {
  const path = join(directory, 'x.lck')
  const layout = lockfileLayout(path)
  mkdirSync(path)
  symlinkSync('/nothing', `${path}.database`)
  const store = createLockfileStore(layout, { origin: 'o' })
  await store.load(['mdx', 'database:mail'])
  const incidents = [anIncident({ check: 'mdx' }), anIncident({ check: 'database:mail' })]
  const problems = await store.save(incidents, NEW)
  expect([...problems].map(([id, { path, message }]) => [id, basename(path), message])).toEqual([
    ['mdx', 'x.lck', expect.stringContaining(`cannot use lockfile ${path}: `)],
    ['database:mail', 'x.lck.database', expect.stringContaining(`cannot use lockfile ${path}.database: `)],
  ])
})

test.each([
  ['young by a run', A_DAY_MS, false, true],
  ['as it is where it is young', 60_000, false, false],
  ['as it is by who only looks', A_DAY_MS, true, false],
])('what stands for something open is kept %s', async (_, ageMs, readOnly, isTouched) => {
  const layout = directoryLayout(directory, { origin: 'o' })
  const store = createLockfileStore(layout, { origin: 'o' })
  await store.save([anIncident({ check: 'mdx', origin: 'o' })], NEW)
  await store.saveCounts({ pending: new Map([['a', { count: 1, firstBad: new Date() }]]), openings: new Map() })
  const files = [layout.incident('mdx'), layout.pending]
  const before = new Date(Math.floor((Date.now() - ageMs) / 1_000) * 1_000)
  for (const file of files) utimesSync(file, before, before)
  const texts = files.map((file) => readFileSync(file, 'utf8'))
  expect((await createLockfileStore(layout, { origin: 'o', readOnly }).load(['mdx'])).problems).toEqual([])
  expect(files.map((file) => readFileSync(file, 'utf8'))).toEqual(texts)
  expect(files.map((file) => statSync(file).mtimeMs > before.getTime())).toEqual([isTouched, isTouched])
})
