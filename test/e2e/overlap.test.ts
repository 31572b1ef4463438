import { expect, onTestFinished, test } from 'vitest'
import { makeSqliteScene } from '../support/scene.ts'
import { makeSendmail } from '../support/sendmail.ts'

test('a run of another selection waits for the one that is under way, and does its own work', async () => {
  const slow = await makeSendmail({ before: 'sleep 1' })
  onTestFinished(() => slow.stop())
  const scene = await makeSqliteScene({ sendmail: slow.path })
  scene.beat(2_525)
  const first = scene.run()
  await new Promise((resolve) => setTimeout(resolve, 500))
  const [done, left] = [await scene.run(['--name', 'other', '-v']), await first]
  expect(left).toMatchObject({ code: 2 })
  expect(done).toMatchObject({ code: 2, stdout: expect.stringContaining('silent for') })
  expect(await slow.calls()).toHaveLength(1)
})

test('a run of the very same leaves at once, says so with -v, and exits by what is open', async () => {
  const slow = await makeSendmail({ before: 'sleep 2' })
  onTestFinished(() => slow.stop())
  const scene = await makeSqliteScene({ sendmail: slow.path })
  scene.beat(2_525)
  const first = scene.run()
  await new Promise((resolve) => setTimeout(resolve, 700))
  const second = await scene.run(['-v'])
  expect(second).toMatchObject({
    code: 2,
    stdout: expect.stringMatching(/^not run: the same run is under way \(pid \d+/),
  })
  expect(second.seconds).toBeLessThan((await first).seconds)
  expect(await slow.calls()).toHaveLength(1)
})

test('a run that cannot have the lock within half of its time says so, with the pid of the other, and exits 4', async () => {
  const slow = await makeSendmail({ before: 'sleep 4' })
  onTestFinished(() => slow.stop())
  const scene = await makeSqliteScene({ sendmail: slow.path })
  scene.beat(2_525)
  const first = scene.run()
  await new Promise((resolve) => setTimeout(resolve, 700))
  expect(await scene.run(['--name', 'other', '-t', '1'])).toMatchObject({
    code: 4,
    stderr: expect.stringMatching(/^lastalive: not run: another run \(pid \d+, since .*\) did not end within 0\.5 s/),
  })
  await first
})
