import { expect } from 'vitest'
import type { Outcome } from './command.ts'
import { lastaliveAgain } from './resident.ts'
import { epoch, RUNTIME_INFO } from './scene.ts'
import type { ReceivedMail } from './smtp.ts'
import { type Checks, makeWatchingScene, type WatchingScene } from './watching.ts'

/** Ages of a beat, in seconds: alive, past the warning, past the critical limit. */
export const [ALIVE, LATE, SILENT] = [0, 455, 2_525]

/** A scene in which people use their hands. */
export interface Hands extends WatchingScene {
  /** sets the age of keys */
  beat(secondsAgo: number, ...keys: readonly string[]): void
  /** one run that complains of nothing; the mails of it */
  run(...more: readonly string[]): Promise<readonly ReceivedMail[]>
  /** writes the file anew, with the same checks */
  configure(more: Readonly<Record<string, unknown>>): void
  /** what a command printed that did what was asked */
  hand(...words: readonly string[]): Promise<string>
}

/** A scene with checks that each look at the key of their name, and tell one thing a mail. */
export async function makeHands(
  checks: Checks,
  more: Readonly<Record<string, unknown>> = {},
  runCommand = lastaliveAgain,
): Promise<Hands> {
  const scene = await makeWatchingScene(RUNTIME_INFO, runCommand)
  const beat: Hands['beat'] = (secondsAgo, ...keys) => {
    const put = scene.database.prepare('INSERT OR REPLACE INTO runtime_info VALUES (?, ?)')
    for (const key of keys) put.run(key, epoch(-secondsAgo))
  }
  const keyed = Object.entries(checks).map(([name, check]) => [name, { key: name, ...check }])
  const databases = { app: `sqlite:${scene.path}`, lost: `sqlite:${scene.path}.lost` }
  const usual = { databases, defaults: { warning: '5m', critical: '10m' } }
  const configure: Hands['configure'] = (changes) =>
    scene.watch(Object.fromEntries(keyed), { ...usual, ...more, ...changes })
  configure({})
  beat(ALIVE, ...Object.keys(checks))
  const done = (outcome: Outcome): string => {
    expect(outcome.stderr).toBe('')
    return outcome.stdout
  }
  return {
    ...scene,
    beat,
    configure,
    run: async (...words) => {
      done(await scene.command(['run', ...words]))
      return scene.mails()
    },
    hand: async (...words) => done(await scene.command(words)),
  }
}
