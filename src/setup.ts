import type { Config, DatabaseConfig } from './config/config.ts'
import type { Plan, Watched, WatchedSource } from './core/plan.ts'
import type { Clock, Notifier, Source } from './core/ports.ts'
import { mapRoutes, unitedRoutes } from './core/routes.ts'
import type { Policy, Routes, Seconds } from './core/types.ts'
import { type DatabaseTarget, type Environment, parseDatabaseUrl, withPassword } from './drivers/url.ts'
import type { PingSettings } from './notifiers/healthchecks.ts'
import { createNotifier, createSource, pingSettings } from './registry.ts'

/** A plan, and what must never be shown of it. */
export interface SetUp {
  readonly plan: Plan
  /** how the run itself is watched, where it is */
  readonly pings?: PingSettings
  readonly secrets: readonly string[]
  /** what tells each database from others, without its password */
  readonly identities: readonly string[]
  /** each database for people, without its password, by its name in the configuration */
  readonly shown: ReadonlyMap<string, string>
}

/** What a plan depends on besides its configuration. */
export interface SetUpOptions {
  readonly environment: Environment
  readonly hostName: string
  readonly statusCommand: string
  /** how long the run may read: a database's own time is never longer */
  readonly readingTime: Seconds
  /** names of the checks to be read; undefined for all */
  readonly selected?: ReadonlySet<string>
  /** the instant that both clocks read, for trying out */
  readonly frozenAt?: Date
}

/**
 * Turns a configuration into what a run works with. Connects to nothing.
 *
 * @throws UsageError for a URL that cannot be read
 */
export async function setUp(config: Config, options: SetUpOptions): Promise<SetUp> {
  const targets = new Map([...config.databases].map(([name, database]) => [name, targetOf(database, options)]))
  const made = await Promise.all(
    [...config.notifiers.values()].map((notifier) => createNotifier(notifier, config, options.hostName)),
  )
  const notifiers = made.map(({ notifier }) => notifier)
  const { healthchecks } = config
  const pings = healthchecks === undefined ? {} : { pings: await pingSettings(healthchecks) }
  const plan: Plan = {
    get origin() {
      return config.origin
    },
    instance: config.instance,
    timezone: config.timezone,
    statusCommand: options.statusCommand,
    concurrency: config.concurrency,
    sources: sourcesOf(config, { ...options, targets, notifiers }),
    notifiers,
    selected: options.selected ?? new Set(config.checks.map(({ check }) => check.name)),
  }
  const secrets = [
    ...config.secrets,
    ...[...targets.values()].flatMap((target) => target.secrets),
    ...made.flatMap((notifier) => notifier.secrets),
    ...(pings.pings?.target.secrets ?? []),
  ]
  const identities = [...targets.values()].map(({ identity }) => identity)
  return { plan, ...pings, secrets, identities, shown: new Map([...targets].map(([name, { shown }]) => [name, shown])) }
}

interface Made extends SetUpOptions {
  readonly targets: ReadonlyMap<string, DatabaseTarget>
  readonly notifiers: readonly Notifier[]
}

function sourcesOf(config: Config, { targets, notifiers, readingTime, frozenAt }: Made): readonly WatchedSource[] {
  const members = membersOf(config, notifiers)
  return [...targets].flatMap(([name, target]): readonly WatchedSource[] => {
    const database = config.databases.get(name)
    if (database === undefined) return []
    const watched = members.get(name) ?? []
    const policy = databasePolicy(database, watched)
    const timeout = Math.min(database.timeout ?? readingTime, readingTime)
    const source = frozen(createSource(name, target, { timeout }), frozenAt)
    const routes = routesFor(policy, notifiers)
    const planned = database.maintenance === undefined ? {} : { maintenance: database.maintenance }
    const skew = database.skew === undefined ? {} : { skewLimit: database.skew }
    const limits = database.response === undefined ? {} : { responseLimits: database.response }
    const rows = { ...skew, ...limits }
    return [{ source, severities: database.faults, policy, routes, ...planned, ...rows, watched }]
  })
}

/** The checks of each database. Most have the same routes, which are looked up once. */
function membersOf({ checks }: Config, notifiers: readonly Notifier[]): ReadonlyMap<string, readonly Watched[]> {
  const members = new Map<string, Watched[]>()
  const known = new Map<Routes, Routes>()
  for (const watched of checks) {
    const { policy, check } = watched
    const routes = known.get(policy.notify) ?? routesFor(policy, notifiers)
    known.set(policy.notify, routes)
    const others = members.get(check.place.database) ?? []
    if (others.length === 0) members.set(check.place.database, others)
    others.push({ routes, ...watched })
  }
  return members
}

function targetOf({ url, password }: DatabaseConfig, { environment }: SetUpOptions): DatabaseTarget {
  const target = parseDatabaseUrl(url, environment)
  return password === undefined ? target : withPassword(target, password)
}

/** The recipients behind the names of notifiers. */
function routesFor({ notify }: Pick<Policy, 'notify'>, notifiers: readonly Notifier[]): Routes {
  return mapRoutes(notify, (names) =>
    notifiers.filter(({ name }) => names.includes(name)).flatMap(({ recipients }) => recipients),
  )
}

/** A database tells all whom its checks would tell, as soon as the first of them would. */
function databasePolicy({ policy }: DatabaseConfig, watched: readonly Watched[]): Policy {
  // Most share one: there may be ten thousand of them.
  const policies = [...new Set(watched.map((member) => member.policy))]
  return {
    notify: unitedRoutes(policies.map(({ notify }) => notify)),
    failures: Math.min(...policies.map(({ failures }) => failures), Number.MAX_SAFE_INTEGER),
    recoveries: Math.max(1, ...policies.map(({ recoveries }) => recoveries)),
    remind: mostEager(policies.map(({ remind }) => remind)),
    recovered: policies.some(({ recovered }) => recovered),
    ...flapOf(policies),
    ...policy,
  }
}

/** A database that comes and goes is told of as its checks would be. */
function flapOf(policies: readonly Policy[]): Pick<Policy, 'flap'> {
  const flap = policies.find((policy) => policy.flap !== undefined)?.flap
  return flap === undefined ? {} : { flap }
}

function mostEager(reminds: readonly Policy['remind'][]): Policy['remind'] {
  if (reminds.includes('always')) return 'always'
  const lengths = reminds.filter((remind) => typeof remind === 'number')
  return lengths.length === 0 ? 'never' : Math.min(...lengths)
}

/** A source whose clock reads what ours was told to read. */
function frozen(source: Source, at: Date | undefined): Source {
  if (at === undefined) return source
  return {
    name: source.name,
    read: async (checks, options) => {
      const { readings, ...answer } = await source.read(checks, options)
      const moved = [...readings].map(
        ([check, all]) =>
          [
            check,
            all.map((reading) => (reading.kind === 'beat' ? { ...reading, asOf: at, readAt: at } : reading)),
          ] as const,
      )
      const clocks = answer.fault === undefined ? { clocks: { asOf: at, readAt: at } } : {}
      return { ...answer, ...clocks, readings: new Map(moved) }
    },
  }
}

/** The clock of the machine, or one that stands still. */
export function createClock(frozenAt: Date | undefined): Clock {
  return { now: () => (frozenAt === undefined ? new Date() : new Date(frozenAt)) }
}
