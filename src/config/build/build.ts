import { hostname } from 'node:os'
import type { Check } from '../../core/check.ts'
import { ConfigError } from '../../core/errors.ts'
import { given, present } from '../../core/given.ts'
import { parseMaintenance } from '../../core/incident/maintenance.ts'
import type { Maintenance } from '../../core/incident/muted.ts'
import { routesTo } from '../../core/incident/routes.ts'
import { responseLimits, type WrittenResponse } from '../../core/shape/response.ts'
import { child, NAMED_MAPS, namesIn } from '../../core/shape/tree.ts'
import type { SourceKind } from '../../core/source-kind.ts'
import type { FaultKind, Policy, Severity } from '../../core/types.ts'
import type {
  CheckConfig,
  Config,
  DatabaseConfig,
  LeftOutNotifier,
  LeftOutNotifierConfig,
  NotifierConfig,
} from '../config.ts'
import { secretAt } from '../read/secrets.ts'
import { systemZone } from '../read/system-zone.ts'
import type { Written } from '../read/written.ts'
import { kindFinder } from '../rules/kind-of.ts'
import { RECIPE_LIMITS } from '../rules/limits.ts'
import { remarksOn } from '../rules/remarks.ts'
import type { CheckEntry, DatabaseEntry, Defaults, KindOf, Parsed } from '../shape/shape.ts'
import { buildCheck, limitReader } from './check.ts'
import { buildHealthchecks, buildNotifier } from './notifier.ts'

type Faults = Readonly<Record<FaultKind, Severity>>

const FAULTS: Faults = {
  unreachable: 'critical',
  timeout: 'unknown',
  denied: 'unknown',
  invalid: 'unknown',
  failed: 'unknown',
}

/**
 * Fills in what was left out: what a check does not say, its database says, or else `defaults`.
 *
 * @throws ConfigError where a name was lost on the way
 */
export function buildConfig(parsed: Parsed, written: Written): Config {
  const defaults = parsed.defaults ?? {}
  const timezone = parsed.timezone ?? systemZone()
  const kindOf = kindFinder(written)
  const entries = Object.entries(parsed.databases ?? {})
  const databases = new Map(
    entries.map(([name, entry]) => [
      name,
      buildDatabase(name, entry, { defaults, written, timezone, kind: kindOf({ database: name }) }),
    ]),
  )
  const notifiers = new Map(
    Object.entries(parsed.notifiers ?? {}).flatMap(([name, entry]) => {
      const notifier = buildNotifier(name, entry, written)
      return notifier === undefined ? [] : [[name, notifier] as const]
    }),
  )
  const stubs = [...(written.taken?.notifiers ?? [])]
  const everyone = [...notifiers.keys(), ...stubs.map(([name]) => name)]
  const usual = { ...USUAL_POLICY, notify: routesTo(everyone), ...policyOf(defaults) }
  const checkOf = checkBuilder({ parsed, written, kindOf, zone: timezone })
  const checks = Object.entries(parsed.checks).map(
    ([name, entry]): CheckConfig => ({
      check: checkOf(name, entry),
      ...ownSource(kindOf(entry), entry),
      policy: withOwn(usual, policyOf(entry)),
      ...maintenanceOf(entry.maintenance ?? defaults.maintenance, entry.timezone ?? timezone),
    }),
  )
  assertNothingLost({ databases: databases.size, notifiers: notifiers.size, checks: checks.length }, written)
  return {
    instance: parsed.instance ?? hostname(),
    timezone,
    concurrency: parsed.concurrency ?? USUAL_CONCURRENCY,
    databases,
    notifiers: new Map<string, NotifierConfig | LeftOutNotifierConfig>([...notifiers, ...stubs.map(stubOf)]),
    checks,
    ...(parsed.healthchecks === undefined
      ? {}
      : { healthchecks: buildHealthchecks(parsed.healthchecks, written.secretFiles) }),
    ...(parsed.jobs === undefined ? {} : { jobs: parsed.jobs }),
    get origin() {
      return written.origin
    },
    edition: written.edition,
    remarks: [...written.remarks, ...remarksOn(parsed, checks, { written, kindOf })],
    secrets: [...new Set([...written.secrets, ...written.secretFiles.values()])],
  }
}

/** One for all: there may be ten thousand. */
const OF_A_DATABASE: Pick<CheckConfig, 'kind' | 'response'> = {}

/** What reads a check by itself; a database is read for all of its checks. */
function ownSource(kind: SourceKind, entry: CheckEntry): Pick<CheckConfig, 'kind' | 'response' | 'through'> {
  if (kind.load === undefined) return OF_A_DATABASE
  const { response } = entry
  const through = kind.database?.(entry)
  return {
    kind,
    ...(through === undefined ? {} : { through }),
    ...(response === undefined ? {} : { response: responseLimits(response as WrittenResponse) }),
  }
}

/** Builds checks; what is the same for most of thousands is made once. */
function checkBuilder({
  parsed,
  written,
  kindOf,
  zone,
}: {
  readonly parsed: Parsed
  readonly written: Written
  readonly kindOf: KindOf
  readonly zone: string
}) {
  const { defaults = {}, databases = {} } = parsed
  const { parseSchedule, fromRecipes, secretFiles } = written
  const readLimits = limitReader()
  const usual = new Map(Object.entries(databases).map(([name, database]) => [name, faultsOf(defaults, database)]))
  return (name: string, entry: CheckEntry): Check => {
    const database = typeof entry.database === 'string' ? entry.database : ''
    const faults = usual.get(database) ?? faultsOf(defaults, {})
    const recipe = fromRecipes?.get(name)
    const storedIn = entry.stored_in ?? databases[database]?.stored_in ?? defaults.stored_in
    return buildCheck(name, entry, {
      kind: kindOf(entry),
      fromRecipe: recipe ?? NO_KEYS,
      secretFiles,
      defaults,
      storedIn: storedIn ?? 'UTC',
      // A recipe knows.
      isZoneGuessed: storedIn === undefined && recipe === undefined,
      timezone: entry.timezone ?? zone,
      parseSchedule,
      readLimits,
      hasRecipeLimits: recipe !== undefined && RECIPE_LIMITS.some((key) => recipe.has(key)),
      faults: entry.faults === undefined ? faults : { ...faults, ...entry.faults },
    })
  }
}

const NO_KEYS: ReadonlySet<string> = new Set()

/** How many databases are asked at a time. */
const USUAL_CONCURRENCY = 32

const USUAL_POLICY = { failures: 1, recoveries: 1, remind: 'never', recovered: true } as const

function buildDatabase(
  name: string,
  entry: DatabaseEntry,
  {
    defaults,
    written,
    timezone,
    kind,
  }: {
    readonly defaults: Defaults
    readonly written: Written
    readonly timezone: string
    readonly kind: SourceKind
  },
): DatabaseConfig {
  const faults = faultsOf(defaults, entry)
  const secretOf = (key: string) => secretAt(written.secretFiles, ['databases', name], key)
  const password = secretOf('password_file')
  const skew = entry.skew ?? defaults.skew
  const response = entry.response ?? defaults.response
  return {
    name,
    kind,
    url: entry.url ?? secretOf('url_file'),
    ...present({ password, timeout: entry.timeout, skew }),
    ...(response === undefined ? {} : { response: responseLimits(response) }),
    storedIn: entry.stored_in ?? defaults.stored_in ?? 'UTC',
    ...(entry.session === undefined ? {} : { session: entry.session }),
    unreachable: faults.unreachable,
    faults: { ...faults, timeout: faults.unreachable },
    policy: policyOf(entry),
    ...maintenanceOf(entry.maintenance ?? defaults.maintenance, timezone),
  }
}

function policyOf(entry: Partial<Policy>): Partial<Policy> {
  return given(entry, ['failures', 'recoveries', 'remind', 'recovered', 'flap', 'notify'])
}

/** The usual one itself for all who say nothing else: most of thousands do not. */
function withOwn(usual: Policy, own: Partial<Policy>): Policy {
  return Object.keys(own).length === 0 ? usual : { ...usual, ...own }
}

function maintenanceOf(texts: readonly string[] = [], timezone: string): { readonly maintenance?: Maintenance } {
  if (texts.length === 0) return {}
  const parsed = parseMaintenance(texts, timezone)
  return parsed.kind === 'maintenance' ? { maintenance: parsed.maintenance } : {}
}

function faultsOf(defaults: Defaults, { unreachable, faults }: Partial<DatabaseEntry>): Faults {
  return { ...FAULTS, ...defaults.faults, ...faults, ...(unreachable === undefined ? {} : { unreachable }) }
}

/** A notifier whose entry is wrong: whom it tells is owed what there is to say. */
function stubOf([name, { why, to }]: [string, LeftOutNotifier]) {
  return [name, { name, leftOut: { to, why } }] satisfies [string, LeftOutNotifierConfig]
}

/** A library that drops a name must not take a check out of the watch. */
function assertNothingLost(counts: Readonly<Record<(typeof NAMED_MAPS)[number], number>>, written: Written): void {
  const lossy = NAMED_MAPS.filter((map) => counts[map] !== namesIn(child(written.raw, map)).length)
  if (lossy.length === 0) return
  throw new ConfigError(lossy.map((map) => `${written.place([map]).label}: a name was lost; rename what looks strange`))
}
