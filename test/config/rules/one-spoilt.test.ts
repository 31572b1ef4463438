import { writeFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { dump } from 'js-yaml'
import { expect, test } from 'vitest'
import { loadWritten } from '../../../src/config/load.ts'
import { readConfig } from '../../../src/config/shape/schema.ts'
import { mapRoutes } from '../../../src/core/incident/routes.ts'
import type { Plan } from '../../../src/core/plan.ts'
import { isMapping } from '../../../src/core/shape/tree.ts'
import { NOTIFIERS as NOTIFIER_KINDS, SOURCES } from '../../../src/setup/kinds.ts'
import { setUpWhatIsRight } from '../../../src/setup/setup.ts'
import { repetitions } from '../../support/command.ts'
import { writeFiles } from '../read/written.ts'
import {
  CHECKS,
  cases,
  configurationOf,
  DATABASES,
  DEFAULTS,
  type Deed,
  type Mapping,
  NOTIFIERS,
  type Path,
  spoilt,
} from './spoiling.ts'

/** Where a configuration is written, and which sections of it in a file of conf.d. */
interface Files {
  readonly directory: string
  readonly apart: readonly string[]
}

async function planOf(raw: Mapping, { directory, apart }: Files): Promise<Plan> {
  const write = (name: string, isMeant: (section: string) => boolean) => {
    const sections = Object.entries(raw).filter(([section]) => isMeant(section))
    writeFileSync(`${directory}/${name}`, dump(Object.fromEntries(sections)), { mode: 0o600 })
  }
  write('a.yaml', (section) => !apart.includes(section))
  write('conf.d/more.yaml', (section) => apart.includes(section))
  const written = await loadWritten({
    config: `${directory}/a.yaml`,
    env: {},
    notifierLines: NOTIFIER_KINDS,
    sourceLines: SOURCES,
  })
  const { plan } = await setUpWhatIsRight(
    (wrong) => readConfig(written, wrong),
    () => ({
      environment: { env: {}, home: directory, userName: 'watch' },
      hostName: 'watch.domain.tld',
      statusCommand: 'lastalive status',
      readingTime: 36,
    }),
  )
  return plan
}

const names = (held: unknown): readonly string[] => (isMapping(held) ? Object.keys(held) : [])
const says = (entry: unknown, key: string): boolean => Object.hasOwn(Object(entry), key)
const ALL = Object.entries<Mapping>(CHECKS)
const isOf =
  (database: string) =>
  ([, check]: readonly [string, Mapping]) =>
    check.database === database
const TIMES = ['schedule', 'during', 'maintenance']

/** The checks that hang on the value at a path. */
function hanging([section, name]: Path, { defaults }: Mapping): readonly string[] {
  const of = (isMeant: (entry: readonly [string, Mapping]) => boolean) => ALL.filter(isMeant).map(([check]) => check)
  const key = String(name)
  const database = ({ database: one }: Mapping): unknown => Object(DATABASES)[String(one)]
  if (section === 'checks') return of(([check]) => name === undefined || check === key)
  if (section === 'databases') return of((entry) => name === undefined || isOf(key)(entry))
  if (section === 'timezone' || section === 'timezon') {
    return of(([, check]) => {
      const isTimed = (entry: unknown) => TIMES.some((time) => says(entry, time) || says(defaults, time))
      return isTimed(database(check)) || (isTimed(check) && !says(check, 'timezone'))
    })
  }
  // Who names nobody tells all that there are.
  const isOther = name === undefined || !says(NOTIFIERS, key)
  if (section === 'notifiers' && isOther) return of(([, check]) => !says(check, 'notify') && !says(defaults, 'notify'))
  if (section !== 'defaults') return []
  if (!says(DEFAULTS, key)) return of(() => true)
  return of(([check, entry]) => {
    if (['skew', 'response'].includes(key)) return !says(database(entry), key)
    if (key === 'faults') return true
    if (key === 'stored_in') return !says(entry, key) && !says(database(entry), key)
    if (key === 'maintenance') return !says(entry, key) || !says(database(entry), key)
    if (['warning', 'critical'].includes(key)) {
      if (['orders', 'licence', 'cloud'].includes(check)) return false
      // Two limits that contradict each other are a mistake of both.
      return ['warning', 'critical'].some((limit) => says(defaults, limit) && !says(entry, limit))
    }
    return !says(entry, key)
  })
}

/** What is planned of a check, and of the database that it looks into. */
function plannedOf({ sources }: Plan): ReadonlyMap<string, unknown> {
  return new Map(
    sources.flatMap(({ source, watched, severities, maintenance, skewLimit, responseLimits }) =>
      watched.map(({ check, policy, maintenance: own }): [string, unknown] => {
        const scheduled = JSON.stringify(check.scheduled)
        const notify = mapRoutes(policy.notify, (all) => all.toSorted())
        const of = { source: source.name, severities, maintenance, skewLimit, responseLimits }
        return [check.name, { of, check: { ...check, scheduled }, policy: { ...policy, notify }, own }]
      }),
    ),
  )
}

/** Others know what may stand below these. */
const FREE = ['headers', 'body', 'session']

/** Whether this is wrong wherever else it is done. */
function isWrong(path: Path, deed: Deed): boolean {
  if (deed === 'remove' || path.some((key) => FREE.includes(String(key)))) return false
  return 'beside' in deed || [[[]], { x: 1 }].some((wrong) => isDeepStrictEqual(deed.put, wrong))
}

/** What is wrong with a plan, compared with the plan before one path was spoilt. */
function losses(
  is: Plan,
  was: Plan,
  { raw, hangs, isWrong }: { readonly raw: Mapping; readonly hangs: readonly string[]; readonly isWrong: boolean },
) {
  const [planned, before] = [plannedOf(is), plannedOf(was)]
  const { mistakes = [], checks, databases, notifiers } = is.leftOut ?? {}
  const words = mistakes.map((mistake) => mistake.words)
  const sources = is.sources.map(({ source }) => source.name)
  const told = is.notifiers.map(({ name }) => name)
  const reasons = [...(checks?.values() ?? []), ...(notifiers?.values() ?? [])]
  return {
    changed: ALL.map(([name]) => name).filter(
      (name) => !hangs.includes(name) && !isDeepStrictEqual(planned.get(name), before.get(name)),
    ),
    unsaid: mistakes.length === 0 && isWrong,
    unnamed: is.leftOut !== undefined && mistakes.length === 0,
    placeless: words.filter((line) => !/(a|more)\.yaml:\d+: /.test(line)),
    groundless: reasons.filter((why) => !words.some((line) => why.startsWith(line))),
    checks: names(raw.checks).filter((name) => !planned.has(name) && !checks?.has(name)),
    databases: names(raw.databases).filter((name) => !sources.includes(name) && !databases?.has(name)),
    notifiers: names(raw.notifiers).filter((name) => !told.includes(name)),
  }
}

const NOTHING = {
  changed: [],
  unsaid: false,
  unnamed: false,
  placeless: [],
  groundless: [],
  checks: [],
  databases: [],
  notifiers: [],
}

test('one value that is spoilt leaves what does not hang on it as it was, and all that is left out is named', {
  timeout: 300_000,
}, async () => {
  const directory = writeFiles({ 'conf.d/more.yaml': '' })
  await fc.assert(
    fc.asyncProperty(cases, async (one) => {
      const before = configurationOf(one)
      const [path, raw] = spoilt(before, one.path, one.deed)
      const files = { directory, apart: one.apart }
      const [was, is] = [await planOf(before, files), await planOf(raw, files)]
      expect(losses(is, was, { raw, hangs: hanging(path, before), isWrong: isWrong(path, one.deed) })).toEqual(NOTHING)
    }),
    { numRuns: repetitions(500) },
  )
})
