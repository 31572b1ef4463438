import {
  child,
  FORBIDDEN_NAMES,
  formatPath,
  mapTexts,
  namesIn,
  type Path,
  type PlaceInFile,
  type Problem,
} from '../../core/shape/tree.ts'
import { NAME, show } from '../../core/shape/values.ts'
import { type EachName, readEachNames } from '../read/each-names.ts'
import type { Merged } from '../read/merge.ts'

/** Stands for each of the names. */
const EACH = '{each}'

/** How many checks all `foreach` of a configuration may make. */
const MOST_CHECKS = 100_000

/** Where everything stands. */
type Places = Pick<Merged, 'place' | 'fileOf'>

/** A configuration in which each `foreach` has become its checks. */
export interface Unfolded extends Places {
  readonly raw: unknown
  readonly problems: readonly Problem[]
  /** of the files that were read */
  readonly editions: readonly string[]
  /** What is wrong with an entry is wrong with each check that was made of it. */
  readonly spread: (problems: readonly Problem[]) => readonly Problem[]
}

/**
 * Makes of each check with `foreach` one check for each of the names, which replace `{each}` in its name and in all of
 * its texts but SQL. Each check has the place of the entry that it was made of.
 */
export async function unfold(raw: unknown, { place, fileOf }: Places): Promise<Unfolded> {
  const checks = child(raw, 'checks')
  const isTemplate = (name: string): boolean => child(child(checks, name), 'foreach') !== undefined
  const templates = namesIn(checks).filter(isTemplate)
  const plain = namesIn(checks).filter((name) => !isTemplate(name))
  const made: Made = {
    checks: new Map(plain.map((name) => [name, child(checks, name)])),
    templates: new Map(),
    madeOf: new Map(),
    spots: new Map(),
    problems: [],
    place,
  }
  const editions: string[] = []
  for (const template of templates) {
    const { foreach, ...entry } = Object(child(checks, template))
    const found = await readEachNames(foreach, fileOf(['checks', template]))
    if (found.kind === 'names') {
      makeAll(made, { template, entry, names: found.names })
      editions.push(found.edition)
    } else {
      made.checks.set(template, entry)
      blame(made, template, { spot: ['checks', template, 'foreach', ...found.below], text: found.text })
    }
  }
  const names = namesIn(checks).flatMap((name) => made.madeOf.get(name) ?? [name])
  return {
    raw: { ...Object(raw), checks: Object.fromEntries(names.map((name) => [name, made.checks.get(name)])) },
    problems: made.problems,
    editions,
    place: (path) => placeOf(path, made),
    fileOf: (path) => fileOf(writtenPath(path, made)),
    spread: (problems) => problems.flatMap((problem) => spreadOne(problem, made)),
  }
}

/** What was made so far. */
interface Made {
  readonly checks: Map<string, unknown>
  /** by name of a check that was made, the name of its entry */
  readonly templates: Map<string, string>
  /** by name of an entry, the names of the checks that were made */
  readonly madeOf: Map<string, readonly string[]>
  /** by name of a check that is wrong as a whole, where the reason stands */
  readonly spots: Map<string, Path>
  readonly problems: Problem[]
  readonly place: Merged['place']
}

/** An entry with `foreach`. */
interface Template {
  readonly template: string
  readonly entry: Readonly<Record<string, unknown>>
  readonly names: readonly EachName[]
}

function makeAll(made: Made, { template, entry, names }: Template): void {
  const pattern = template.includes(EACH) ? template : `${template}-${EACH}`
  const withSql = SQL_KEYS.filter((key) => typeof entry[key] === 'string' && entry[key].includes(EACH))
  const foreach = ['checks', template, 'foreach']
  const seen = new Map<string, string>()
  const checks: string[] = []
  made.madeOf.set(template, checks)
  for (const { name, below, line } of names) {
    const check = pattern.replaceAll(EACH, () => name)
    const wrong = wrongName(check) ?? twice(name, seen) ?? known(check, made)
    if (wrong !== undefined) {
      const text = line === '' ? wrong : `${line}: ${wrong}`
      blame(made, check, { spot: [...foreach, ...below], text })
    }
    seen.set(name, line)
    // Of a forbidden name nothing can be kept.
    if (made.checks.has(check) || FORBIDDEN_NAMES.includes(check)) continue
    if (made.templates.size === MOST_CHECKS) {
      blame(made, check, { spot: foreach, text: `makes more than ${MOST_CHECKS} checks; write fewer` })
      return
    }
    checks.push(check)
    made.templates.set(check, template)
    made.checks.set(check, filledIn(entry, name))
    for (const key of withSql) made.problems.push({ path: ['checks', check, key], text: NOT_IN_SQL })
  }
}

/** A name never becomes part of a statement: it is bound. */
const SQL_KEYS: readonly string[] = ['query', 'rows']
const NOT_IN_SQL = `holds ${EACH}, which is not put into SQL; write a parameter, and ${EACH} in params`

function filledIn(entry: unknown, name: string): unknown {
  return mapTexts(entry, (text, path) =>
    path.length === 1 && SQL_KEYS.includes(String(path[0])) ? text : text.replaceAll(EACH, () => name),
  )
}

function wrongName(check: string): string | undefined {
  if (FORBIDDEN_NAMES.includes(check)) return `${show(check)} cannot be a name; write another`
  if (NAME.test(check)) return undefined
  return `${show(check)} cannot be a name; write letters, digits, ".", "_" and "-", at most 64`
}

function twice(name: string, seen: ReadonlyMap<string, string>): string | undefined {
  const line = seen.get(name)
  if (line === undefined) return undefined
  return line === ''
    ? `${show(name)} stands twice in the list; remove one of them`
    : `${show(name)} stands in ${line} as well; remove one of them`
}

function known(check: string, { checks, templates, place }: Made): string | undefined {
  if (!checks.has(check)) return undefined
  const path = ['checks', templates.get(check) ?? check]
  return `makes ${check}, which stands in ${lineIn(place(path), path)} as well; rename or remove one of them`
}

/** A check that is wrong as a whole, which is told once. */
function blame(
  { spots, problems }: Made,
  check: string,
  { spot, text }: { readonly spot: Path; readonly text: string },
): void {
  if (spots.has(check)) return
  spots.set(check, spot)
  problems.push({ path: ['checks', check], text })
}

/** What stands in the file at the place of a path. */
function writtenPath(path: Path, { templates, spots }: Made): Path {
  const [section, name, ...rest] = path
  if (section !== 'checks' || name === undefined) return path
  const spot = rest.length === 0 ? spots.get(String(name)) : undefined
  return spot ?? [section, templates.get(String(name)) ?? name, ...rest]
}

/** The line of the entry, with the name of the check that was made of it. */
function placeOf(path: Path, made: Made): PlaceInFile {
  const written = writtenPath(path, made)
  const place = made.place(written)
  const [section, name] = path
  const isMade = section === 'checks' && made.templates.has(String(name)) && written[1] !== name
  if (!isMade || made.spots.get(String(name)) === written) return place
  const label = `${lineIn(place, written)}: ${formatPath(path)}`
  return { ...place, label, template: { label: place.label, path: written } }
}

function lineIn({ label }: PlaceInFile, path: Path): string {
  return label.slice(0, -`: ${formatPath(path)}`.length)
}

function spreadOne(problem: Problem, { madeOf }: Made): readonly Problem[] {
  const [section, name, ...rest] = problem.path
  const checks = section === 'checks' ? madeOf.get(String(name)) : undefined
  return checks?.map((check) => ({ ...problem, path: ['checks', check, ...rest] })) ?? [problem]
}
