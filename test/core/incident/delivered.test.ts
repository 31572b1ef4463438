import { expect, test } from 'vitest'
import { isDelivery } from '../../../src/core/incident/delivered.ts'

const accepted = { recipient: 'a', kind: 'accepted', by: 'me' }

test.each<[string, unknown]>([
  ['an acceptance', accepted],
  ['a refusal', { recipient: 'a', kind: 'refused', permanent: true, error: 'no' }],
  ['a doubt', { recipient: 'a', kind: 'uncertain', error: 'no answer' }],
])('%s says what became of a message', (_, value) => expect(isDelivery(value)).toBe(true))

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['null', null],
  ['a text', 'accepted'],
  ['an empty object', {}],
  ['an acceptance by nobody', { recipient: 'a', kind: 'accepted' }],
  ['an acceptance for nobody', { kind: 'accepted', by: 'me' }],
  ['a refusal without words', { recipient: 'a', kind: 'refused', permanent: true }],
  ['a refusal that does not say for how long', { recipient: 'a', kind: 'refused', error: 'no' }],
  ['a kind that nobody knows', { ...accepted, kind: 'constructor' }],
])('%s does not', (_, value) => expect(isDelivery(value)).toBe(false))
