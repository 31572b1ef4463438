import { expect, test } from 'vitest'
import { expandTree, treeHoldsPassword } from '../../../src/config/read/environment.ts'
import { SQL } from '../../../src/sources/sql/kind.ts'
import { NOTIFIER_KINDS } from '../../support/kinds.ts'
import { problemsOf, withCheck, writeFiles } from './written.ts'

const KINDS = { notifierKinds: NOTIFIER_KINDS, sourceKinds: [SQL] }

const ENV = { NAME: 'value', EMPTY: '', PASSWORD: 'a@b/c:d', URL: 'postgres://u:a@b@h/d', NESTED: '${NAME}' }

test.each([
  ['inserts a variable', 'x ${NAME} y', 'x value y'],
  ['takes a default where it is not set', '${NOT:-other}', 'other'],
  ['takes a default where it is empty', '${EMPTY:-other}', 'other'],
  ['takes an empty default', 'x${NOT:-}', 'x'],
  ['inserts what is empty', 'x${EMPTY}', 'x'],
  ['leaves $${ as ${', '$${NAME} $NAME $', '${NAME} $NAME $'],
  ['inserts only once', '${NESTED}', '${NAME}'],
  ['takes a value that is wholly a variable as it is', '${URL}', 'postgres://u:a@b@h/d'],
  ['encodes inside a URL before its last @', 'smtps://u:${PASSWORD}@h', 'smtps://u:a%40b%2Fc%3Ad@h'],
  ['encodes a name as well', 'smtps://${PASSWORD}@h', 'smtps://a%40b%2Fc%3Ad@h'],
  ['does not encode behind it', 'postgres://u@h/${PASSWORD}', 'postgres://u@h/a@b/c:d'],
  ['does not encode where there is no URL', 'host=h password=${PASSWORD} user=a@b', 'host=h password=a@b/c:d user=a@b'],
  ['does not take an @ of a default for that of the URL', 'http://${NAME}/${NOT:-@}', 'http://value/@'],
  ['finds the URL behind a variable', '${URL}:${PASSWORD}@h', 'postgres://u:a@b@h/d:a%40b%2Fc%3Ad@h'],
])('%s', (_, text, expanded) => {
  expect(expandTree({ at: [text] }, ENV)).toMatchObject({ raw: { at: [expanded] }, problems: [] })
})

test.each([
  ['is not set', 'x ${NOT}', '${NOT} is not set; set it, or write ${NOT:-default}'],
  ['has no name', '${}', 'holds ${ without a name; write ${NAME}, or $${ for the characters themselves'],
  ['has no end', 'a ${NAME', 'holds ${ without a name; write ${NAME}, or $${ for the characters themselves'],
  ['is nested', '${NOT:-${NAME}}', 'holds ${ without a name; write ${NAME}, or $${ for the characters themselves'],
])('reports a variable that %s', (_, text, problem) => {
  expect(expandTree({ at: text }, ENV).problems).toMatchObject([{ path: ['at'], text: problem }])
})

test.each([
  ['a password of a URL', 'smtps://u:${PASSWORD}@h', ['a@b/c:d']],
  ['a password of libpq', 'host=h password=${PASSWORD}', ['a@b/c:d']],
  ['a quoted password of libpq', "host=h password='${PASSWORD}'", ['a@b/c:d']],
  ['no user', 'smtps://${NAME}:x@h', []],
  ['no host', 'postgres://u@${NAME}/d', []],
  ['no other text', 'write to ${NAME}', []],
])('keeps secret what it inserts: %s', (_, text, secrets) => {
  expect(expandTree(text, ENV).secrets).toEqual(secrets)
})

test.each([
  ['a URL with a password', 'postgres://u:p@h', true],
  ['a URL with a password from outside', 'postgres://u:${P}@h', false],
  ['a URL with a default of a password', 'postgres://u:${P:-p}@h', true],
  ['a URL without', 'postgres://u@h:5432/d', false],
  ['keywords with a password', 'host=h password=p', true],
  ['keywords with a password from outside', 'password=${P} host=h', false],
])('knows whether a file holds a password: %s', (_, text, holds) => {
  expect(treeHoldsPassword({ at: [text] }, KINDS)).toBe(holds)
})

test.each([
  ['the URL of a webhook', { notifiers: { n: { webhook: { url: 'https://h/x' } } } }, true],
  ['one from outside', { notifiers: { n: { webhook: { url: '${HOOK}' } } } }, false],
  ['a token in a header', { notifiers: { n: { webhook: { headers: { Authorization: 'Bearer x' } } } } }, true],
  ['a header that says nothing', { notifiers: { n: { webhook: { headers: { Accept: 'x' } } } } }, false],
  ['a ping URL', { healthchecks: 'https://h/x' }, true],
  ['a ping URL with more', { healthchecks: { url: 'https://h/x', timeout: '5s' } }, true],
  ['a command', { notifiers: { n: { command: { run: ['/bin/x'] } } } }, false],
])('knows whether a file holds what is as good as a password: %s', (_, raw, holds) => {
  expect(treeHoldsPassword(raw, KINDS)).toBe(holds)
})

test('leaves names alone, and what is no text', () => {
  const raw = JSON.parse('{"${NAME}": 1, "__proto__": {"a": null}, "b": [true]}')
  expect(JSON.stringify(expandTree(raw, ENV).raw)).toBe('{"${NAME}":1,"__proto__":{"a":null},"b":[true]}')
})

test.each([
  ['what is measured', 'measure: "${M}", key: k, critical: "10:20"', 'measure'],
  ['whether it is many', 'key: "${M}", judge: any, critical: 10m', 'key'],
  ['a limit beside a warning', 'key: k, warning: 5m, critical: "${M}"', 'critical'],
])('makes no second mistake of a variable that is not set and says %s', async (_, entry, key) => {
  expect(await problemsOf(writeFiles({ 'a.yaml': withCheck(`{ database: mail, ${entry} }`) }))).toEqual([
    `a.yaml:3: checks.mdx.${key}: \${M} is not set; set it, or write \${M:-default}`,
  ])
})

test('reports a variable that is not set at its line, and nothing else about it', async () => {
  const text = withCheck('\n    database: ${DATABASE}\n    key: k\n    critical: ${LIMIT}')
  expect(await problemsOf(writeFiles({ 'a.yaml': text }))).toEqual([
    'a.yaml:4: checks.mdx.database: ${DATABASE} is not set; set it, or write ${DATABASE:-default}',
    'a.yaml:6: checks.mdx.critical: ${LIMIT} is not set; set it, or write ${LIMIT:-default}',
  ])
})
