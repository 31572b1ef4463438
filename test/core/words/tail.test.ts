import { expect, test } from 'vitest'
import { tailOf } from '../../../src/core/words/tail.ts'

const numbered = (count: number) => Array.from({ length: count }, (_, i) => `line ${i + 1}`)

test.each<[string, string, readonly string[]]>([
  ['shows nothing of nothing', '', []],
  ['shows nothing of empty lines', '\n\r\n \n', []],
  ['shows its lines', 'one\ntwo\n', ['one', 'two']],
  ['keeps an empty line between others', 'one\n\ntwo\n', ['one', '', 'two']],
  ['shows the last 20 lines', numbered(25).join('\n'), numbered(25).slice(5)],
  ['leaves out what a carriage return overwrote', '10 %\r50 %\r100 %\ndone\r\n', ['100 %', 'done']],
  ['shows what cannot be seen', 'a\u001b[31mb\u202e', ['a\\x1b[31mb\\u202e']],
  ['shows a tab as blanks', 'a\tb', ['a    b']],
  ['shows the end of a line that is too long', `${'x'.repeat(3_000)}y`, [`…${'x'.repeat(1_998)}y`]],
  [
    'shows no more than 2,000 characters',
    `${'x'.repeat(1_500)}\n${'y'.repeat(1_500)}`,
    [`…${'x'.repeat(499)}`, 'y'.repeat(1_500)],
  ],
])('%s', (_, output, lines) => expect(tailOf(output)).toEqual(lines))
