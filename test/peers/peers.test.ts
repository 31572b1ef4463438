import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { repetitions } from '../support/command.ts'
import { parsePluginOutput } from '../support/plugin-output.ts'
import { POSTGRES_MISSING, postgresBinaries } from '../support/postgres.ts'
import { type Comparison, compareAll } from './comparison.ts'
import { writePage } from './page.ts'
import { hasPeers, PEERS_MISSING, TIME_SECONDS } from './plugins.ts'
import { SCENARIOS } from './scenarios.ts'
import { makeStage, type Stage } from './stage.ts'

/** Whether all is repeated that can be; to write the page, that is wanted as well. */
const isWhole = repetitions(10) === 10

describe.skipIf(postgresBinaries() === undefined)(`side by side (${POSTGRES_MISSING} where skipped)`, () => {
  let stage: Stage
  let comparisons: readonly Comparison[]
  beforeAll(async () => {
    stage = await makeStage()
    comparisons = await compareAll(stage, ({ isOurs = false }) => isOurs || (isWhole && hasPeers))
  })
  afterAll(() => stage?.remove())
  const STATES = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN']

  const played = SCENARIOS.flatMap(({ name, kinds }) => kinds.map((kind) => ({ name, kind })))

  test('every scenario is played', () =>
    expect(new Set(comparisons.map(({ scenario, kind }) => `${scenario.name} ${kind}`))).toEqual(
      new Set(played.map(({ name, kind }) => `${name} ${kind}`)),
    ))

  test.each(played)('lastalive answers rightly on $kind where $name', ({ name, kind }) => {
    const comparison = comparisons.find(({ scenario, ...rest }) => scenario.name === name && rest.kind === kind)
    const { outcome, faults } = comparison?.findings.find(({ plugin }) => plugin.isOurs) ?? {}
    const right = comparison?.scenario.right
    expect([outcome?.code, faults, outcome?.stderr]).toEqual([right?.code, [], ''])
    const { state, words } = parsePluginOutput(outcome?.stdout ?? '')
    expect(state).toBe(STATES[right?.code ?? 0])
    expect(words).toMatch(right?.gist ?? /^$/)
    expect(outcome?.seconds).toBeLessThan(TIME_SECONDS + 1)
  })

  // The others are slow, and change with Debian's releases alone.
  if (isWhole) {
    test.skipIf(!hasPeers)(`docs/peers.md is what the plugins answer (${PEERS_MISSING} where skipped)`, async () => {
      const page = await writePage(comparisons, await stage.version())
      await expect(page).toMatchFileSnapshot('../../docs/peers.md')
    })
  }
})
