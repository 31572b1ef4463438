import { expect, test } from 'vitest'
import { problemsOf, writeFiles } from '../read/written.ts'

const HEAD = 'databases: { d: x.db }\ndefaults: { critical: 5m }\nchecks:\n'

/** Checks, each on a line of its own, from line 4 on: `name: what it depends on`. */
function config(after: Readonly<Record<string, string>>): string {
  const lines = Object.entries(after).map(([name, list]) => `  ${name}: { database: d, key: k, after: ${list} }\n`)
  return HEAD + lines.join('')
}

test.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
  ['nothing in a chain', { a: '[]', b: '[a]', c: '[b, a]', d: 'c' }, []],
  [
    'a check that depends on itself',
    { a: '[a]' },
    ['a.yaml:4: checks.a.after[0]: goes in a circle, a after a; leave one out'],
  ],
  [
    'a circle, at each of its members and nowhere else',
    { a: '[b]', b: 'c', c: '[a, c]', d: '[a]' },
    [
      'a.yaml:4: checks.a.after[0]: goes in a circle, a after b after c after a; leave one out',
      'a.yaml:5: checks.b.after: goes in a circle, b after c after a after b; leave one out',
      'a.yaml:6: checks.c.after[0]: goes in a circle, c after a after b after c; leave one out',
      'a.yaml:6: checks.c.after[1]: goes in a circle, c after c; leave one out',
    ],
  ],
  [
    'what there is not',
    { router: '[]', a: '[ruoter]' },
    ['a.yaml:5: checks.a.after[0]: there is no check "ruoter"; write router'],
  ],
])('refuses %s', async (_, after, problems) => {
  expect(await problemsOf(writeFiles({ 'a.yaml': config(after) }))).toEqual(problems)
})

test('takes its time for a net of checks, but no more', async () => {
  const layers = Array.from({ length: 40 }, (_, layer) => Array.from({ length: 5 }, (_, i) => `c${layer}_${i}`))
  const after = layers.flatMap((names, layer) =>
    names.map((name) => [name, `[${(layers[layer - 1] ?? []).join(', ')}]`]),
  )
  expect(await problemsOf(writeFiles({ 'a.yaml': config(Object.fromEntries(after)) }))).toEqual([])
})
