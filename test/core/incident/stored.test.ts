import { expect, test } from 'vitest'
import { isProblem, isState } from '../../../src/core/incident/stored.ts'
import type { StoredState } from '../../../src/core/ports.ts'
import { anIncident } from '../builders.ts'

const EMPTY = {
  incidents: [],
  silences: [],
  foreign: [],
  problems: [],
  pending: new Map(),
  openings: new Map(),
  revisions: new Map(),
  unusable: new Set(),
  isCountKnown: true,
}

/** Types promise what they cannot keep: a store of somebody else's may hand back anything. */
function given(value: unknown): StoredState {
  return value as StoredState
}

test.each<[string, unknown]>([
  ['nothing', EMPTY],
  ['an incident', { ...EMPTY, incidents: [anIncident()] }],
  ['a closed one', { ...EMPTY, incidents: [anIncident({ closedAt: new Date(0) })] }],
])('a state of %s can be gone on with', (_, state) => expect(isState(given(state))).toBe(true))

test.each<[string, unknown]>([
  ['undefined', undefined],
  ['a number', 42],
  ['an empty object', {}],
  ['lists that are none', { ...EMPTY, silences: 'none' }],
  ['lists of nothing', { ...EMPTY, foreign: [null] }],
  ['counts that are no map', { ...EMPTY, pending: {} }],
  ['paths that are no set', { ...EMPTY, unusable: [] }],
  ['an incident of nothing', { ...EMPTY, incidents: [{}] }],
  ['an incident whose times are texts', { ...EMPTY, incidents: [{ ...anIncident(), since: '2026-11-29' }] }],
  ['an incident that has told nobody knows whom', { ...EMPTY, incidents: [{ ...anIncident(), told: null }] }],
])('%s cannot', (_, state) => expect(isState(given(state))).toBe(false))

test.each<[unknown, boolean]>([
  [{ path: '/a', message: 'full' }, true],
  [{ path: '/a' }, false],
  [undefined, false],
  ['full', false],
])('whether %j is a problem is %s', (value, is) => expect(isProblem(value)).toBe(is))
