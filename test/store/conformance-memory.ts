import { expect, test } from 'vitest'
import type { StateStore } from '../../src/core/ports.ts'

const KILOBYTE = 1_024

/** What all stores do with what checks remember. */
export function describeMemory(make: () => { readonly open: () => Promise<StateStore> }): void {
  test('keeps what checks remember, and forgets it', async () => {
    const { open } = make()
    const store = await open()
    const memory = new Map<string, unknown>([
      ['mdx', { offset: 12, seen: ['a', null, true], ключ: '\u2028"' }],
      ['__proto__', 'text'],
      ['a/b\n', [[]]],
    ])
    expect(await store.saveMemory(memory)).toEqual([])
    expect((await (await open()).load([])).memory).toEqual(memory)
    expect(await store.saveMemory(new Map())).toEqual([])
    expect((await (await open()).load([])).memory).toEqual(new Map())
  })

  test('keeps 64 kB of each check, and says what is too large or no JSON', async () => {
    const store = await make().open()
    const circle: unknown[] = []
    circle.push(circle)
    const throwing = {
      toJSON: () => {
        throw new Error('never')
      },
    }
    const fits = 'x'.repeat(64 * KILOBYTE - 2)
    const memory = new Map<string, unknown>([
      ['fits', fits],
      ['large', `${fits}x`],
      ['big', 1n],
      ['circle', circle],
      ['code', () => 1],
      ['throwing', throwing],
      ['small', 1],
    ])
    const problems = await store.saveMemory(memory)
    const refused = problems.map(({ message }) => /^what (\S+) is to remember is not kept: /.exec(message)?.[1])
    expect(refused).toEqual(['large', 'big', 'circle', 'code', 'throwing'])
    expect((await store.load([])).memory).toEqual(
      new Map<string, unknown>([
        ['fits', fits],
        ['small', 1],
      ]),
    )
  })

  test('keeps 16 MB of all checks, those that come first', async () => {
    const store = await make().open()
    const memory = new Map(Array.from({ length: 257 }, (_, i) => [`check-${i}`, 'x'.repeat(64 * KILOBYTE - 2)]))
    const problems = await store.saveMemory(memory)
    expect(problems.map(({ message }) => message)).toEqual(
      [255, 256].map((i) => expect.stringContaining(`what check-${i} is to remember is not kept`)),
    )
    const stored = await store.load([])
    expect([stored.memory?.size, stored.problems]).toEqual([255, []])
  })
}
