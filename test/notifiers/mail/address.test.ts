import { expect, test } from 'vitest'
import { UsageError } from '../../../src/core/errors.ts'
import { parseAddress } from '../../../src/notifiers/mail/address.ts'

test.each([
  ['a plain address', 'alert@domain.tld', 'alert@domain.tld'],
  ['a tag', 'ops+alert@domain.tld', 'ops+alert@domain.tld'],
  ['a local mailbox', 'root', 'root'],
  ['an address literal', 'ops@[127.0.0.1]', 'ops@[127.0.0.1]'],
  ['an international domain, in its ASCII form', 'ops@dömain.tld', 'ops@xn--dmain-jua.tld'],
  ['an international local part', 'öps@domain.tld', 'öps@domain.tld'],
])('takes %s', (_, text, envelope) => expect(parseAddress(text, 'ops: to')).toBe(envelope))

test.each([
  ['nothing', ''],
  ['a name beside it', 'Ops <ops@domain.tld>'],
  ['two in one', 'ops@domain.tld, root'],
  ['two domains', 'ops@evil.example@domain.tld'],
  ['no domain after the @', 'ops@'],
  ['a line break', 'ops@domain.tld\r\nRCPT TO:<evil@domain.tld>'],
  ['a NUL', 'ops\0@domain.tld'],
  ['a space', 'ops @domain.tld'],
  ['a direction mark', 'ops\u202e@domain.tld'],
  ['an option', '-oQ/tmp@domain.tld'],
  ['a quoted local part', '"a b"@domain.tld'],
])('refuses %s', (_, text) => expect(() => parseAddress(text, 'ops: to')).toThrow(UsageError))

test('says what to write, with the text made harmless', () => {
  expect(() => parseAddress('a b\r\n@x', 'ops: to')).toThrow(
    'ops: to: "a b\\r\\n@x" is not a mail address; write it plainly, like alert@domain.tld',
  )
})
