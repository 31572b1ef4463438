import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Config } from '../../../src/config/config.ts'
import { type LoadOptions, loadWritten } from '../../../src/config/load.ts'
import { readConfig, requireValid } from '../../../src/config/shape/schema.ts'
import type { Check } from '../../../src/core/check.ts'
import { ConfigError, errorMessage } from '../../../src/core/errors.ts'
import { NOTIFIERS, SOURCES } from '../../../src/setup/kinds.ts'

/** Writes files into a directory of the test's own, each readable and writable by its owner only. */
export function writeFiles(files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'lastalive-config-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true, mode: 0o755 })
    writeFileSync(join(directory, name), text, { mode: 0o600 })
  }
  return directory
}

/** Loads a configuration, as long as all of it is right. */
export async function loadConfig(options: LoadOptions): Promise<Config> {
  return requireValid(readConfig(await loadWritten(options)))
}

/** Loads the first of these files. */
export function load(directory: string, env: Readonly<Record<string, string>> = {}): Promise<Config> {
  return loadConfig({ config: join(directory, 'a.yaml'), env, notifierLines: NOTIFIERS, sourceLines: SOURCES })
}

/** What is wrong with a configuration, without the directory that it lies in. */
export async function problemsOf(
  directory: string,
  env: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  try {
    await load(directory, env)
    return []
  } catch (error) {
    const problems = error instanceof ConfigError ? error.problems : [errorMessage(error)]
    return problems.map((problem) => problem.replaceAll(`${directory}/`, ''))
  }
}

/** A configuration of one check, whose entry is given on one line. */
export function withCheck(entry: string, more = ''): string {
  return `databases: { mail: "postgres://watch@db/mail" }\nchecks:\n  mdx: ${entry}\n${more}`
}

/** The key that a check looks at. */
export function keyOf({ look }: Check): string {
  const { kind, key = '' } = look as { readonly kind: string; readonly key?: string }
  return kind === 'key' ? key : ''
}
