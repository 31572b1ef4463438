import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runProgram } from './support/command.ts'

/** A copy of the sources, in which one file is changed at a time. */
const copy = mkdtempSync(join(tmpdir(), 'lastalive-house-'))
beforeAll(() => {
  for (const folder of ['src', 'bin', 'test']) cpSync(folder, join(copy, folder), { recursive: true })
})
afterAll(() => rmSync(copy, { recursive: true, force: true }))

const RULES = ['test/architecture.test.ts', 'test/architecture-kinds.test.ts']

const ADD = "import { addDays } from 'date-fns/addDays'\n"

/** What is written into a file, and the rule that has to notice. */
test.each<[what: string, file: string, line: string, rule: string]>([
  ['an import of what is above', 'src/core/lists.ts', "import '../io/now.ts'", 'imports go down only'],
  [
    'an import of a room of the same floor',
    'src/store/memory.ts',
    "import '../notifiers/outcome.ts'",
    'imports go down only',
  ],
  [
    'a run that knows a database',
    'src/run/tell.ts',
    "import '../drivers/driver.ts'",
    'a run knows nothing but the core',
  ],
  ['a kind that knows another', 'src/notifiers/icinga/api.ts', "import '../mail/address.ts'", 'do not know each other'],
  ['a kind that is known elsewhere', 'src/setup/setup.ts', "import '../notifiers/mail/kind.ts'", 'have a line in'],
  ['a configuration that names a kind', 'src/config/load.ts', "export const x = 'webhook'", 'are named neither'],
  ['a source that knows another', 'src/sources/http/reading.ts', "import '../redis/look.ts'", 'do not know each other'],
  ['a source without a line', 'src/sources/elsewhere/kind.ts', 'export {}', 'have a line in'],
  ['a core that names a source', 'src/core/lists.ts', "export const x = 'redis'", 'are named neither'],
  ['a circle', 'src/core/lists.ts', "import './lists.ts'", 'there is no circle'],
  ['an import of nothing', 'src/core/lists.ts', "import './not-there.ts'", 'each import leads to a file'],
  ['a file without a room', 'src/elsewhere/new.ts', 'export {}', 'each file has a room'],
  ['Node in the core', 'src/core/lists.ts', "import 'node:fs'", 'imports nothing of Node'],
  ['a clock in the core', 'src/core/lists.ts', 'export const now = Date.now()', 'has no process, no clock and no dice'],
  ['a driver that is loaded at once', 'src/drivers/open.ts', "import pg from 'pg'", 'heavy packages are imported'],
  [
    'a Redis client that is loaded at once',
    'src/drivers/open.ts',
    "import { Redis } from 'ioredis'",
    'heavy packages are imported',
  ],
  [
    'a driver that is loaded at once in several lines',
    'src/drivers/open.ts',
    "import {\n  Redis,\n} from 'ioredis'",
    'heavy packages are imported',
  ],
  ['croner elsewhere', 'src/core/time/cron.ts', "import { Cron } from 'croner'", 'croner is loaded where'],
  ['all of date-fns', 'src/core/lists.ts', "import { addDays } from 'date-fns'", 'says in which zone'],
  [
    'date-fns by another name',
    'src/core/lists.ts',
    "import { addDays as x } from 'date-fns/addDays'",
    'says in which zone',
  ],
  ['a date without a zone', 'src/core/lists.ts', `${ADD}addDays(x, 1)`, 'says in which zone'],
  ['a date whose zone may be missing', 'src/core/lists.ts', `${ADD}addDays(x, 1, { in: zone })`, 'says in which zone'],
  ['a date within one', 'src/core/lists.ts', `${ADD}addDays(addDays(x, 1), 1, { in: utc })`, 'says in which zone'],
  ['a date whose part has a zone', 'src/core/lists.ts', `${ADD}addDays(at(x, { in: utc }), 1)`, 'says in which zone'],
  ['a function of dates that is handed on', 'src/core/lists.ts', `${ADD}x.map(addDays)`, 'says in which zone'],
  ['a long file', 'src/core/lists.ts', '// more\n'.repeat(300), 'no file is longer than'],
  ['another way of reading a file', 'src/cli/world.ts', "readFileSync('x')", 'files are read in one way'],
  [
    'a store that is opened elsewhere',
    'src/setup/setup.ts',
    "import '../store/memory.ts'",
    'what is remembered is reached through openStore alone',
  ],
  [
    'a lock that is taken elsewhere',
    'src/cli/output/busy.ts',
    "import '../../store/lock/run-lock.ts'",
    'what is remembered is reached through openStore alone',
  ],
  [
    'a name of a row that is glued elsewhere',
    'src/core/lists.ts',
    'export const x = (name: string) => `database:${name}`',
    'the names of rows',
  ],
  ['a bare name', 'src/core/lists.ts', 'told[name]', 'is never looked up by its bare name'],
])('%s is noticed', async (_, file, line, rule) => {
  const path = join(copy, file)
  mkdirSync(join(path, '..'), { recursive: true })
  const before = file.includes('elsewhere') ? undefined : readFileSync(path, 'utf8')
  try {
    if (before === undefined) writeFileSync(path, `${line}\n`)
    else appendFileSync(path, `\n${line}\n`)
    expect(await failing()).toEqual([expect.stringContaining(rule)])
  } finally {
    if (before === undefined) rmSync(join(path, '..'), { recursive: true })
    else writeFileSync(path, before)
  }
})

test('as it is, nothing is noticed', async () => expect(await failing()).toEqual([]))

interface Results {
  readonly testResults: readonly { readonly assertionResults: readonly { title: string; status: string }[] }[]
}

/** The rules that the copy breaks. */
async function failing(): Promise<readonly string[]> {
  const file = join(copy, 'results.json')
  const words = ['node_modules/vitest/vitest.mjs', 'run', ...RULES, '--reporter=json']
  await runProgram([process.execPath, ...words, `--outputFile=${file}`], { env: { LASTALIVE_TEST_HOUSE: copy } })
  // Our own vitest wrote it, in the form above.
  const { testResults } = JSON.parse(readFileSync(file, 'utf8')) as Results
  const results = testResults.flatMap(({ assertionResults }) => assertionResults)
  expect(results.length).toBeGreaterThan(10)
  return results.filter(({ status }) => status === 'failed').map(({ title }) => title)
}
