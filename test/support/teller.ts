import { renameSync } from 'node:fs'
import type { Outcome } from './command.ts'
import { epoch, RUNTIME_INFO } from './scene.ts'
import { makeWatchingScene } from './watching.ts'

/** Two checks of a database `mail`, `mdx` and the rows of `workers`, told to a monitoring server. */
export interface Teller {
  /** sets when mdx was last alive */
  beat(secondsAgo: number): void
  /** a worker that was last seen so long ago */
  see(name: string, secondsAgo: number): void
  /** takes the database away, or brings it back */
  move(to: 'away' | 'back'): void
  run(): Promise<Outcome>
  testAlert(): Promise<Outcome>
}

/**
 * A teller in which all is well.
 *
 * @param icinga the notifier's own keys
 * @param more others of its entry
 */
export async function makeTeller(icinga: object, more: object = {}): Promise<Teller> {
  const scene = await makeWatchingScene(`${RUNTIME_INFO}; CREATE TABLE workers(name text, seen text)`)
  const limits = { database: 'mail', critical: '10m' }
  scene.watch(
    {
      mdx: { key: 'last_alive', ...limits },
      workers: { rows: 'SELECT name, seen FROM workers', missing: 'ok', vanished: 'closed', ...limits },
    },
    {
      instance: 'watch1',
      databases: { mail: `sqlite:${scene.path}` },
      notifiers: { nms: { icinga: { service: 'told-{title}', ...icinga }, ...more } },
    },
  )
  const beat = (secondsAgo: number): void => {
    scene.database.prepare('DELETE FROM runtime_info').run()
    scene.database.prepare("INSERT INTO runtime_info VALUES ('last_alive', ?)").run(epoch(-secondsAgo))
  }
  beat(0)
  return {
    beat,
    see: (name, secondsAgo) => {
      scene.database.prepare('INSERT INTO workers VALUES (?, ?)').run(name, epoch(-secondsAgo))
    },
    move: (to) => {
      const [from, target] = [scene.path, `${scene.path}.away`]
      if (to === 'away') renameSync(from, target)
      else renameSync(target, from)
    },
    run: () => scene.command(['run']),
    testAlert: () => scene.command(['test-alert']),
  }
}
