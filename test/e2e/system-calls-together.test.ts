import { test } from 'vitest'
import { expectNothingLost, SILENT } from '../support/killing.ts'
import { canTrace, STRACE_MISSING } from '../support/strace.ts'

const FIVE = ['a', 'b', 'c', 'd', 'e']
const MAIL = ['connect socket 127.0.0.1', 'writev socket MAIL', 'write socket .', 'write socket QUIT']

test.skipIf(!canTrace()).each([
  [
    'says five things in one message',
    FIVE,
    { ops: ['ops@domain.tld'] },
    FIVE.flatMap((name) => ['write', 'fsync', 'rename'].map((call) => `${call} ${name}.lck.tmp`)),
  ],
  [
    'tells three notifiers, one of them through a program, and two addresses of one',
    ['mdx'],
    { ops: ['ops@domain.tld', 'chief@domain.tld'], night: ['night@domain.tld'], local: ['root@domain.tld'] },
    // The message goes to the program as it goes to a server.
    ['write socket Auto-Submitted'],
  ],
])(
  `a run that %s, killed at each system call, loses nothing (${STRACE_MISSING} where skipped)`,
  {
    timeout: 600_000,
  },
  async (_, names, to, its) => {
    const ages = [Object.fromEntries(names.map((name) => [name, SILENT]))]
    const says = names.map((name) => `CRITICAL ${name}`)
    await expectNothingLost({ ages, to }, { says, code: 2, moments: [...its, ...MAIL] })
  },
)
