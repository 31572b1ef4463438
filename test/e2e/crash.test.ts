import { join } from 'node:path'
import { expect, test } from 'vitest'
import { repetitions } from '../support/command.ts'
import { makeSqliteScene, type SqliteScene } from '../support/scene.ts'

const TRIES = repetitions(200)

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

test(`kill -9 at ${TRIES} random moments loses nothing, and repeats at most one mail, with its Message-ID`, {
  timeout: 600_000,
}, async () => {
  const scene = await makeSqliteScene()
  scene.beat(2_525)
  const undisturbed = await scene.run(['--lockfile', join(scene.dir, 'first.lck')])
  scene.mails()
  const tries: Try[] = []
  for (let i = 0; i < TRIES; i++) {
    const lockfile = join(scene.dir, `${i}.lck`)
    scene.beat(i % 2 === 0 ? 2_525 : 0)
    if (i % 2 === 1) {
      // Every other one is killed while it tells that it is over.
      scene.beat(2_525)
      await scene.run(['--lockfile', lockfile])
      scene.mails()
      scene.beat()
    }
    const outcome = await disturb(scene, lockfile, undisturbed.seconds * 1_000)
    const word = i % 2 === 0 ? 'CRITICAL mdx: silent for 42 min' : 'OK mdx: alive again after 42 min'
    expect(outcome.subjects.length, `try ${i}`).toBeGreaterThanOrEqual(1)
    expect(outcome.subjects.length, `try ${i}`).toBeLessThanOrEqual(2)
    expect(outcome.ids.size, `try ${i}`).toBe(1)
    for (const subject of outcome.subjects) expect(subject).toContain(word)
    tries.push(outcome)
  }
  // Where nothing was killed, nothing was tested.
  expect(tries.filter(({ hasDied }) => hasDied).length).toBeGreaterThan(TRIES / 2)
})
