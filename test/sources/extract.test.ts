import { spawn } from 'node:child_process'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type Extracted, extractAll } from '../../src/sources/extract.ts'
import { number, text } from './sql/values.ts'

const PATIENT = new AbortController().signal

const extract = async (
  check: Parameters<typeof extractAll>[0],
  written: string | null,
): Promise<Extracted | undefined> => (await extractAll(check, [text(written)], PATIENT))[0]
const found = (written: string) => ({ kind: 'value', value: text(written) })
const foundNumber = (written: string) => ({ kind: 'value', value: { ...number(written), typeName: 'text' } })
const SEEN = String.raw`seen=(\d+)`

/** Stops this process again and again, as one does on a busy machine that waits for the processor; until the test is over. */
function hold({ ourSeconds, theirSeconds }: { readonly ourSeconds: number; readonly theirSeconds: number }): void {
  const turn = `kill -STOP ${process.pid}; sleep ${theirSeconds}; kill -CONT ${process.pid}; sleep ${ourSeconds}`
  const script = `trap 'kill -CONT ${process.pid}; exit' TERM; for i in $(seq 200); do ${turn}; done`
  const holder = spawn('sh', ['-c', script], { stdio: 'ignore' })
  onTestFinished(() => void holder.kill('SIGTERM'))
}

test('a value that hides nothing is itself', async () => {
  const values = [text('a'), number('1'), text(null)]
  await expect(extractAll({}, values, PATIENT)).resolves.toEqual(values.map((value) => ({ kind: 'value', value })))
})

describe('in JSON', () => {
  test.each<[string, string, object]>([
    ['$.a', '{"a": "x"}', found('x')],
    ['$.a', '{"a": ""}', found('')],
    ['$.a', '{"a": 1795308333.25}', foundNumber('1795308333.25')],
    ['$.a', '{"a": 0}', foundNumber('0')],
    ['$.a', '{"a": -0}', foundNumber('0')],
    ['$.a', '{"a": 1e21}', foundNumber('1e+21')],
    ['$.a', '{"a": 1e999}', foundNumber('Infinity')],
    ['$', '"x"', found('x')],
    ['$', ' 5\n', foundNumber('5')],
    ['$.__proto__', '{"__proto__": 5}', foundNumber('5')],
    ['$.a', '{"a": 1, "a": 2}', foundNumber('2')],
    ['$.b', '{"a": 1}', { kind: 'absent', why: 'there is no $.b' }],
    ['$.a', '{"a": null}', { kind: 'absent', why: 'null at $.a' }],
    ['$.constructor', '{}', { kind: 'absent', why: 'there is no $.constructor' }],
    ['$.__proto__', '{}', { kind: 'absent', why: 'there is no $.__proto__' }],
    ['$.length', '[1, 2]', { kind: 'absent', why: 'there is no $.length' }],
    ['$.length', '"text"', { kind: 'absent', why: 'there is no $.length' }],
    ['$', 'null', { kind: 'absent', why: 'null at $' }],
    ['$.a', '{"a": {}}', { kind: 'invalid', why: '$.a is neither a text nor a number' }],
    ['$.a', '{"a": true}', { kind: 'invalid', why: '$.a is neither a text nor a number' }],
    ['$.a', 'nope', { kind: 'invalid', why: '"nope" is not JSON' }],
    ['$.a', '', { kind: 'invalid', why: '"" is not JSON' }],
    ['$.a', '{"a": NaN}', { kind: 'invalid', why: '"{"a": NaN}" is not JSON' }],
    ['$.a', '\u001b[2J', { kind: 'invalid', why: '"\\x1b[2J" is not JSON' }],
  ])('%s of %s', (json, written, extracted) => expect(extract({ json }, written)).resolves.toEqual(extracted))

  test('NULL hides nothing', () =>
    expect(extract({ json: '$.a' }, null)).resolves.toEqual({ kind: 'value', value: text(null) }))

  test('a value of any type may be JSON', async () => {
    const value = { text: '{"a": "x"}', type: 'other', typeName: 'jsonb' } as const
    await expect(extractAll({ json: '$.a' }, [value], PATIENT)).resolves.toEqual([
      { kind: 'value', value: { text: 'x', type: 'text', typeName: 'jsonb' } },
    ])
  })

  test('nested a hundred thousand times is no way down', () =>
    expect(extract({ json: '$[0].a' }, `${'['.repeat(100_000)}${']'.repeat(100_000)}`)).resolves.toEqual({
      kind: 'absent',
      why: 'there is no $[0].a',
    }))
})

describe('by a pattern', () => {
  test.each<[string, string, object]>([
    [SEEN, 'pid=7 seen=12 ok', found('12')],
    [SEEN, 'seen=1 seen=2', found('1')],
    ['^(.*)$', '', found('')],
    ['(?<at>x)', 'x', found('x')],
    [SEEN, 'pid=7', { kind: 'invalid', why: 'the pattern does not match "pid=7"' }],
    ['a(b)?', 'a', { kind: 'invalid', why: 'the pattern does not match "a"' }],
    [SEEN, 'a\nb', { kind: 'invalid', why: 'the pattern does not match "a\\nb"' }],
    ['(constructor)', 'x', { kind: 'invalid', why: 'the pattern does not match "x"' }],
    ['(\'.*")', '\'"', found('\'"')],
  ])('%s in %j', (pattern, written, extracted) => expect(extract({ pattern }, written)).resolves.toEqual(extracted))

  test('what it finds is text, also in a number', () =>
    expect(extractAll({ pattern: '^(..)' }, [number('1234')], PATIENT)).resolves.toEqual([
      { kind: 'value', value: { text: '12', type: 'text', typeName: 'numeric' } },
    ]))

  test('half a character is handed through', () =>
    expect(extract({ pattern: '(.)$' }, 'x\ud83d')).resolves.toEqual(found('\ud83d')))

  test('each of many values has its own', () =>
    expect(
      extractAll({ pattern: SEEN }, [text('seen=1'), text(null), text('x'), text('seen=2')], PATIENT),
    ).resolves.toMatchObject([found('1'), { kind: 'value', value: { text: null } }, { kind: 'invalid' }, found('2')]))

  const evil = `${'a'.repeat(40)}!`
  const late = { kind: 'invalid', why: 'the pattern "((?:a+)+)$" took too long to search' }

  test('that searches for ever is given up', () =>
    expect(extract({ pattern: '((?:a+)+)$' }, evil)).resolves.toEqual(late))

  test('takes nothing from the values beside one in which it searches for ever', () =>
    expect(extractAll({ pattern: '((?:a+)+)$' }, ['a', evil, 'b', 'aa'].map(text), PATIENT)).resolves.toEqual([
      found('a'),
      late,
      { kind: 'invalid', why: 'the pattern does not match "b"' },
      found('aa'),
    ]))

  test('is given up where it searches for ever in many', async () => {
    const extracted = await extractAll({ pattern: '((?:a+)+)$' }, Array(10_000).fill(text(evil)), PATIENT)
    expect(extracted.filter((one) => one.kind === 'invalid' && one.why === late.why)).toHaveLength(5)
    expect(extracted.at(-1)).toEqual({ kind: 'invalid', why: 'not searched: the pattern "((?:a+)+)$" takes too long' })
  })

  test('is not blamed where this process has a fifth of the processor', async () => {
    // The square of its length: about 30 ms of work, so 150 ms by the clock.
    const long = `${'x'.repeat(7_000)}seen=1`
    hold({ ourSeconds: 0.02, theirSeconds: 0.08 })
    const values = [1, 2, 3].map(() => text(long))
    for (const value of values) {
      expect(await extractAll({ pattern: 'x*y|seen=(1)' }, [value], PATIENT)).toEqual([found('1')])
    }
  })

  test('lets others have their turn meanwhile', async () => {
    let turns = 0
    const timer = setInterval(() => turns++, 1)
    await extractAll({ pattern: '((?:a+)+)$' }, Array(10).fill(text(evil)), PATIENT)
    clearInterval(timer)
    expect(turns).toBeGreaterThan(2)
  })

  test('is not searched for when it is too late', () =>
    expect(extractAll({ pattern: SEEN }, [text('seen=1')], AbortSignal.abort())).resolves.toEqual([
      { kind: 'invalid', why: 'not searched: the time for reading was over' },
    ]))
})

describe('by a pattern in what JSON holds', () => {
  const both = { json: '$.log', pattern: SEEN }

  test.each<[string, string, object]>([
    ['the group of the text', '{"log": "seen=5"}', found('5')],
    ['nothing where there is no text', '{}', { kind: 'absent', why: 'there is no $.log' }],
    ['nothing in what is not JSON', 'seen=5', { kind: 'invalid', why: '"seen=5" is not JSON' }],
    [
      'nothing where the text has no such thing',
      '{"log": "x"}',
      { kind: 'invalid', why: 'the pattern does not match "x"' },
    ],
  ])('is %s', (_, written, extracted) => expect(extract(both, written)).resolves.toEqual(extracted))

  test('may be the digits of a number', () =>
    expect(extract({ json: '$.log', pattern: String.raw`^(\d{2})` }, '{"log": 1234}')).resolves.toEqual(found('12')))
})
