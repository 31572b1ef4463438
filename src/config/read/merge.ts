import {
  child,
  formatPath,
  isMapping,
  NAMED_MAPS,
  namesIn,
  type Path,
  type PlaceInFile,
  type Problem,
} from '../../core/shape/tree.ts'
import { joined } from '../../core/words/joined.ts'
import { nearest } from '../../core/words/text.ts'

/** A file that was understood as YAML. */
export interface YamlFile {
  readonly path: string
  readonly raw: unknown
  readonly lineOf: (path: Path) => number
  /** names that stand twice in it */
  readonly twice: readonly (Problem & { readonly line: number })[]
  readonly isReadableByOthers: boolean
  readonly mayHoldVariables: boolean
  readonly edition: string
}

/** Which file a named thing stands in. */
type Owners = ReadonlyMap<string, YamlFile>

/** More lines than any file has, so that places sort by file first. */
const LINES = 1e9

/** Several files as one. */
export interface Merged {
  readonly raw: unknown
  readonly place: (path: Path) => PlaceInFile
  /** the path of the file in which this stands */
  readonly fileOf: (path: Path) => string
  readonly problems: readonly Problem[]
}

/** Adds the databases, notifiers and checks of further files to those of the main one. */
export function mergeSources(main: YamlFile, more: readonly YamlFile[]): Merged {
  const sources = [main, ...more]
  // Of one file alone it is plain whose everything is.
  const owners: Owners = more.length === 0 ? new Map() : ownersOf(sources)
  const ownerOf = (path: Path) => owners.get(ownerKey(path)) ?? main
  return {
    raw: mergeRaw(main, more),
    place: (path) => placeIn(sources, ownerOf(path), path),
    fileOf: (path) => ownerOf(path).path,
    problems: [...sources.flatMap((source) => twiceIn(source, sources)), ...mergeProblems(sources, owners)],
  }
}

function ownerKey(path: Path): string {
  return joined(...path.slice(0, 2).map(String))
}

/** Which file a named thing stands in; the first where there are several. */
function ownersOf(sources: readonly YamlFile[]): Owners {
  const owners = new Map<string, YamlFile>()
  for (const source of sources) {
    for (const path of namedPaths(source)) if (!owners.has(ownerKey(path))) owners.set(ownerKey(path), source)
  }
  return owners
}

function namedPaths({ raw }: YamlFile): readonly Path[] {
  return NAMED_MAPS.flatMap((map) => namesIn(child(raw, map)).map((name) => [map, name]))
}

function placeIn(sources: readonly YamlFile[], source: YamlFile, path: Path, line = source.lineOf(path)): PlaceInFile {
  const label = `${source.path}:${line}${path.length === 0 ? '' : `: ${formatPath(path)}`}`
  return { label, order: sources.indexOf(source) * LINES + line }
}

/** What stands in the main file, with the named things of the others; a main file that is no mapping stays what it is. */
function mergeRaw(main: YamlFile, more: readonly YamlFile[]): unknown {
  const { raw } = main
  if (!isMapping(raw)) return raw
  const maps = NAMED_MAPS.flatMap((map): readonly [string, unknown][] => {
    const own = child(raw, map)
    const others = more.map((source) => child(source.raw, map)).filter(isMapping)
    if (others.length === 0 || (own !== undefined && own !== null && !isMapping(own))) return []
    return [[map, firstOfEach([own, ...others])]]
  })
  return { ...raw, ...Object.fromEntries(maps) }
}

function firstOfEach(parts: readonly unknown[]): unknown {
  const merged = new Map<string, unknown>()
  for (const [name, value] of parts.filter(isMapping).flatMap((part) => Object.entries(part))) {
    if (!merged.has(name)) merged.set(name, value)
  }
  return Object.fromEntries(merged)
}

/** Of a whole section that stands twice, what stands in the last is known, and what stood in the first is not. */
function twiceIn(source: YamlFile, sources: readonly YamlFile[]): readonly Problem[] {
  return source.twice.map(({ path, text, line }) => {
    const isOfAll = source === sources[0] && path.length === 1 && !(NAMED_MAPS as readonly unknown[]).includes(path[0])
    return isOfAll ? { path, text } : { path, text, place: placeIn(sources, source, path, line) }
  })
}

function mergeProblems(sources: readonly YamlFile[], owners: Owners): readonly Problem[] {
  return sources.slice(1).flatMap((source) => {
    const place = (path: Path) => placeIn(sources, source, path)
    const twice = namedPaths(source).flatMap((path): readonly Problem[] => {
      const first = owners.get(ownerKey(path))
      if (first === undefined || first === source) return []
      const text = `stands in ${first.path}:${first.lineOf(path)} as well; rename or remove one of them`
      return [{ path, text, place: place(path) }]
    })
    return [...shapeProblems(source, place), ...twice]
  })
}

/** What further files may hold is less than what the main one may. */
function shapeProblems({ raw }: YamlFile, place: (path: Path) => PlaceInFile): readonly Problem[] {
  const known: readonly string[] = NAMED_MAPS
  // A file in which everything is commented out.
  if (raw === null) return []
  if (!isMapping(raw)) return [{ path: [], text: `is not a mapping; write ${known.join(', ')}`, place: place([]) }]
  return Object.entries(raw).flatMap(([key, value]): readonly Problem[] => {
    const at = { path: [key], place: place([key]) }
    if (!known.includes(key)) {
      const meant = nearest(key, known)
      return [
        {
          ...at,
          text:
            meant === undefined ? 'belongs in the main file; move it there' : `there is no such key; write ${meant}`,
        },
      ]
    }
    return isMapping(value) ? [] : [{ ...at, text: 'is not a mapping; write names and what they stand for below it' }]
  })
}
