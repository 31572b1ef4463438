import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { SourceTrial } from '../../src/conformance.ts'
import type { Plan } from '../../src/core/plan.ts'
import type { Verdict } from '../../src/core/types.ts'
import { divideTime } from '../../src/run/deadline.ts'
import { look } from '../../src/run/look.ts'
import { loadPlan } from '../../src/setup/load-plan.ts'

/** What a test wants different. */
interface Surroundings {
  readonly env?: Readonly<Record<string, string>>
  /** beside the configuration, by their names */
  readonly files?: Readonly<Record<string, string>>
  /** name → URL */
  readonly databases?: Readonly<Record<string, string>>
  /** how long it may take, in seconds */
  readonly timeout?: number
}

/** A plan with a check called shop alone. */
export async function planned(
  entry: Readonly<Record<string, unknown>>,
  { env = {}, files = {}, databases = {}, timeout = 10 }: Surroundings = {},
): Promise<Plan> {
  const directory = mkdtempSync(join(tmpdir(), 'lastalive-check-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text, { mode: 0o600 })
  const config = join(directory, 'lastalive.yaml')
  // JSON is YAML as well.
  writeFileSync(config, JSON.stringify({ timezone: 'UTC', databases, checks: { shop: entry } }))
  chmodSync(config, 0o600)
  return await loadPlan({ config, env, readingTime: timeout })
}

/** What becomes of that check, as a run reads and judges it. */
export async function judged(
  entry: Readonly<Record<string, unknown>>,
  { timeout = 10, ...surroundings }: Surroundings = {},
): Promise<Verdict> {
  const plan = await planned(entry, { timeout, ...surroundings })
  const deadline = divideTime(timeout, { readingShare: 0.9 })
  const [verdict, ...more] = await look(plan, { clock: { now: () => new Date() } }, deadline)
  if (verdict === undefined || more.length > 0) throw new Error('it is not one verdict')
  return verdict
}

/** The source of that check, for the laws. */
export async function trialOf(
  entry: Readonly<Record<string, unknown>>,
  { remove, ...surroundings }: Surroundings & Pick<SourceTrial, 'remove'>,
): Promise<SourceTrial> {
  const { sources } = await planned(entry, surroundings)
  const watched = sources.find((source) => source.watched.length > 0)
  if (watched === undefined) throw new Error('there is no source')
  return { source: watched.source, checks: watched.watched.map(({ check }) => check), remove }
}

/** The same in short: `critical: what it says`. */
export async function said(...asked: Parameters<typeof judged>): Promise<string> {
  const { severity, summary } = await judged(...asked)
  return `${severity}: ${summary}`
}

/** What is wrong with a check. */
export async function refused(...asked: Parameters<typeof judged>): Promise<string> {
  return await judged(...asked).then(
    () => 'nothing',
    (error: unknown) => String(error).replaceAll(/\/tmp\/\S*lastalive\.yaml:\d+: /g, ''),
  )
}
