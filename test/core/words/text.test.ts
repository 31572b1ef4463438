import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { clean, nearest, quote, redact, shorten } from '../../../src/core/words/text.ts'

describe('clean text', () => {
  test.each([
    ['a newline', 'a\nb', 'a\\nb'],
    ['a carriage return', 'a\r\nBcc: x', 'a\\r\\nBcc: x'],
    ['a tab', 'a\tb', 'a\\tb'],
    ['an escape code', '\u001b[2J', '\\x1b[2J'],
    ['NUL', 'a\0b', 'a\\x00b'],
    ['a direction mark', 'a\u202eb', 'a\\u202eb'],
    ['an Arabic letter mark', 'a\u061cb', 'a\\u061cb'],
    ['a line separator', 'a\u2028b', 'a\\u2028b'],
    ['half a character', 'a\ud800b', 'a\\ud800b'],
    ['a tag character', 'a\u{e0041}b', 'a\\u{e0041}b'],
  ])('shows %s', (_, text, shown) => expect(clean(text)).toBe(shown))

  test.each(['naïve', '漢字', 'नमस्ते', '👩‍👩‍👧', 'می‌خواهم'])('leaves %s alone', (text) => expect(clean(text)).toBe(text))

  test('is one line without control characters, whatever went in', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(clean(text)).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e]/u)
      }),
    ))
})

test.each([
  ['short', 'short', 10],
  ['exactly ten', 'exactly t…', 10],
  ['👍👍👍👍', '👍👍…', 3],
  ['👍👍👍', '👍👍👍', 3],
  ['exactly', 'exactly', 7],
  ['', '', 3],
])('"%s" is cut to "%s"', (text, cut, length) => expect(shorten(text, length)).toBe(cut))

test('a value of a megabyte is quoted short', () => expect(quote('y'.repeat(1_000_000)).length).toBeLessThan(70))

test.each([
  ['as it is', 'login s3cret failed', 'login *** failed'],
  ['percent-encoded', 'url with p%40ss%2Fw', 'url with ***'],
  ['percent-encoded with small digits', 'url with p%40ss%2fw', 'url with ***'],
  ['percent-encoded more than it has to be', 'url with %70@ss%2Fw', 'url with ***'],
  ['percent-encoded less than it has to be', 'url with p@ss%2Fw', 'url with ***'],
  ['that was given percent-encoded', 'said größe+1 and gr%C3%B6%c3%9fe+1', 'said *** and ***'],
  ['as a form has it', 'said two+words and two%20words', 'said *** and ***'],
  ['the longer of two first, also where it is encoded', 's3cret%2Dmore', '***'],
  ['the longer of two first', 's3cret-more', '***'],
  ['but not a letter that other words have too', 'database', 'database'],
])('hides a secret %s', (_, text, shown) =>
  expect(
    redact(text, ['s3cret', 's3cret-more', 'p@ss/w', 'gr%C3%B6%C3%9Fe+1', 'two words', '%61', 'a', '50% off', '']),
  ).toBe(shown),
)

test.each([
  ['critcal', 'critical'],
  ['warnings', 'warning'],
  ['databse', 'database'],
  ['missnig', 'missing'],
  ['crtcal', 'critical'],
  ['wrnng', undefined],
  ['ky', 'key'],
  ['xkey', 'key'],
  ['kye', 'key'],
  ['KEY', 'key'],
  ['xyz', undefined],
])('%s most likely means %s', (written, meant) =>
  expect(nearest(written, ['critical', 'warning', 'database', 'missing', 'key'])).toBe(meant),
)

test.each<[string, string, readonly string[], string | undefined]>([
  ['the nearest, wherever it stands', 'tabel', ['tablets', 'table', 'label'], 'table'],
  ['the nearest, though a further one comes first', 'warnin', ['warm in', 'warning'], 'warning'],
  ['the first of two that are as near', 'bat', ['cat', 'hat'], 'cat'],
  ['one with a letter more', 'd', ['id'], 'id'],
  ['two letters that changed places', 'di', ['id'], 'id'],
  ['no letter that only moved to the left', 'xb', ['bc'], undefined],
  ['no letter that only moved to the right', 'cx', ['bc'], undefined],
  ['nothing where two changed places and one is missing', 'kye', ['keyx'], undefined],
  ['nothing where nothing is known', 'key', [], undefined],
])('a misspelt name means %s', (_, name, known, meant) => expect(nearest(name, known)).toBe(meant))
