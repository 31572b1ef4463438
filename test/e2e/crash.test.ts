import { join } from 'node:path'
import { expect, test } from 'vitest'
import { repetitions } from '../support/command.ts'
import { makeSqliteScene, type SqliteScene } from '../support/scene.ts'

const KILLS = repetitions(200)

/** What one try came to: how many died, and the mails after the next undisturbed run. */
interface Try {
  readonly hasDied: boolean
  readonly subjects: readonly string[]
  readonly ids: ReadonlySet<string>
}

/** Kills a run at a random moment of its life, then lets the next one do its work. */
async function disturb(scene: SqliteScene, lockfile: string, lifetimeMs: number): Promise<Try> {
  // Half of them late in its life, where it tells and remembers.
  const killAfterMs = (Math.random() < 0.5 ? Math.random() : 0.6 + 0.5 * Math.random()) * lifetimeMs
  const killed = await scene.run(['--lockfile', lockfile], { killAfterMs })
  await scene.run(['--lockfile', lockfile])
  const mails = scene.mails()
  return {
    hasDied: killed.signal === 'SIGKILL',
    subjects: mails.map(({ parsed }) => parsed.subject ?? ''),
    ids: new Set(mails.map(({ parsed }) => parsed.messageId ?? '')),
  }
}

test(`kill -9 at ${KILLS} random moments loses nothing, and repeats at most one mail, with its Message-ID`, {
  timeout: 600_000,
}, async () => {
  const scene = await makeSqliteScene()
  scene.beat(2_525)
  const lifetimeMs = await lifetimeOf(scene)
  let [tries, died] = [0, 0]
  // A run that had ended before it was to be killed does not count.
  while (died < KILLS && tries < 5 * KILLS) {
    const lockfile = join(scene.dir, `${tries}.lck`)
    const isEnding = tries % 2 === 1
    scene.beat(2_525)
    if (isEnding) {
      // Every other one is killed while it tells that it is over.
      await scene.run(['--lockfile', lockfile])
      scene.mails()
      scene.beat()
    }
    const outcome = await disturb(scene, lockfile, lifetimeMs)
    const word = isEnding ? 'OK mdx: alive again after 42 min' : 'CRITICAL mdx: silent for 42 min'
    expect(outcome.subjects.length, `try ${tries}`).toBeGreaterThanOrEqual(1)
    expect(outcome.subjects.length, `try ${tries}`).toBeLessThanOrEqual(2)
    expect(outcome.ids.size, `try ${tries}`).toBe(1)
    for (const subject of outcome.subjects) expect(subject).toContain(word)
    tries++
    if (outcome.hasDied) died++
  }
  expect(died).toBe(KILLS)
})

/** How long a run takes that has something to tell: the middle of three, in milliseconds. */
async function lifetimeOf(scene: SqliteScene): Promise<number> {
  const seconds: number[] = []
  for (const name of ['a', 'b', 'c']) {
    const outcome = await scene.run(['--lockfile', join(scene.dir, `${name}.lck`)])
    seconds.push(outcome.seconds)
  }
  scene.mails()
  return (seconds.toSorted((a, b) => a - b)[1] ?? 0) * 1_000
}
