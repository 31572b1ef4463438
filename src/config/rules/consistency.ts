import { partsOfKey } from '../../core/find/key-pattern.ts'
import { measureOf } from '../../core/judge/measure.ts'
import { urlProblems } from '../../core/shape/combination.ts'
import { at, child, isMapping, namesIn, type Path, type Problem } from '../../core/shape/tree.ts'
import { HTTP_EXAMPLE } from '../../core/shape/web.ts'
import type { SourceKind } from '../../core/source-kind.ts'
import { joined } from '../../core/words/joined.ts'
import type { Written } from '../read/written.ts'
import { kindFinder, measured } from './kind-of.ts'
import { limitProblems } from './limits.ts'
import { fittingProblems } from './many.ts'
import { notifierProblems } from './notifiers.ts'
import { afterProblems, tellingProblems, unknownName } from './telling.ts'
import { timeProblems } from './times.ts'

/** What a check is held against besides what stands in the tree. */
type Surroundings = Pick<
  Written,
  'raw' | 'notifierKinds' | 'sourceKinds' | 'secretFiles' | 'parseSchedule' | 'fromRecipes' | 'mayLackUrl'
>

/**
 * What is wrong between the parts of a configuration, each of which may be right.
 *
 * @param written with the tree as it was written: what is wrong with one part must not hide what is wrong between others
 */
export function consistencyProblems(written: Surroundings): readonly Problem[] {
  const { raw } = written
  const checks = child(raw, 'checks')
  return [
    ...(isMapping(checks) && namesIn(checks).length === 0 ? [NOTHING_TO_WATCH] : []),
    ...limitProblems(child(raw, 'defaults'), { measure: measureOf(child(raw, 'defaults')) }, ['defaults']),
    ...tellingProblems(raw, ['defaults']),
    ...namesIn(child(raw, 'databases')).flatMap((name) => databaseProblems(written, name)),
    ...namesIn(child(raw, 'notifiers')).flatMap((name) => notifierProblems(raw, name, written.notifierKinds)),
    ...urlProblems(child(raw, 'healthchecks'), ['healthchecks'], HTTP_EXAMPLE),
    ...jobsProblems(written),
    ...checksProblems(written),
  ]
}

/** Jobs leave their beats in tables. */
function jobsProblems(written: Surroundings): readonly Problem[] {
  const jobs = child(written.raw, 'jobs')
  const databases = namesIn(child(written.raw, 'databases'))
  if (typeof jobs !== 'string') return []
  if (!databases.includes(jobs)) return [unknownName(['jobs'], jobs, 'database', databases)]
  if (kindFinder(written)({ database: jobs }).statement !== undefined) return []
  return [{ path: ['jobs'], text: 'is no database that speaks SQL; name another' }]
}

/** Of thousands of checks most say the same but for their key: what was found right is not looked at again. */
function checksProblems(written: Surroundings): readonly Problem[] {
  const checks = child(written.raw, 'checks')
  const databases = namesIn(child(written.raw, 'databases'))
  const right = new Set<string>()
  const kindOf = kindFinder(written)
  const speaksSql = (database: string): boolean => kindOf({ database }).statement !== undefined
  return namesIn(checks).flatMap((name) => {
    const entry = child(checks, name)
    if (!isMapping(entry)) return []
    const shape = shapeOf(entry, written.fromRecipes?.get(name))
    const problems = right.has(shape)
      ? []
      : checkProblems(written, { name, entry, databases, kind: kindOf(entry), speaksSql })
    if (problems.length === 0) right.add(shape)
    return entry.after === undefined ? problems : [...problems, ...afterProblems(written.raw, name)]
  })
}

/** All that matters for whether an entry is right, of its key no more than whether it stands for many. */
function shapeOf(entry: Readonly<Record<string, unknown>>, fromRecipe: ReadonlySet<string> = new Set()): string {
  const { key } = entry
  let shape = JSON.stringify([typeof key === 'string' ? partsOfKey(key).length > 1 : key, ...fromRecipe])
  for (const name of Object.keys(entry)) {
    const value = entry[name]
    if (OF_ITS_OWN.has(name)) continue
    // A text as it is: quoted, each of ten thousand would take a while.
    shape +=
      typeof value === 'string' ? joined(name, 'text', value) : joined(name, 'other', String(JSON.stringify(value)))
  }
  return shape
}

/** What may be said as it likes. */
const OF_ITS_OWN: ReadonlySet<string> = new Set(['key', 'note', 'runbook', 'after'])

const NOTHING_TO_WATCH: Problem = {
  path: ['checks'],
  text: 'there is nothing to watch; write at least one check under checks',
}

function databaseProblems({ raw, mayLackUrl }: Surroundings, name: string): readonly Problem[] {
  const path = ['databases', name]
  const entry = at(raw, path)
  const [short, long] = [child(entry, 'unreachable'), child(child(entry, 'faults'), 'unreachable')]
  const isTwofold = short !== undefined && long !== undefined && short !== long
  const text = 'says something else than faults.unreachable; remove one of them'
  return [
    ...(mayLackUrl ? [] : urlProblems(entry, path, 'postgres://user@host/database, say')),
    ...tellingProblems(raw, path),
    ...(isTwofold ? [{ path: [...path, 'unreachable'], text }] : []),
  ]
}

interface CheckOfKind {
  readonly name: string
  readonly entry: unknown
  readonly databases: readonly string[]
  readonly kind: SourceKind
  /** whether there are tables in a database */
  readonly speaksSql: (database: string) => boolean
}

/** The database that a check looks into, or is read through, and under which keys it says so. */
function databaseOf(entry: unknown, kind: SourceKind): readonly [unknown, Path] {
  const through = kind.database?.(entry)
  return through === undefined ? [child(entry, 'database'), ['database']] : [through, [kind.key, 'database']]
}

function checkProblems(
  { raw, parseSchedule, fromRecipes }: Surroundings,
  { name, entry, databases, kind, speaksSql }: CheckOfKind,
): readonly Problem[] {
  const path = ['checks', name]
  const [database, place] = databaseOf(entry, kind)
  const defaults = child(raw, 'defaults')
  const measure = measured(entry, kind)
  const isLimited = measure === undefined || kind.isLimited?.(entry) === true
  const own = kind.problems?.(entry, path) ?? []
  const isUnknown = typeof database === 'string' && !databases.includes(database)
  return [
    ...(isUnknown ? [unknownName([...path, ...place], database, 'database', databases)] : []),
    ...(typeof database === 'string' && !isUnknown && place.length > 1 && !speaksSql(database)
      ? [{ path: [...path, ...place], text: 'is no database that speaks SQL; name another' }]
      : []),
    ...tellingProblems(raw, path),
    ...own,
    // Where it does not say what to look at, nothing can be said of the rest.
    ...(own.some((problem) => problem.path.length === path.length) ? [] : fittingProblems(entry, path, kind)),
    ...timeProblems(entry, path, {
      parseSchedule,
      defaults,
      measure,
      isScheduled: kind.isScheduled?.(entry) === true,
    }),
    ...limitProblems(entry, { defaults, fromRecipe: fromRecipes?.get(name), measure, isLimited }, path),
  ]
}
