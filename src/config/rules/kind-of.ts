import { type Measure, measureOf } from '../../core/judge/measure.ts'
import { at, child, isMapping, namesIn } from '../../core/shape/tree.ts'
import type { LoadedKind, SourceKind, SourceLine } from '../../core/source-kind.ts'
import { nearest } from '../../core/words/text.ts'
import { type Secrets, secretAt } from '../read/secrets.ts'

/** What the kind of a check's source is told by. */
export interface Kinded {
  readonly raw: unknown
  readonly sourceKinds: readonly LoadedKind[]
  readonly secretFiles: Secrets
}

/** The key of the checks that look into a database. */
const DATABASE = 'database'

/** Loads those of the kinds that a configuration may need, of databases at least the first. */
export async function kindsIn(raw: unknown, lines: readonly SourceLine[]): Promise<readonly LoadedKind[]> {
  const [checks, databases] = [child(raw, 'checks'), child(raw, 'databases')]
  const words = new Set(namesIn(checks).flatMap((name) => namesIn(child(checks, name))))
  const known = lines.map(({ key }) => key)
  const meant = new Set([...words].map((word) => (known.includes(word) ? word : nearest(word, known))))
  const urls = namesIn(databases).map((name) => child(databases, name))
  const isUsed = ({ key, speaks }: SourceLine): boolean =>
    key === DATABASE ? speaks === undefined || urls.some((url) => maySpeak(url, speaks)) : meant.has(key)
  return await Promise.all(lines.filter(isUsed).map((line) => loadKind(line, words)))
}

/**
 * Loads a kind of the table.
 *
 * @param words the keys of the checks; undefined for all that it may have
 */
export async function loadKind({ speaks, load }: SourceLine, words?: ReadonlySet<string>): Promise<LoadedKind> {
  const kind = await load(words)
  return speaks === undefined ? kind : { ...kind, speaks }
}

/** What stands in a file is not read yet. */
function maySpeak(database: unknown, speaks: RegExp): boolean {
  const url = isMapping(database) ? child(database, 'url') : database
  return typeof url === 'string' ? speaks.test(url.trim()) : child(database, 'url_file') !== undefined
}

/** Finds the kind of a check's source, as far as its entry says it: else it is that of most databases. */
export function kindFinder({ raw, sourceKinds, secretFiles }: Kinded): (entry: unknown) => SourceKind {
  const ofDatabases = new Map<string, SourceKind | undefined>()
  const others = sourceKinds.filter(({ key }) => key !== DATABASE)
  const usual = sourceKinds.find(({ key, speaks }) => key === DATABASE && speaks === undefined)
  const dialectOf = (name: string): SourceKind | undefined => {
    const entry = at(raw, ['databases', name])
    const url =
      typeof entry === 'string'
        ? entry
        : (child(entry, 'url') ?? secretAt(secretFiles, ['databases', name], 'url_file'))
    return typeof url === 'string' ? sourceKinds.find(({ speaks }) => speaks?.test(url.trim())) : undefined
  }
  return (entry) => {
    const name = child(entry, DATABASE)
    if (typeof name === 'string' && !ofDatabases.has(name)) ofDatabases.set(name, dialectOf(name))
    const found = typeof name === 'string' ? ofDatabases.get(name) : kindAmong(others, entry)
    const kind = found ?? usual ?? sourceKinds[0]
    if (kind === undefined) throw new Error('there is no kind of source')
    return kind
  }
}

/** By its key, or else by one that was most likely meant for it. */
function kindAmong(kinds: readonly SourceKind[], entry: unknown): SourceKind | undefined {
  if (kinds.length === 0) return undefined
  const byKey = kinds.find(({ key }) => child(entry, key) !== undefined)
  if (byKey !== undefined || namesIn(entry).includes(DATABASE)) return byKey
  const names = [DATABASE, ...kinds.map(({ key }) => key)]
  const meant = namesIn(entry).map((word) => nearest(word, names))
  return kinds.find(({ key }) => meant.includes(key))
}

/** What is measured, as far as the entry says it rightly; undefined where its source judges by itself. */
export function measured(entry: unknown, kind: SourceKind): Measure | undefined {
  const own = kind.measure === undefined ? measureOf(entry) : kind.measure(entry)
  const by = child(entry, 'by')
  if (own === undefined || (by !== 'change' && by !== 'rate')) return own
  return by === 'change' ? 'age' : 'amount'
}
