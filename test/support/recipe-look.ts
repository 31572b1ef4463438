import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lastaliveAgain } from './resident.ts'

/** What the built command says of some recipes. */
export interface RecipeLook {
  readonly code: number | null
  readonly stderr: string
  /** state and cause of each line, by `recipe` or `recipe/row`: `critical: age` */
  readonly said: Readonly<Record<string, string>>
  /** the words of each line */
  readonly summaries: Readonly<Record<string, string>>
}

/** Which recipes, and how. */
export interface RecipeLookOptions {
  readonly use: readonly string[]
  /** keys that stand in each check itself */
  readonly more?: Readonly<Record<string, unknown>>
  /** how far both clocks are ahead */
  readonly minutes?: number
}

interface Row {
  readonly name: string
  readonly kind: string
  readonly item: string | null
  readonly state: string
  readonly cause: string
  readonly summary: string
}

/** Runs `check` on a configuration whose checks are named for the recipes that they use. */
export async function lookByRecipe(
  url: string,
  { use, more = {}, minutes = 0 }: RecipeLookOptions,
): Promise<RecipeLook> {
  const dir = mkdtempSync(join(tmpdir(), 'lastalive-look-'))
  const config = join(dir, 'lastalive.yaml')
  const checks = use.map((name) => [name, { database: 'app', use: name, ...more }])
  writeFileSync(config, JSON.stringify({ databases: { app: url }, checks: Object.fromEntries(checks) }), {
    mode: 0o600,
  })
  const now = minutes === 0 ? [] : ['--now', new Date(Date.now() + 60_000 * minutes).toISOString()]
  const { code, stdout, stderr } = await lastaliveAgain([
    ...['check', '--config', config, '--state', dir, '--format', 'json'],
    ...now,
  ])
  rmSync(dir, { recursive: true, force: true })
  const report: { readonly checks: readonly Row[] } = JSON.parse(stdout)
  const rows = report.checks.filter(({ kind }) => kind === 'check')
  const byName = (words: (row: Row) => string): Readonly<Record<string, string>> =>
    Object.fromEntries(rows.map((row) => [row.item === null ? row.name : `${row.name}/${row.item}`, words(row)]))
  return {
    code,
    stderr,
    said: byName(({ state, cause }) => `${state}: ${cause}`),
    summaries: byName(({ summary }) => summary),
  }
}
