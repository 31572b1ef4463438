import { expect, test } from 'vitest'
import type { Check } from '../../../src/core/check.ts'
import { blockDependents } from '../../../src/core/judge/depend.ts'
import type { Severity, Verdict } from '../../../src/core/types.ts'
import { aCheck, aVerdict } from '../builders.ts'

const checks = new Map<string, Check>(
  [
    aCheck({ name: 'router' }),
    aCheck({ name: 'web', after: ['router'] }),
    aCheck({ name: 'shop', after: ['web'] }),
    aCheck({ name: 'free' }),
  ].map((check) => [check.name, check]),
)

const verdict = (check: string, severity: Severity, changes: Partial<Verdict> = {}): Verdict =>
  aVerdict(severity, { check, ...changes })

/** What blocks each of the verdicts. */
function blockers(verdicts: readonly Verdict[], open: readonly string[] = []): readonly (string | undefined)[] {
  return blockDependents(verdicts, { checks, isOpen: (name) => open.includes(name) }).map((one) => one.blockedBy)
}

test.each<[string, readonly Verdict[], readonly string[], readonly (string | undefined)[]]>([
  ['nothing blocks what depends on nothing', [verdict('free', 'critical')], ['router'], [undefined]],
  [
    'what it depends on is not well',
    [verdict('router', 'critical'), verdict('web', 'critical')],
    [],
    [undefined, 'router'],
  ],
  ['a warning is enough', [verdict('router', 'warning'), verdict('web', 'critical')], [], [undefined, 'router']],
  [
    'what it depends on is well',
    [verdict('router', 'ok'), verdict('web', 'critical')],
    ['router'],
    [undefined, undefined],
  ],
  ['what is well stays so', [verdict('router', 'critical'), verdict('web', 'ok')], [], [undefined, undefined]],
  [
    'it goes on through several',
    [verdict('router', 'critical'), verdict('web', 'critical'), verdict('shop', 'critical')],
    [],
    [undefined, 'router', 'web'],
  ],
  ['what was not read counts by its incident', [verdict('web', 'critical')], ['router'], ['router']],
  ['what was not read and has none does not count', [verdict('web', 'critical')], [], [undefined]],
  [
    'one row that is not well is enough',
    [verdict('router', 'ok', { item: 'a' }), verdict('router', 'critical', { item: 'b' }), verdict('web', 'critical')],
    [],
    [undefined, undefined, 'router'],
  ],
  [
    'what a database blocks stays blocked by it',
    [verdict('router', 'critical'), verdict('web', 'unknown', { blockedBy: 'database:mail' })],
    [],
    [undefined, 'database:mail'],
  ],
])('%s', (_, verdicts, open, expected) => expect(blockers(verdicts, open)).toEqual(expected))

test('what has no check of its own is not blocked', () =>
  expect(blockers([verdict('router', 'critical'), verdict('database:mail', 'critical')])).toEqual([
    undefined,
    undefined,
  ]))

test('it is blocked too where each check depends on another', () =>
  expect(
    blockDependents([verdict('web', 'critical')], {
      checks: new Map([['web', aCheck({ name: 'web', after: ['router'] })]]),
      isOpen: () => true,
    }),
  ).toMatchObject([{ blockedBy: 'router', summary: 'not judged: router: not well' }]))

test('the verdicts are the same where nothing depends on anything', () => {
  const verdicts = [verdict('free', 'critical')]
  expect(blockDependents(verdicts, { checks: new Map([['free', aCheck({ name: 'free' })]]), isOpen: () => true })).toBe(
    verdicts,
  )
})

test('says of a row what keeps it from being judged', () => {
  const [, web] = blockDependents([verdict('router', 'critical'), verdict('web', 'critical', { item: 'a' })], {
    checks,
    isOpen: () => false,
  })
  expect(web).toMatchObject({
    check: 'web',
    item: 'a',
    severity: 'unknown',
    cause: 'blocked',
    summary: 'not judged: router: silent for 42 min (limit 10 min)',
  })
})
