import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lastaliveAgain as lastalive } from './resident.ts'
import { ALERT, makeSqliteScene, type SqliteScene } from './scene.ts'

/** Checks as the file has them: one that is right, and one that is not. */
export const MDX = '  mdx: { database: mail, key: last_alive, critical: 10m }\n'
export const WRONG = '  imports: { database: mail, key: last_import, critical: 30 minuts }\n'
/** How a mail begins that tells of the first. */
export const MDX_OPENED = '[lastalive] CRITICAL mdx: silent for 42 min (limit 10 min)'

/** What stands in the file beside its database and its notifier. */
export interface Parts {
  readonly checks?: string
  readonly databases?: string
  readonly notifiers?: string
  readonly top?: string
}

/** Writes the file of a scene. */
export function configure(
  scene: SqliteScene,
  { checks = MDX, databases = '', notifiers = '', top = '' }: Parts,
): string {
  const file = join(scene.dir, 'lastalive.yaml')
  const text = `timezone: UTC
${top}databases:
  mail: "sqlite:${scene.path}"
${databases}notifiers:
  ops: { mail: { to: [${ALERT}], from: w@domain.tld, smtp: "${scene.smtp.url}" } }
${notifiers}checks:
${checks}`
  writeFileSync(file, text, { mode: 0o600 })
  return file
}

/** A scene whose service is silent. */
export async function stale(): Promise<SqliteScene> {
  const scene = await makeSqliteScene()
  scene.beat(2_525)
  return scene
}

/** Runs with the file. */
export const run = (scene: SqliteScene, ...more: readonly string[]) =>
  lastalive(['run', ...more, '--config', join(scene.dir, 'lastalive.yaml'), '--state', join(scene.dir, 'state')])

/** Checks with the file. */
export const check = (scene: SqliteScene, ...more: readonly string[]) =>
  lastalive(['check', ...more, '--config', join(scene.dir, 'lastalive.yaml'), '--state', join(scene.dir, 'state')])
