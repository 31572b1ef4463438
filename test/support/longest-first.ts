import { relative } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Suites that take long, the longest first: begun last, one of them would keep all others waiting. */
const LONG = [
  'test/e2e/crash.test.ts',
  'test/e2e/system-calls.test.ts',
  'test/e2e/system-calls-together.test.ts',
  'test/e2e/classic.test.ts',
  'test/e2e/hostile.test.ts',
  'test/e2e/lockfiles.test.ts',
  'test/e2e/smtp.test.ts',
  'test/e2e/secrets.test.ts',
  'test/model/every-history.test.ts',
  'test/e2e/telling.test.ts',
  'test/recipes/recipes.test.ts',
  'test/peers/peers.test.ts',
]

/** Begins with the suites that take long. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const rankOf = ({ moduleId }: TestSpecification): number => {
      const rank = LONG.indexOf(relative(process.cwd(), moduleId))
      return rank === -1 ? LONG.length : rank
    }
    return sorted.toSorted((a, b) => rankOf(a) - rankOf(b))
  }
}
