import { test } from 'vitest'
import { ALIVE, expectNothingLost, SILENT } from '../support/killing.ts'
import { canTrace, STRACE_MISSING } from '../support/strace.ts'

const OPS = { ops: ['ops@domain.tld'] }
const LOCK = ['ftruncate run.lock', 'pwrite64 run.lock']
const MAIL = ['connect socket 127.0.0.1', 'writev socket MAIL', 'write socket .', 'write socket QUIT']
const LAST_RUN = ['write last-run.json.tmp', 'fsync last-run.json.tmp', 'rename last-run.json.tmp', 'fsync state']

/** The moments of a file that is replaced. */
function replaced(file: string): readonly string[] {
  return ['write', 'fsync', 'rename'].map((call) => `${call} ${file}.tmp`)
}

test.skipIf(!canTrace()).each([
  [
    'opens an incident',
    [{ mdx: SILENT }],
    { says: ['CRITICAL mdx'], code: 2 },
    ['open run.lock', 'open journal.jsonl', ...replaced('mdx.lck')],
  ],
  [
    'closes one',
    [{ mdx: SILENT }, { mdx: ALIVE }],
    { says: ['OK mdx'], code: 0 },
    [...replaced('mdx.lck'), 'unlink mdx.lck'],
  ],
  [
    'closes one and opens another',
    [
      { mdx: SILENT, imports: ALIVE },
      { mdx: ALIVE, imports: SILENT },
    ],
    { says: ['CRITICAL imports', 'OK mdx'], code: 2 },
    [...replaced('mdx.lck'), ...replaced('imports.lck'), 'unlink mdx.lck'],
  ],
])(
  `a run that %s, killed at each system call, loses nothing (${STRACE_MISSING} where skipped)`,
  {
    timeout: 600_000,
  },
  async (_, ages, ending, its) => {
    const moments = [...LOCK, 'write journal.jsonl', 'fdatasync journal.jsonl', ...its, ...MAIL, ...LAST_RUN]
    await expectNothingLost({ ages, to: OPS }, { ...ending, moments })
  },
)
