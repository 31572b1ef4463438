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

/** How long the last runs took that were not disturbed, in milliseconds: what else the machine does changes it. */
class Lifetimes {
  readonly #last: number[] = []

  /** Runs undisturbed. */
  async run(scene: SqliteScene, lockfile: string): Promise<void> {
    const { seconds } = await scene.run(['--lockfile', lockfile])
    this.#last.push(seconds * 1_000)
    if (this.#last.length > 5) this.#last.shift()
  }

  /** The middle of them. */
  get usual(): number {
    return this.#last.toSorted((a, b) => a - b)[Math.floor(this.#last.length / 2)] ?? 0
  }
}

/** Kills a run at a random moment of its life, then lets the next one do its work. */
async function disturb(scene: SqliteScene, lockfile: string, lifetimes: Lifetimes): Promise<Try> {
  // Half of them late in its life, where it tells and remembers.
  const killAfterMs = (Math.random() < 0.5 ? Math.random() : 0.6 + 0.5 * Math.random()) * lifetimes.usual
  const killed = await scene.run(['--lockfile', lockfile], { killAfterMs })
  await lifetimes.run(scene, lockfile)
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
  const lifetimes = new Lifetimes()
  for (const name of ['a', 'b', 'c']) await lifetimes.run(scene, join(scene.dir, `${name}.lck`))
  scene.mails()
  let [tries, died] = [0, 0]
  // A run that had ended before it was to be killed does not count.
  while (died < KILLS && tries < 5 * KILLS) {
    const lockfile = join(scene.dir, `${tries}.lck`)
    const isEnding = tries % 2 === 1
    scene.beat(2_525)
    if (isEnding) {
      // Every other one is killed while it tells that it is over.
      await lifetimes.run(scene, lockfile)
      scene.mails()
      scene.beat()
    }
    const outcome = await disturb(scene, lockfile, lifetimes)
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
