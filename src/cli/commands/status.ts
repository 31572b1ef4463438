import { UsageError } from '../../core/errors.ts'
import { isMeantBy, type Silence } from '../../core/incident/muted.ts'
import { judgeLastRun, type LastRunVerdict } from '../../core/judge/last-run.ts'
import { exitCodeOf, worst } from '../../core/judge/severity.ts'
import { namedBy } from '../../core/names.ts'
import type { FoundLastRun, StateStore, StoredState } from '../../core/ports.ts'
import type { Seconds, Severity } from '../../core/types.ts'
import { openStore } from '../../setup/open-store.ts'
import { type Place, whyNowhere } from '../../setup/place.ts'
import type { WatchOptions } from '../options/options.ts'
import { formatOne } from '../output/nagios.ts'
import { formatStatus, formatStatusJson } from '../output/status.ts'
import { placeOf } from '../settings/place.ts'
import { keptZone } from '../settings/zone.ts'
import { type Code, complainOf, problemWords, type World } from '../world.ts'

/** The options of `status`. */
export interface StatusOptions extends Pick<WatchOptions, 'config' | 'state' | 'lockfile' | 'timezone'> {
  readonly maxAge?: Seconds
  readonly quiet?: boolean
  readonly format?: 'text' | 'json'
  readonly limit?: number
}

/**
 * What is open, since when, and who was told, whatever configuration it belongs to; with `--max-age`, how long ago the last
 * run finished. Needs no configuration, and writes nothing.
 *
 * @param names of checks and rows, in which each `*` stands for any text; none for all
 */
export async function statusCommand(names: readonly string[], options: StatusOptions, world: World): Promise<Code> {
  const { limit, quiet, maxAge } = options
  if (limit !== undefined) throw new UsageError('--limit goes with --history')
  if (options.config !== undefined) {
    throw new UsageError('--config goes with --history; where to look is named by --state or --lockfile')
  }
  if (quiet === true && maxAge === undefined) {
    throw new UsageError('--quiet goes with --max-age, as in: lastalive status --max-age 5m --quiet')
  }
  if (maxAge !== undefined && names.length > 0) {
    throw new UsageError('--max-age is about the last run of all; leave the names out')
  }
  const place = placeOf(options, world)
  const store = await openStore(place, { readOnly: true })
  const looked = await lookAtLastRun(store, place)
  if (maxAge !== undefined && options.format !== 'json') return sayAge(looked, place, { ...options, maxAge, world })
  const stored = choose(await store.load([]), names)
  const problems = [...stored.problems, ...looked.problems]
  const now = new Date()
  const found = { stored: { ...stored, problems }, lastRun: looked.lastRun, now, place, names }
  const state = maxAge === undefined ? stateOf(found.stored) : ageOf(looked, place, { maxAge, now }).severity
  const timezone = options.timezone ?? (await keptZone(store))
  world.stdout.write(options.format === 'json' ? formatStatusJson(found, state) : formatStatus(found, timezone))
  for (const problem of problems) complainOf(world, problem)
  return exitCodeOf(state)
}

/** The last run, and what is wrong with the place where it should be noted. */
async function lookAtLastRun(store: StateStore, place: Place): Promise<FoundLastRun> {
  const found = await store.loadLastRun()
  return found.problems.length > 0 ? found : { ...found, problems: await whyNowhere(place) }
}

/** One line, as a monitoring plugin says it: also where nobody looks but cron. */
function sayAge(
  looked: FoundLastRun,
  place: Place,
  { maxAge, quiet, world }: { readonly maxAge: Seconds; readonly quiet?: boolean; readonly world: World },
): Code {
  const { severity, summary, age } = ageOf(looked, place, { maxAge, now: new Date() })
  const critical = { alerts: 'outside', from: 0, to: maxAge } as const
  const figure = { name: 'last_run', value: age, unit: 's', critical, min: 0 } as const
  if (severity !== 'ok' || quiet !== true) world.stdout.write(formatOne({ severity, summary, metrics: [figure] }))
  return exitCodeOf(severity)
}

/** What cannot be read is not late, but unknown. */
function ageOf(
  { lastRun, problems }: FoundLastRun,
  { path }: Place,
  { maxAge, now }: { readonly maxAge: Seconds; readonly now: Date },
): LastRunVerdict {
  const [problem] = problems
  if (problem !== undefined) return { severity: 'unknown', summary: problemWords(problem), age: undefined }
  return judgeLastRun(lastRun, { where: path, maxAge, now })
}

/** What was asked for by names. Which tags a check has stands in the configuration, which is not read here. */
function choose(stored: StoredState, names: readonly string[]): StoredState {
  if (names.length === 0) return stored
  const isAbout = ({ names: silenced, tags }: Silence): boolean =>
    tags.length > 0 ||
    silenced.some((one) => names.some((name) => isMeantBy(one, { check: name }) || isMeantBy(name, { check: one })))
  return {
    ...stored,
    incidents: stored.incidents.filter((incident) => names.some((name) => isMeantBy(name, incident))),
    foreign: stored.foreign.filter(({ check }) => names.some((name) => isMeantBy(name, { check }))),
    pending: new Map([...stored.pending].filter(([id]) => names.some((name) => isMeantBy(name, namedBy(id))))),
    silences: stored.silences.filter(isAbout),
  }
}

function stateOf({ incidents, foreign, problems }: StoredState): Severity {
  return worst([
    problems.length > 0 ? 'unknown' : 'ok',
    ...incidents.filter(({ closedAt }) => closedAt === undefined).map(({ severity }) => severity),
    ...foreign.map(() => 'critical' as const),
  ])
}
