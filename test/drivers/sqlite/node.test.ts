import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Outcome, repetitions, runProgram } from '../../support/command.ts'
import { findNode24, NODE24_MISSING } from '../../support/node24.ts'

/** What a suite says of one of its tests, as the JSON of vitest and Jest has it. */
interface Result {
  readonly name: string
  readonly status: string
  readonly why: string
}

interface Report {
  readonly testResults: readonly {
    readonly name: string
    readonly message: string
    readonly assertionResults: readonly {
      readonly fullName: string
      readonly status: string
      readonly failureMessages: readonly string[]
    }[]
  }[]
}

/** What is particular to SQLite runs once more only where everything is run in full. */
const PARTICULAR = repetitions(10) === 10 ? ['child', 'safety', 'values'] : []

/** The suites of the SQLite driver that run once more on the SQLite that Node brings: what all drivers do always. */
const SUITES = ['sqlite', ...PARTICULAR].map((name) => `test/drivers/sqlite/${name}.test.ts`)

const node = findNode24()
const { outcome, results } = node === undefined ? { outcome: undefined, results: [] } : await runSuites(node)

async function runSuites(program: string): Promise<{ readonly outcome: Outcome; readonly results: readonly Result[] }> {
  const dir = mkdtempSync(join(tmpdir(), 'lastalive-node24-'))
  const file = join(dir, 'results.json')
  const vitest = join('node_modules', 'vitest', 'vitest.mjs')
  const reporting = ['--reporter=json', `--outputFile=${file}`, '--maxWorkers=1']
  const env = { LASTALIVE_TEST_SQLITE: 'node', LASTALIVE_TEST_ALL: '1' }
  try {
    const outcome = await runProgram([program, vitest, 'run', ...SUITES, ...reporting], { env })
    // Our own vitest wrote it, in the form above.
    return { outcome, results: resultsOf(JSON.parse(readFileSync(file, 'utf8')) as Report) }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

function resultsOf({ testResults }: Report): readonly Result[] {
  return testResults.flatMap(({ name, message, assertionResults }) => {
    const suite = relative(process.cwd(), name)
    const tests = assertionResults.map(({ fullName, status, failureMessages }) => ({
      name: `${suite} > ${fullName}`,
      status,
      why: failureMessages.join('\n'),
    }))
    return message === '' ? tests : [...tests, { name: suite, status: 'failed', why: message }]
  })
}

describe.skipIf(node === undefined)(`node:sqlite (otherwise: ${NODE24_MISSING})`, () => {
  test('all suites are run, and say what they came to', () => {
    expect(outcome, outcome?.stderr).toMatchObject({ code: 0 })
    expect(SUITES.filter((suite) => !results.some(({ name }) => name.startsWith(`${suite} > `)))).toEqual([])
  })

  test.each(results.map(({ name, status, why }) => [name, status, why]))('%s', (_, status, why) =>
    expect(status, why).toBe('passed'),
  )
})
