import type { CheckConfig, Config } from '../config/config.ts'
import type { WatchedSource } from '../core/plan.ts'
import type { Notifier } from '../core/ports.ts'
import type { Problem } from '../core/shape/tree.ts'
import type { MadeSource, SourceKind, SourceMaker } from '../core/source-kind.ts'
import type { Seconds } from '../core/types.ts'
import type { DatabaseTarget, Environment } from '../drivers/url.ts'
import { frozen } from './frozen.ts'
import { routesFor } from './routes.ts'
import { unlessWrong } from './unless-wrong.ts'

/** A check that is read by itself, and what reads it. */
interface Own extends MadeSource {
  readonly entry: CheckConfig
}

/** What they are made with. */
interface Making {
  readonly environment: Environment
  readonly readingTime: Seconds
  /** the databases that can be used, by name; one that cannot has a problem of its own */
  readonly targets: ReadonlyMap<string, DatabaseTarget>
}

/** What reads those checks that look into no database. */
export async function ownSources(
  { checks }: Pick<Config, 'checks'>,
  { environment: { env, home }, readingTime, targets }: Making,
  problems: Problem[],
): Promise<readonly Own[]> {
  const makers = new Map<SourceKind, Promise<SourceMaker>>()
  const made = checks.map(async (entry) => {
    const { check, kind, through } = entry
    const load = kind?.load
    const target = through === undefined ? undefined : targets.get(through)
    if (kind === undefined || load === undefined || (through !== undefined && target === undefined)) return undefined
    const maker = makers.get(kind) ?? load()
    makers.set(kind, maker)
    const { create } = await maker
    const surroundings = { env, home, readingTime, ...(target === undefined ? {} : { target }) }
    const make = () => create(check.source, check.look, surroundings)
    const source = await unlessWrong(problems, ['checks', check.name], make)
    return source && { ...source, entry }
  })
  return (await Promise.all(made)).filter((one) => one !== undefined)
}

/** The same, as a run reads and tells of them. */
export function watchedOwn(
  own: readonly Own[],
  { frozenAt }: { readonly frozenAt?: Date },
  notifiers: readonly Notifier[],
): readonly WatchedSource[] {
  return own.map(({ source, entry }) => {
    const { check, policy, response } = entry
    const routes = routesFor(policy, notifiers)
    const limits = response === undefined ? {} : { responseLimits: response }
    const common = { severities: check.faults, policy, routes, ...limits, watched: [{ ...entry, routes }] }
    return { source: frozen(source, frozenAt), isOfOneCheck: true, ...common }
  })
}
