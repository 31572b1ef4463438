import { expect, test } from 'vitest'
import type { Severity } from '../../../src/core/types.ts'
import { fieldsOf, fillTemplate, fillTree, messageFieldsOf, unknownFields } from '../../../src/core/words/template.ts'
import { aFact, message } from '../../notifiers/messages.ts'

test.each<[Severity, object]>([
  ['critical', { action: 'trigger', level: 'critical', priority: '5', color: '#a30200' }],
  ['warning', { action: 'trigger', level: 'warning', priority: '4', color: '#daa038' }],
  ['unknown', { action: 'trigger', level: 'error', priority: '4', color: '#808080' }],
  ['ok', { action: 'resolve', level: 'info', priority: '3', color: '#2eb886' }],
])('what is %s has the words of others for it', (state, words) => {
  const fields = fieldsOf(aFact({ state }), { instance: 'watch1', count: 1 })
  expect(fields).toMatchObject({ state: state.toUpperCase(), severity: 'CRITICAL', ...words })
})

test('a message has the fields of its worst notice, and its own', () => {
  const fields = messageFieldsOf(message({ facts: [aFact({ item: 'a' }), aFact({ item: 'b' })], moreFacts: 5 }))
  const { id, subject, text } = message()
  expect(fields).toMatchObject({ item: 'a', count: '7', instance: 'watch1', message_id: id, subject, text })
})

test.each([
  ['a field', '{a}', '1'],
  ['fields in a text', 'x{a}y{b}z{a}', 'x1y{a}z1'],
  ['no field within a value', '{b}', '{a}'],
  ['nothing else in braces', '{c} {} { a } {{a}} {a', '{c} {} { a } {1} {a'],
  ['nothing that an object has of itself', '{constructor} {toString}', '{constructor} {toString}'],
])('fills in %s', (_, template, filled) => {
  expect(fillTemplate(template, { a: '1', b: '{a}' })).toBe(filled)
})

test('fills in the texts of a tree, and nothing else of it', () => {
  const tree = { '{a}': ['{a}', 5, true, null, { b: ['x {a}'] }], n: '{priority}', t: 'n {priority}' }
  const values = { a: '"}]', priority: '5' }
  expect(fillTree(tree, values)).toEqual({ '{a}': ['"}]', 5, true, null, { b: ['x "}]'] }], n: 5, t: 'n 5' })
})

test('knows which fields there are not', () => {
  expect(unknownFields('{state} {stat} {text} {} {x y}')).toEqual(['stat', 'text'])
})

test('a field that a notice has nothing for is empty, and an instant is told to the second', () =>
  expect(fieldsOf(aFact(), { instance: 'watch1', count: 1 })).toMatchObject({
    item: '',
    since: '2026-11-22T11:28:00Z',
  }))

test.each<[Severity, string]>([
  ['ok', 'UNKNOWN'],
  ['warning', 'WARNING'],
])('a message of no notice that is %s has fields all the same', (state, severity) => {
  const { id, subject, text } = message()
  expect(messageFieldsOf(message({ facts: [], state }))).toMatchObject({
    kind: 'test',
    incident: id,
    episode: '1',
    check: '',
    title: '',
    item: '',
    summary: subject,
    headline: subject,
    state: state.toUpperCase(),
    severity,
    cause: 'answered',
    count: '0',
    subject,
    text,
    message_id: id,
  })
})
