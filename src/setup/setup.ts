import type { Config, DatabaseConfig, LeftOutNotifierConfig, NotifierConfig } from '../config/config.ts'
import { underKey } from '../core/errors.ts'
import { soonest } from '../core/incident/failures.ts'
import { unitedRoutes } from '../core/incident/routes.ts'
import { append, largest, smallest } from '../core/lists.ts'
import type { Plan, Watched, WatchedSource } from '../core/plan.ts'
import type { Clock, Notifier, Source } from '../core/ports.ts'
import type { Problem } from '../core/shape/tree.ts'
import type { SourceKind } from '../core/source-kind.ts'
import type { Policy, Routes, Seconds } from '../core/types.ts'
import type { OwnStatement } from '../drivers/examine.ts'
import type { SqlTarget } from '../drivers/target.ts'
import {
  type DatabaseTarget,
  type Environment,
  parseDatabaseUrl,
  withPassword,
  withServiceFiles,
  withSession,
} from '../drivers/url.ts'
import type { PingSettings } from '../notifiers/healthchecks/healthchecks.ts'
import { frozen } from './frozen.ts'
import { createNotifier, pingSettings } from './kinds.ts'
import { ownSources, watchedOwn } from './own-sources.ts'
import { routesFor } from './routes.ts'
import { unlessWrong } from './unless-wrong.ts'

/** A plan, and what must never be shown of it. */
export interface SetUp {
  readonly plan: Plan
  /** how the run itself is watched, where it is */
  readonly pings?: PingSettings
  readonly secrets: readonly string[]
  /** what tells each database from others, without its password */
  readonly identities: readonly string[]
  /** names of the databases whose sessions have a zone that nobody has chosen */
  readonly unchosen: readonly string[]
  /** the databases that can be used, as drivers open them, by name */
  readonly targets: ReadonlyMap<string, DatabaseTarget>
  /** each database for people, without its password, by its name in the configuration */
  readonly shown: ReadonlyMap<string, string>
  /** values of the configuration that cannot be used, such as URLs: what they stand in is left out */
  readonly problems: readonly Problem[]
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
  /** why SQL of the user's own would be refused, where that is looked at before it is asked */
  readonly examine?: (target: SqlTarget, statement: OwnStatement) => string | undefined
  /** the instant that both clocks read, for trying out */
  readonly frozenAt?: Date
}

/**
 * Reads a configuration and sets up all of it that is right. Connects to nothing.
 *
 * @param read makes a configuration without those of its values that were found wrong
 */
export async function setUpWhatIsRight(
  read: (wrong: readonly Problem[]) => Config,
  optionsFor: (config: Config) => SetUpOptions,
): Promise<SetUp & { readonly config: Config }> {
  let wrong: readonly Problem[] = []
  while (true) {
    const config = read(wrong)
    const set = await setUp(config, optionsFor(config))
    if (set.problems.length === 0) return { ...set, config }
    wrong = [...wrong, ...set.problems]
  }
}

/** Turns a configuration into what a run works with. Connects to nothing. */
async function setUp(config: Config, options: SetUpOptions): Promise<SetUp> {
  const databases = [...config.databases]
  const environment = await withServiceFiles(
    options.environment,
    databases.map(([, { url }]) => url),
  )
  const problems: Problem[] = []
  const targets = new Map<string, DatabaseTarget>()
  for (const [name, database] of databases) {
    const target = await unlessWrong(problems, ['databases', name], () => targetOf(database, environment))
    if (target !== undefined) targets.set(name, target)
  }
  append(problems, statementProblems(config, targets, options))
  const own = await ownSources(config, { ...options, targets }, problems)
  const tried = await Promise.all(
    [...config.notifiers.values()].map((notifier) =>
      unlessWrong(problems, ['notifiers', notifier.name, ...keyOf(notifier)], () =>
        createNotifier(notifier, config, options.hostName),
      ),
    ),
  )
  const made = tried.filter((one) => one !== undefined)
  const notifiers = made.map(({ notifier }) => notifier)
  const { healthchecks } = config
  const settings = healthchecks && (await unlessWrong(problems, ['healthchecks'], () => pingSettings(healthchecks)))
  const pings = settings === undefined ? {} : { pings: settings }
  const plan: Plan = {
    get origin() {
      return config.origin
    },
    instance: config.instance,
    timezone: config.timezone,
    statusCommand: options.statusCommand,
    concurrency: config.concurrency,
    sources: [...sourcesOf(config, { ...options, targets, notifiers }), ...watchedOwn(own, options, notifiers)],
    notifiers,
    selected: options.selected ?? new Set(config.checks.map(({ check }) => check.name)),
    ...(options.selected === undefined ? {} : { isSelection: true }),
    ...(config.leftOut === undefined ? {} : { leftOut: config.leftOut }),
  }
  const secrets = [
    ...config.secrets,
    ...[...targets.values()].flatMap((target) => target.secrets),
    ...own.flatMap((one) => one.secrets),
    ...made.flatMap((notifier) => notifier.secrets),
    ...(pings.pings?.target.secrets ?? []),
  ]
  const identities = [...targets.values()].map(({ identity }) => identity)
  const shown = new Map([...targets].map(([name, target]) => [name, target.shown]))
  const hasUnchosen = (target: DatabaseTarget): boolean => 'hasOwnZone' in target && !target.hasOwnZone
  const unchosen = [...targets].flatMap(([name, target]) => (hasUnchosen(target) ? [name] : []))
  return { plan, ...pings, secrets, identities, unchosen, targets, shown, problems }
}

/** Under which of the keys of its entry a notifier says what it needs to know. */
function keyOf(notifier: NotifierConfig | LeftOutNotifierConfig): readonly string[] {
  return 'kind' in notifier ? [notifier.kind] : []
}

/** What is wrong with SQL of the user's own, as far as its words tell. */
function statementProblems(
  { checks, databases }: Config,
  targets: ReadonlyMap<string, DatabaseTarget>,
  { examine }: Pick<SetUpOptions, 'examine'>,
): readonly Problem[] {
  if (examine === undefined) return []
  return checks.flatMap(({ check }): readonly Problem[] => {
    const target = targets.get(check.source)
    const statement = databases.get(check.source)?.kind.statement?.(check.look)
    if (statement === undefined || target === undefined) return []
    // Only kinds that speak SQL have statements.
    const text = examine(target as SqlTarget, statement)
    return text === undefined ? [] : [{ path: ['checks', check.name, statement.key], text }]
  })
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
    const source = frozen(connectTo(name, target, { kind: database.kind, timeout }), frozenAt)
    const routes = routesFor(policy, notifiers)
    const planned = database.maintenance === undefined ? {} : { maintenance: database.maintenance }
    const skew = database.skew === undefined ? {} : { skewLimit: database.skew }
    const limits = database.response === undefined ? {} : { responseLimits: database.response }
    const rows = { ...skew, ...limits }
    return [{ source, severities: database.faults, policy, routes, ...planned, ...rows, watched }]
  })
}

function connectTo(
  name: string,
  target: DatabaseTarget,
  { kind, timeout }: { readonly kind: SourceKind; readonly timeout: Seconds },
): Source {
  if (kind.connect === undefined) throw new Error(`nothing connects to ${kind.title}`)
  return kind.connect(name, target, { timeout })
}

/** The checks of each database. Most have the same routes, which are looked up once. */
function membersOf({ checks }: Config, notifiers: readonly Notifier[]): ReadonlyMap<string, readonly Watched[]> {
  const members = new Map<string, Watched[]>()
  const known = new Map<Routes, Routes>()
  for (const watched of checks) {
    const { policy, check } = watched
    const routes = known.get(policy.notify) ?? routesFor(policy, notifiers)
    known.set(policy.notify, routes)
    const others = members.get(check.source) ?? []
    if (others.length === 0) members.set(check.source, others)
    others.push({ routes, ...watched })
  }
  return members
}

async function targetOf({ url, password, session }: DatabaseConfig, environment: Environment): Promise<DatabaseTarget> {
  const written = await underKey('url', () => parseDatabaseUrl(url, environment))
  const target = session === undefined ? written : await underKey('session', () => withSession(written, session))
  return password === undefined ? target : await underKey('password_file', () => withPassword(target, password))
}

/** A database tells all whom its checks would tell, as soon as the first of them would. */
function databasePolicy({ policy }: DatabaseConfig, watched: readonly Watched[]): Policy {
  // Most share one: there may be ten thousand of them.
  const policies = [...new Set(watched.map((member) => member.policy))]
  const failures = soonest(policies.map((one) => one.failures))
  return {
    notify: unitedRoutes(policies.map(({ notify }) => notify)),
    // Good runs in a row close what bad runs in a row open.
    failures: policy.recoveries === undefined || typeof failures === 'number' ? failures : failures.count,
    recoveries: largest(
      policies.map(({ recoveries }) => recoveries),
      1,
    ),
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
  return lengths.length === 0 ? 'never' : smallest(lengths, Number.POSITIVE_INFINITY)
}

/** The clock of the machine, or one that stands still. */
export function createClock(frozenAt: Date | undefined): Clock {
  return { now: () => (frozenAt === undefined ? new Date() : new Date(frozenAt)) }
}
