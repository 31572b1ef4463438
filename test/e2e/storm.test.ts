import { expect, test } from 'vitest'
import { lastalive, repetitions } from '../support/command.ts'
import { ALIVE, makeHands, SILENT } from '../support/hands.ts'

const [ROUNDS, AT_ONCE] = [repetitions(50), 10 * repetitions(5)]
test(`${AT_ONCE} at once tell what opens and what is over once, ${ROUNDS} times`, { timeout: 1_200_000 }, async () => {
  const scene = await makeHands({ mdx: {} }, {}, lastalive)
  for (let round = 0; round < ROUNDS; round++) {
    const [age, word, code] = round % 2 === 0 ? [SILENT, 'CRITICAL mdx', 2] : [ALIVE, 'OK mdx', 0]
    scene.beat(age, 'mdx')
    const runs = await Promise.all(Array.from({ length: AT_ONCE }, () => scene.command(['run'])))
    expect(scene.subjects(), `round ${round}`).toEqual([expect.stringContaining(word)])
    expect(runs.map(({ stderr }) => stderr).join('')).toBe('')
    // One that leaves at once goes by what was open when it looked.
    expect(new Set([...runs.map((run) => run.code), 0, 2]), `round ${round}`).toEqual(new Set([0, 2]))
    expect(runs.filter((run) => run.code === code).length, `round ${round}`).toBeGreaterThan(0)
  }
})
