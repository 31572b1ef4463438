import { configDefaults, defineConfig } from 'vitest/config'
import { LongestFirst } from './test/support/longest-first.ts'
import { builtSqliteChild, sqliteAlias } from './test/support/sqlite-child.ts'

/** Postfix's master serves root only: for others there is nothing to run, and nothing that an installation could mend. */
const OF_ROOT = process.getuid?.() === 0 ? [] : ['test/e2e/postfix.test.ts']

/** These take the whole machine, so that whatever ran beside them would be late. */
const STORMS = ['test/e2e/overlap.test.ts', 'test/e2e/flood.test.ts']

export default defineConfig({
  plugins: [builtSqliteChild()],
  resolve: { alias: sqliteAlias },
  test: {
    testTimeout: 60_000,
    hookTimeout: 180_000,
    pool: 'forks',
    maxConcurrency: 3,
    reporters: ['default', './test/support/wall-time.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'suites',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...STORMS, ...OF_ROOT],
          maxWorkers: 3,
          sequence: { sequencer: LongestFirst, groupOrder: 0 },
        },
      },
      { extends: true, test: { name: 'storms', include: STORMS, maxWorkers: 1, sequence: { groupOrder: 1 } } },
    ],
  },
})
