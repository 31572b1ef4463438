import { defineConfig } from 'vitest/config'

/** The tests of the core alone, each as short as it may be: they run once for each mutant. */
export default defineConfig({
  test: {
    include: ['test/core/**/*.test.ts', 'test/model/laws.test.ts', 'test/cli/output/perfdata.test.ts'],
    env: { LASTALIVE_TEST_SHARE: '0.01' },
    pool: 'threads',
    maxWorkers: 1,
    testTimeout: 30_000,
  },
})
