import { defineConfig } from 'vitest/config'
import { builtSqliteChild, sqliteAlias } from './test/support/sqlite-child.ts'

export default defineConfig({
  plugins: [builtSqliteChild()],
  resolve: { alias: sqliteAlias },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
    maxConcurrency: 3,
    reporters: ['default', './test/support/wall-time.ts'],
  },
})
