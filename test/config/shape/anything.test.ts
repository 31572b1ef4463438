import { writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { dump } from 'js-yaml'
import { expect, test } from 'vitest'
import { readConfig, requireValid } from '../../../src/config/shape/schema.ts'
import { ConfigError } from '../../../src/core/errors.ts'
import { SQL } from '../../../src/sources/sql/kind.ts'
import { NOTIFIER_KINDS } from '../../support/kinds.ts'
import { problemsOf, writeFiles } from '../read/written.ts'

const KEYS = [
  'databases',
  'notifiers',
  'checks',
  'defaults',
  'instance',
  'timezone',
  'url',
  'password_file',
  'timeout',
  'mail',
  'to',
  'smtp',
  'sendmail',
  'database',
  'key',
  'warning',
  'critical',
  'faults',
  'unreachable',
  'notify',
  'failures',
  'remind',
  '__proto__',
  'constructor',
  'toString',
  '<<',
]
const key = fc.oneof(fc.constantFrom(...KEYS), fc.string({ maxLength: 5 }))
const leaf = fc.oneof(
  fc.string(),
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom('10m', 'mail', 'always', 'UTC', 'x@y', '${X}', '[]'),
)
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 6 },
    leaf,
    fc.dictionary(key, tie('tree'), { maxKeys: 6 }),
    fc.array(tie('tree'), { maxLength: 3 }),
  ),
}))
const shaped = fc.record(
  Object.fromEntries(
    KEYS.slice(0, 6).map((name) => [name, fc.oneof(tree, fc.dictionary(key, fc.dictionary(key, tree)))]),
  ),
  { requiredKeys: [] },
)
const written = fc.oneof(tree, shaped)

function refusalOf(raw: unknown): unknown {
  const place = (path: readonly (string | number)[]) => ({ label: path.join('.'), order: 0 })
  const found = { place, problems: [], remarks: [], secrets: [], secretFiles: new Map<string, string>() }
  try {
    requireValid(
      readConfig({
        raw,
        origin: 'o',
        mayLackUrl: false,
        edition: '',
        notifierKinds: NOTIFIER_KINDS,
        sourceKinds: [SQL],
        ...found,
      }),
    )
  } catch (error) {
    return error
  }
  return undefined
}

test('takes or refuses anything, and never breaks', () => {
  const isAnswer = (error: unknown) =>
    error === undefined || (error instanceof ConfigError && error.problems.length > 0)
  fc.assert(
    fc.property(written, (raw) => {
      expect(refusalOf(raw)).toSatisfy(isAnswer)
    }),
    { numRuns: 400 },
  )
})

test('takes or refuses any file, and names the file and the line of each problem', async () => {
  const directory = writeFiles({})
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        written.map((raw) => dump(raw)),
        fc.string(),
      ),
      async (text) => {
        writeFileSync(`${directory}/a.yaml`, text, { mode: 0o600 })
        for (const problem of await problemsOf(directory)) expect(problem).toMatch(/^a\.yaml:\d+: /)
      },
    ),
    { numRuns: 100 },
  )
})
