import { expect } from 'vitest'
import type { Outcome } from './command.ts'
import { parsePluginOutput } from './plugin-output.ts'
import { ALERT, SENDER } from './scene.ts'
import type { ReceivedMail } from './smtp.ts'

/** Text that would do harm where it were passed on as it is. None is a timestamp. */
export const HOSTILE: readonly (readonly [string, string])[] = [
  ['a header of its own', 'x\r\nBcc: evil@domain.tld\r\nX-Evil: yes\r\n\r\nbody'],
  ['a header behind a bare line feed', 'x\nTo: evil@domain.tld'],
  ['a header behind a bare return', 'x\rCc: evil@domain.tld'],
  ['a header behind separators of Unicode', 'x\u2028Bcc: evil@domain.tld\u2029\u0085Bcc: evil@domain.tld'],
  ['an encoded word', '=?utf-8?q?x=0D=0ABcc:_evil@domain.tld?='],
  ['escapes for a terminal', '\u001b[31mred\u001b[0m\u001b]0;title\u0007\u001b[2J\u009b1mbold\b\b'],
  ['a bar and data of its own', "x | evil=1;2;3 'a b'=4"],
  ['quotes and equals signs', `it's="x"='y'=`],
  ['marks that turn text around', '\u202egnp.exe\u202c\u2066x\u2069\u200f\u061c'],
  ['characters without a width', 'a\u200bb\ufeffc\u{e0041}\u2060'],
  ['commands for a shell', '`touch /tmp/evil` $(touch /tmp/evil) ; touch /tmp/evil & $HOME ${HOME}'],
  ['words for a page', '<script>alert(1)</script><img src=x onerror=alert(1)>&amp;'],
  ['the end of a message', 'x\r\n.\r\nQUIT\r\n'],
  ['a boundary of MIME', 'x\r\n--boundary\r\nContent-Type: text/html\r\n\r\n<b>evil</b>'],
  ['characters beyond the first plane', '🔥💥\u{1f468}\u200d\u{1f469}'],
]
/** The same, and what only a database or a file can hold. */
export const OF_A_DATABASE: readonly (readonly [string, string])[] = [
  ...HOSTILE,
  ['a NUL', 'a\u0000b'],
  ['half a character', 'x\ud800y'],
  ['a megabyte', 'x'.repeat(1_048_576)],
  ['a megabyte of lines', 'Bcc: evil@domain.tld\r\n'.repeat(47_662)],
  ['a megabyte of marks', '\u202e'.repeat(1_048_576)],
]

/** The header lines of a mail, sorted. */
export const HEADERS = [
  'auto-submitted',
  'content-type',
  'date',
  'from',
  'list-id',
  'message-id',
  'mime-version',
  'subject',
  'to',
  'x-auto-response-suppress',
  'x-lastalive-check',
  'x-lastalive-state',
]

/** Those of a mail that is not the first of its incident. */
export const LATER_HEADERS = [...HEADERS, 'in-reply-to', 'references'].toSorted()

/** That a mail says what it says to whom it is for, and nothing else. */
export function expectWhole(mail: ReceivedMail | undefined, headers: readonly string[] = HEADERS): void {
  expect(mail?.to).toEqual([ALERT])
  expect(mail?.from).toBe(SENDER)
  const { raw = '', parsed } = mail ?? {}
  expect(parsed?.headerLines.map(({ key }) => key).toSorted()).toEqual(headers)
  expect([parsed?.to].flat().map((to) => to?.text)).toEqual([ALERT])
  expect([parsed?.cc, parsed?.bcc, parsed?.attachments]).toEqual([undefined, undefined, []])
  expect(parsed?.subject).toMatch(/^\[lastalive\] [^\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]{1,200}$/u)
  expect(parsed?.html).not.toMatch(/<(?:script|img)/)
  expect(longestLine(raw)).toBeLessThan(998)
  expect(raw).not.toMatch(/[^\r]\n|\r[^\n]|[^\x20-\x7e\r\n\t]/)
  expect(raw.length).toBeLessThan(20_000)
}

/** How many characters the longest line of a message has. */
export function longestLine(raw: string): number {
  return raw.split('\r\n').reduce((longest, { length }) => Math.max(longest, length), 0)
}

/** That what was printed moves nothing on a terminal. */
export function expectPlain({ stdout, stderr }: Outcome): void {
  expectUnmoved(stdout)
  expect(stdout.length).toBeLessThan(4_096)
  expect(stderr).toBe('')
}

/** That a text of lines has nothing in it but what is seen. */
export function expectUnmoved(text: string): void {
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Cs}]/u)
}

interface Judged {
  readonly state: string
  readonly checks: readonly { readonly name: string; readonly summary: string }[]
}

/** The checks in JSON output, which is one line. */
export function judgedIn({ stdout }: Outcome): Judged {
  expect(stdout).toMatch(/^[^\n]+\n$/)
  // What our own command prints, compared below.
  return JSON.parse(stdout) as Judged
}

/** The forms of a report. */
export const FORMS = ['nagios', 'text', 'json'] as const

/** That a report on mdx, whose value is no timestamp, says so and nothing else. */
export function expectHarmless(outcome: Outcome, form: (typeof FORMS)[number]): void {
  expectPlain(outcome)
  if (form === 'nagios') {
    expect(parsePluginOutput(outcome.stdout)).toMatchObject({
      state: 'UNKNOWN',
      perfdata: [
        { label: 'mdx', value: undefined, critical: '600' },
        { label: expect.stringMatching(/^skew_\w+$/) },
        { label: expect.stringMatching(/^response_\w+$/) },
      ],
    })
  }
  if (form === 'json') {
    expect(judgedIn(outcome)).toMatchObject({ state: 'unknown', checks: [{}, { name: 'mdx' }] })
  }
}
