import { configDefaults, defineConfig } from 'vitest/config'
import { LongestFirst } from './test/support/longest-first.ts'
import { builtSqliteChild, sqliteAlias } from './test/support/sqlite-child.ts'

/** Postfix's master serves root only: for others there is nothing to run, and nothing that an installation could mend. */
const OF_ROOT = process.getuid?.() === 0 ? [] : ['test/e2e/postfix.test.ts']

/** These take the whole machine, so that whatever ran beside them would be late. */
const STORMS = ['test/e2e/storm.test.ts', 'test/e2e/flood.test.ts']

/** More than there are cores: many a suite waits most of its time. In full they wait less. */
const WORKERS = process.env.LASTALIVE_TEST_SHARE === '1' ? 3 : 4

/** They share nothing that one could spoil for another, so that they need not each load everything anew. */
const PURE = ['test/{core,config,model}/**/*.test.ts']

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
          exclude: [...configDefaults.exclude, ...STORMS, ...OF_ROOT, ...PURE],
          maxWorkers: WORKERS,
          sequence: { sequencer: LongestFirst, groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'pure',
          include: PURE,
          isolate: false,
          maxWorkers: WORKERS,
          sequence: { sequencer: LongestFirst, groupOrder: 0 },
        },
      },
      { extends: true, test: { name: 'storms', include: STORMS, maxWorkers: 1, sequence: { groupOrder: 1 } } },
    ],
  },
})
