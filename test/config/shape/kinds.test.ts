import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { configJsonSchema } from '../../../build/json-schema.ts'
import type { Config } from '../../../src/config/config.ts'
import { loadWritten } from '../../../src/config/load.ts'
import { readConfig } from '../../../src/config/shape/schema.ts'
import type { NotifierKind, NotifierLine } from '../../../src/core/notifier-kind.ts'
import { mapping } from '../../../src/core/shape/mapping.ts'
import { optional } from '../../../src/core/shape/quick.ts'
import { child, namesIn } from '../../../src/core/shape/tree.ts'
import { listOf, secretFile, text } from '../../../src/core/shape/values.ts'
import { NOTIFIERS, SOURCES } from '../../../src/setup/kinds.ts'
import { SQL } from '../../../src/sources/sql/kind.ts'
import { NOTIFIER_KINDS } from '../../support/kinds.ts'
import { withCheck, writeFiles } from '../read/written.ts'

const shape = () =>
  mapping(
    {
      number: text({ about: 'a number', example: '"112"' }),
      also: optional(() => listOf(text({ about: 'a number', example: '"112"' }), { about: 'more', example: '[a]' })),
      labels: optional(() => v.record(v.string(), v.string())),
      form: optional(() => v.unknown()),
      pin_file: secretFile('the PIN'),
    },
    'a call',
  )

/** A kind that nothing but its line in the table knows. */
const PAGER: NotifierKind<v.InferOutput<ReturnType<typeof shape>>> = {
  key: 'pager',
  group: 'check',
  shape,
  lists: ['also'],
  mappings: ['labels'],
  free: ['form'],
  secretFiles: { pin_file: 'the PIN' },
  isSecret: ([key]) => key === 'number',
  problems: (written, path) =>
    child(written, 'number') === '110' ? [{ path: [...path, 'number'], text: 'is for others' }] : [],
  recipients: (written) => [String(child(written, 'number'))],
  settings: ({ pin_file: _, ...entry }, secretAt) => ({ also: [], ...entry, pin: secretAt('pin_file') }),
  load: () => Promise.reject(new Error('is not called here')),
}
const PAGER_LINE: NotifierLine = { key: PAGER.key, load: async () => PAGER }
const LINES = [...NOTIFIERS, PAGER_LINE]
const KINDS = [...NOTIFIER_KINDS, PAGER]

async function read(entry: string, mode = 0o600): Promise<Config> {
  const checks = withCheck('{ database: mail, key: k, critical: 10m }', `notifiers: { n: ${entry} }`)
  const directory = writeFiles({ 'a.yaml': checks, pin: '1234\n' })
  chmodSync(join(directory, 'a.yaml'), mode)
  return readConfig(
    await loadWritten({ config: join(directory, 'a.yaml'), env: {}, notifierLines: LINES, sourceLines: SOURCES }),
  )
}

test('a kind has all that it leaves out filled in, and its secret from its file', async () => {
  const config = await read('{ pager: { number: "1", pin_file: pin, labels: { a: b }, form: [{ c: [1] }] } }')
  const pager = { number: '1', also: [], pin: '1234', labels: { a: 'b' }, form: [{ c: [1] }] }
  expect(config.leftOut).toBeUndefined()
  expect(config.notifiers.get('n')).toEqual({ name: 'n', group: 'check', kind: 'pager', settings: pager })
  expect(config.secrets).toEqual(['1234'])
})

test.each([
  ['a list where there may be none', '{ pager: { number: ["1"] } }', 'write 1 without brackets'],
  ['a list where names stand', '{ pager: { number: "1", labels: [] } }', 'is a list; write a mapping of keys'],
  ['a list in place of its entry', '{ pager: [] }', 'is a list; write a mapping of keys'],
  ['a key that is misspelt', '{ pager: { number: "1", als: a } }', 'there is no such key; write also'],
  ['a kind that is misspelt', '{ pagr: {} }', 'there is no such key; write pager'],
  ['a file that is not there', '{ pager: { number: "1", pin_file: p } }', 'there is no file'],
  ['what the kind itself refuses', '{ pager: { number: "110" } }', 'notifiers.n.pager.number: is for others'],
  ['no kind', '{}', 'says no way of telling; write mail, webhook, command, icinga or pager below it'],
  ['two kinds', '{ mail: { to: a }, pager: { number: "1" } }', 'several ways of telling, mail and pager'],
])('is told of %s', async (_, entry, words) => {
  const { leftOut } = await read(entry)
  expect(leftOut?.mistakes.map((mistake) => mistake.words)).toEqual([expect.stringContaining(words)])
})

test('who is told is known although the rest is wrong', async () => {
  const { notifiers } = await read('{ pager: { number: "1", als: a } }')
  expect(notifiers.get('n')).toMatchObject({ name: 'n', leftOut: { to: ['1'] } })
})

test('a file that everybody can read must not hold what is as good as a password', async () => {
  const { remarks } = await read('{ pager: { number: "1" } }', 0o644)
  expect(remarks).toEqual([expect.stringContaining('holds a password and can be read by everybody')])
})

test('an editor completes its keys, and says what they are', async () => {
  const schema = await configJsonSchema({ notifierKinds: KINDS, sourceKinds: [SQL] })
  const entry = ['properties', 'notifiers', 'additionalProperties', 'properties'].reduce<unknown>(child, schema)
  expect(namesIn(entry)).toEqual([...KINDS.map(({ key }) => key), 'group', 'subject'])
  expect(child(entry, 'pager')).toMatchObject({ description: 'a call', required: ['number'] })
  expect(child(child(entry, 'group'), 'description')).toContain('(default run, of icinga check, of pager check)')
})
