import { expect, test } from 'vitest'
import { processorMs } from '../../support/processor.ts'
import { explained } from '../rules/explained.ts'

/** A check, whose lines begin with the fourth. */
const check = (...lines: readonly string[]): string =>
  `${['databases: { mail: "x" }', 'checks:', '  mdx:', ...lines].join('\n')}\n`
const inBraces = (...lines: readonly string[]): string => `checks:\n${lines.join('\n')}\n`

test.each([
  [
    'one blank too far',
    check('    database: mail', '     key: k', '    critical: 10m'),
    '5: has 5 blanks before it; write 4, as before database in line 4',
  ],
  [
    'one blank too few',
    check('    database: mail', '   key: k', '    critical: 10m'),
    '5: has 3 blanks before it; write 4, as before database in line 4',
  ],
  [
    'one blank too far inside',
    check('    faults:', '      denied: ok', '       failed: ok'),
    '6: has 7 blanks before it; write 6, as before denied in line 5',
  ],
  [
    'a check too far to the left',
    check('    database: mail', ' mdy:', '    database: mail'),
    '5: has 1 blank before it; write 2, as before mdx in line 3',
  ],
  [
    'a check too far to the right',
    check('    database: mail', '   mdy:', '    database: mail'),
    '5: has 3 blanks before it; write 2, as before mdx in line 3',
  ],
  [
    'a blank at the very top',
    'timezone: UTC\n instance: x\nchecks: {}\n',
    '2: has 1 blank before it; write 0, as before timezone in line 1',
  ],
  [
    'an item too far to the left',
    check('    tags:', '    - a', '   - b'),
    '6: has 3 blanks before it; write 4, as in line 5',
  ],
  [
    'names beside items',
    inBraces('  - mdx: x', '  b: y'),
    '3: a list and names stand beside each other; write all with "- ", or none',
  ],
  [
    'an open quote',
    check('    key: "k', '    critical: 10m', '  b: { key: k }'),
    '4: a quote (") is not closed; write " at its end',
  ],
  [
    'an open quote, and others below',
    check('    key: "k', '    critical: 10m', '    note: "b"'),
    '4: a quote (") is not closed; write " at its end',
  ],
  [
    'an open quote at the end',
    check('    database: mail', "    key: 'k"),
    "5: a quote (') is not closed; write ' at its end",
  ],
  [
    'an open quote in braces',
    inBraces('  mdx: { key: "k, critical: 10m }', '  b: { key: k }'),
    '2: a quote (") is not closed; write " at its end',
  ],
  [
    'an apostrophe in quotes',
    check("    note: 'it's k'", '    critical: 10m'),
    "4: the quotes end before the value does; put all of it in quotes, with '' for one inside",
  ],
  [
    'words behind a quote',
    check('    note: "a" and "b"'),
    '4: the quotes end before the value does; put all of it in quotes, with \\" for one inside',
  ],
  [
    'no blank behind a colon',
    check('    critical:10m', '    key: k'),
    '4: lacks a blank behind its colon; write critical: 10m',
  ],
  [
    'no blank behind a later colon',
    check('    key: k', '    critical:10m', '  b:'),
    '5: lacks a blank behind its colon; write critical: 10m',
  ],
  [
    'no blank in the middle',
    check('    key: k', '    critical:10m', '    note: x'),
    '5: lacks a blank behind its colon; write critical: 10m',
  ],
  [
    'no blank before what may be secret',
    check('    key: k', '    token:gehe1m'),
    '5: lacks a blank behind its colon; write token: …',
  ],
  ['no colon', check('    database mail', '    key: k'), '4: lacks a colon; write database: …'],
  ['no colon behind a name', inBraces('  mdx', '    database: mail'), '2: lacks a colon; write mdx:'],
  ['an open brace', inBraces('  mdx: { key: k', '  b: { key: k }'), '2: a { is not closed; write } at its end'],
  ['an open bracket at the end', 'b: [', '1: a [ is not closed; write ] at its end'],
  ['an open bracket', check('    tags: [a, b', '    key: k'), '4: a [ is not closed; write ] at its end'],
  ['a brace too many', inBraces('  mdx: { key: k }}'), '2: a bracket is closed that is not open; take one out'],
  ['no comma', inBraces('  mdx: { database: mail key: k }'), '2: a comma is missing; write one between two entries'],
  [
    'a remark that was none',
    inBraces('  mdx: { key: a #b, critical: 10m }'),
    '2: what stands behind a blank and # is a remark; put the value in quotes',
  ],
  ['a colon in a value', check('    note: see: this'), '4: the value has ": " in it; put it in quotes'],
  ['a colon in SQL', check("    query: select 1 where a = 'x: y'"), '4: the value has ": " in it; put it in quotes'],
  ['a sign that means something', check('    note: %x'), '4: the value begins with "%"; put it in quotes'],
])('says of %s what to write, and where', (_, source, words) => {
  expect(explained(source).map(({ line, text }) => `${line}: ${text}`)).toEqual([words])
})

test.each([
  ['quotes in a block of text', check('    query: |', '      select "a', '    note: see: this'), 6],
  ['a text of several lines in quotes', check('    note: "a', '      b"', '    runbook: %x'), 6],
])('is not misled by %s', (_, source, line) => {
  expect(explained(source).map((problem) => problem.line)).toEqual([line])
})

test.each([
  ['quotes that open and close', `a: ${"'' ".repeat(50_000)}b: c`],
  ['brackets', `a: ${'[ '.repeat(90)}${'{ a: b } '.repeat(50_000)}`],
  ['lines', `${'a: b\n'.repeat(50_000)}c: "d`],
])('is done with %s in no time', (_, source) => {
  const start = processorMs()
  explained(source)
  expect(processorMs() - start).toBeLessThan(1_000)
})
