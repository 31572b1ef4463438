import { describe, expect, test } from 'vitest'
import { makeWatch } from './jumping.ts'

const [HOUR, YEAR] = [3_600, 365 * 86_400]
const [ALIVE, SILENT] = [true, false]

describe.each([
  ['a year on', YEAR],
  ['a year back', -YEAR],
])('when the clock jumps %s', (_, jump) => {
  test('what is open was told once, and its end is', async () => {
    const watch = makeWatch()
    await watch.run(SILENT, 3)
    watch.jump(jump)
    await watch.run(SILENT, 9)
    expect(watch.heard()).toEqual(['opened'])
    await watch.run(ALIVE, 3)
    expect([watch.heard(), await watch.lockfiles()]).toEqual([['closed'], 0])
    await watch.run(SILENT, 3)
    expect(watch.heard()).toEqual(['opened'])
  })

  test('reminders go on, one an hour', async () => {
    const watch = makeWatch({ remind: HOUR })
    await watch.run(SILENT, 3)
    watch.heard()
    watch.jump(jump)
    await watch.run(SILENT, 15)
    expect(watch.heard()).toEqual(['reminder', 'reminder', 'reminder'])
  })

  test('bad and good runs are counted on', async () => {
    const watch = makeWatch({ failures: 3, recoveries: 3 })
    await watch.run(SILENT, 2)
    watch.jump(jump)
    await watch.run(SILENT)
    expect(watch.heard()).toEqual(['opened'])
    await watch.run(ALIVE, 2)
    watch.jump(jump)
    expect(watch.heard()).toEqual([])
    await watch.run(ALIVE)
    expect(watch.heard()).toEqual(['closed'])
  })

  test('a silence of an hour keeps nothing quiet any more, and comes back to nothing', async () => {
    const watch = makeWatch()
    await watch.silenceForAnHour()
    await watch.run(SILENT, 3)
    expect(watch.heard()).toEqual([])
    watch.jump(jump)
    await watch.run(SILENT, 3)
    expect(watch.heard()).toEqual(['opened'])
    await watch.run(ALIVE)
    expect(watch.heard()).toEqual(['closed'])
  })

  test('an acknowledgement for an hour keeps nothing quiet any more', async () => {
    const watch = makeWatch({ remind: HOUR })
    await watch.run(SILENT)
    await watch.acknowledgeForAnHour()
    watch.jump(jump)
    await watch.run(SILENT, 15)
    expect(watch.heard()).toEqual(['opened', 'reminder', 'reminder', 'reminder'])
  })

  test('an acknowledgement that has run out is said so once', async () => {
    const watch = makeWatch()
    watch.jump(-jump)
    await watch.run(SILENT)
    watch.jump(jump)
    await watch.acknowledgeForAnHour()
    await watch.run(SILENT, 15)
    expect(watch.heard()).toEqual(['opened', 'reminder'])
  })

  test('what flaps settles, once, and flaps again if it goes on', async () => {
    const watch = makeWatch({ flap: { count: 2, within: HOUR } })
    const flap = async (times: number): Promise<void> => {
      for (let i = 0; i < times; i++) {
        await watch.run(SILENT)
        await watch.run(ALIVE)
      }
    }
    await flap(4)
    expect(watch.heard()).toEqual(['opened', 'closed', 'opened', 'closed', 'flapping'])
    watch.jump(jump)
    await watch.run(ALIVE, 9)
    expect([watch.heard(), await watch.lockfiles()]).toEqual([['settled'], 0])
    await flap(4)
    expect(watch.heard()).toEqual(['opened', 'closed', 'opened', 'closed', 'flapping'])
    await watch.run(ALIVE, 9)
    expect(watch.heard()).toEqual(['settled'])
  })

  test('what waits for another try is tried at once', async () => {
    const watch = makeWatch()
    watch.answer('uncertain')
    await watch.run(SILENT, 5)
    watch.answer('accepted')
    watch.jump(jump)
    await watch.run(SILENT)
    expect(watch.heard()).toEqual(['opened'])
  })

  test('what is owed after its end is told', async () => {
    const watch = makeWatch()
    watch.answer('refused')
    await watch.run(SILENT, 2)
    await watch.run(ALIVE, 2)
    watch.jump(jump)
    await watch.run(ALIVE, 2)
    watch.answer('accepted')
    await watch.run(ALIVE, 2)
    expect([watch.heard(), await watch.lockfiles()]).toEqual([['missed'], 0])
  })

  test('and is set right again, nothing of the time between is left', async () => {
    const watch = makeWatch({ remind: HOUR, flap: { count: 3, within: HOUR } })
    await watch.run(SILENT, 2)
    watch.jump(jump)
    await watch.run(ALIVE, 2)
    await watch.run(SILENT, 2)
    await watch.silenceForAnHour()
    await watch.acknowledgeForAnHour()
    watch.jump(-jump)
    expect(watch.heard()).toEqual(['opened', 'closed', 'opened'])
    await watch.run(SILENT, 15)
    expect(watch.heard()).toEqual(['reminder', 'reminder', 'reminder'])
    await watch.run(ALIVE, 2)
    expect([watch.heard(), await watch.lockfiles()]).toEqual([['closed'], 0])
  })
})

test('an hourly run reminds each hour, however long it reads', async () => {
  const watch = makeWatch({ remind: HOUR }, { between: HOUR * 1_000, readings: [50_000, 1_000, 45_000, 2_000] })
  await watch.run(SILENT, 9)
  expect(watch.heard()).toEqual(['opened', ...Array(8).fill('reminder')])
})
