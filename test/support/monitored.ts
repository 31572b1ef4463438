import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { COMMAND } from './command.ts'
import { epoch, RUNTIME_INFO } from './scene.ts'
import { type Fixture, openDatabase } from './sqlite.ts'

/** More than the first line of a plugin has room for. */
export const WORKERS = 60

/** SQLite files for a monitoring server to look into, and the plugin that it calls. */
export interface Monitored {
  /** the built command */
  readonly plugin: string
  /** `mdx` alive, `imports` 2 days old, and many `worker-…` alive */
  readonly mail: string
  /** locked by somebody else, for good */
  readonly locked: string
  /** a configuration file with the check `backup` of a service that is silent */
  readonly config: string
  /** the state directory of its runs, of which none has finished */
  readonly state: string
  /** the service behind `backup` is alive again */
  revive(): void
  remove(): void
}

/** Makes them in a temporary directory. */
export function makeMonitored(): Monitored {
  const dir = mkdtempSync(join(tmpdir(), 'lastalive-monitored-'))
  const at = (name: string): string => join(dir, name)
  const program = `#!/bin/sh\nexec '${process.execPath}' '${COMMAND}' "$@"\n`
  writeFileSync(at('plugin'), program)
  chmodSync(at('plugin'), 0o755)
  const open: Fixture[] = []
  const make = (name: string, rows: Readonly<Record<string, string>>): Fixture => {
    const database = openDatabase(at(name))
    open.push(database)
    const inserts = Object.entries(rows).map(
      ([key, value]) => `INSERT INTO runtime_info VALUES ('${key}', '${value}');`,
    )
    database.exec(`${RUNTIME_INFO};${inserts.join('')}`)
    return database
  }
  const workers = Array.from({ length: WORKERS }, (_, i) => [`worker-of-some-length-${i}`, epoch()])
  make('mail.db', { last_alive: epoch(), last_import: epoch(-2 * 86_400), ...Object.fromEntries(workers) })
  make('locked.db', { last_alive: epoch() }).exec('BEGIN EXCLUSIVE')
  const backup = make('backup.db', { last_alive: epoch(-2_525) })
  const check = '{ database: app, key: last_alive, warning: 5m, critical: 10m }'
  const lines = [`databases: { app: "sqlite:${at('backup.db')}" }`, `checks: { backup: ${check} }`, '']
  writeFileSync(at('lastalive.yaml'), lines.join('\n'), { mode: 0o600 })
  mkdirSync(at('state'), { mode: 0o700 })
  return {
    plugin: at('plugin'),
    state: at('state'),
    mail: at('mail.db'),
    locked: at('locked.db'),
    config: at('lastalive.yaml'),
    revive: () => backup.exec(`UPDATE runtime_info SET rt_value = '${epoch()}'`),
    remove: () => {
      for (const database of open) database.close()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/**
 * One of the examples, with other places in it.
 *
 * @param places what stands in the example, and what is to stand there
 * @throws Error where the example has no such place
 */
export function exampleWith(name: string, places: Readonly<Record<string, string>>): string {
  const example = readFileSync(fileURLToPath(new URL(`../../examples/${name}`, import.meta.url)), 'utf8')
  return Object.entries(places).reduce((text, [place, other]) => {
    if (!text.includes(place)) throw new Error(`${name} has no ${place}`)
    return text.replaceAll(place, other)
  }, example)
}
