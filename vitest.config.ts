import { configDefaults, defineConfig } from 'vitest/config'
import { LongestFirst } from './test/support/longest-first.ts'
import { builtSqliteChild, sqliteAlias } from './test/support/sqlite-child.ts'

/** Postfix's master serves root only: for others there is nothing to run, and nothing that an installation could mend. */
const OF_ROOT = ['test/e2e/postfix.test.ts']

export default defineConfig({
  plugins: [builtSqliteChild()],
  resolve: { alias: sqliteAlias },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...(process.getuid?.() === 0 ? [] : OF_ROOT)],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
    maxConcurrency: 3,
    sequence: { sequencer: LongestFirst },
    reporters: ['default', './test/support/wall-time.ts'],
  },
})
