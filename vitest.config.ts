import { configDefaults, defineConfig } from 'vitest/config'
import { LongestFirst } from './test/support/longest-first.ts'
import { builtSqliteChild, sqliteAlias } from './test/support/sqlite-child.ts'

/** Mail systems that serve root only: for others there is nothing to run, and nothing that an installation could mend. */
const OF_ROOT = process.getuid?.() === 0 ? [] : ['test/e2e/{mail-queues,postfix}.test.ts']

/** These take the whole machine, so that whatever ran beside them would be late. */
const STORMS = ['test/e2e/storm.test.ts', 'test/e2e/flood.test.ts']

/**
 * What takes long, or needs programs that only `.ci/run` unpacks: each input of a large table, each moment of a kill,
 * other monitoring systems. `npm test` leaves them out; `.ci/run` sets LASTALIVE_TEST_ALL=1. See test/README.md.
 */
const THOROUGH = [
  'test/architecture-broken.test.ts',
  'test/docs/add-a-kind.test.ts',
  'test/cli/completion/completion.test.ts',
  'test/drivers/sqlite/values.test.ts',
  'test/examples/{jobs,on-calendar,prometheus,systemd}.test.ts',
  'test/peers/**/*.test.ts',
  'test/recipes/**/*.test.ts',
  'test/e2e/{contract,crash,cures-mysql,dead-mount,exec-more,hostile,hostile-together,hour,icinga,item-names,lockfiles,no-traces}.test.ts',
  'test/e2e/{install,mail-queues,mailers,many-databases,nagios,output,overlap,postfix,prometheus,secrets,secrets-web,side-by-side}.test.ts',
  'test/e2e/{smtp,spoilt,spool-more,strays,system-calls,system-calls-together,webhook}.test.ts',
  ...STORMS,
]
const LEFT_OUT = process.env.LASTALIVE_TEST_ALL === '1' ? [] : THOROUGH

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
          exclude: [...configDefaults.exclude, ...STORMS, ...OF_ROOT, ...PURE, ...LEFT_OUT],
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
      {
        extends: true,
        test: {
          name: 'storms',
          include: STORMS,
          exclude: [...configDefaults.exclude, ...LEFT_OUT],
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
