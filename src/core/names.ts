import { clean, shorten } from './words/text.ts'

/** A check, or one of the rows that it watches. */
export interface Named {
  /** name of the check, `database:NAME`, `clock:NAME`, `response:NAME`, `run:lock` or `run:configuration` */
  readonly check: string
  /** the row's name, as the database has it: any text at all */
  readonly item?: string
}

/** What is judged of a source itself: whether it answers, what its clock shows, or how long it took. */
export type Aspect = 'answer' | 'clock' | 'response'

/** A source, and what is judged of it. */
export interface OfSource {
  /** the source's name, as the configuration has it */
  readonly source: string
  readonly aspect: Aspect
}

/** The row of a run of ours that does not end. */
export const STUCK_RUN = 'run:lock'
/** The row of what went wrong in a run of ours and belongs to nothing that it read. */
export const STRAY_IN_RUN = 'run:unforeseen'

/** The row of the configuration, where something in it is wrong. */
export const CONFIGURATION = 'run:configuration'

/** What the name of a run of ours begins with. */
const OF_A_RUN = 'run:'

/** What stands before a source's name in that of its row, and where a person reads it. */
const PREFIXES: Readonly<Record<Aspect, string>> = { answer: 'database:', clock: 'clock:', response: 'response:' }
const TITLES: Readonly<Record<Aspect, string>> = {
  answer: 'database',
  clock: 'clock of database',
  response: 'response of database',
}
const ASPECTS: readonly Aspect[] = ['answer', 'clock', 'response']

/** The name of the row that a source has for what is judged of it: `database:NAME`, `clock:NAME` or `response:NAME`. */
export function nameOfSource(source: string, aspect: Aspect): string {
  return `${PREFIXES[aspect]}${source}`
}

/** The reverse of `nameOfSource`; undefined for the name of anything else. */
export function sourceIn(name: string): OfSource | undefined {
  const aspect = ASPECTS.find((one) => name.startsWith(PREFIXES[one]))
  return aspect === undefined ? undefined : { source: name.slice(PREFIXES[aspect].length), aspect }
}

/** The name of a source that a plan calls NAME or, as earlier versions did, `database:NAME`. */
export function bareNameOf(source: string): string {
  const of = sourceIn(source)
  return of?.aspect === 'answer' ? of.source : source
}

/** How much of an item's name a person reads, in characters. */
const ITEM_LENGTH = 60

/** A name that is quoted within an identity, as JSON. */
const QUOTED = /^"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[\da-f]{4}))*"/u

/**
 * Two have the same identity only if they are the same: `check`, or `check/item`. No name in a configuration has a slash
 * in it or begins with a quote; such a name, as a plan of one's own may have it, is quoted.
 */
export function idOf({ check, item }: Named): string {
  const name = check.includes('/') || check.startsWith('"') ? JSON.stringify(check) : check
  return item === undefined ? name : `${name}/${item}`
}

/** The reverse of `idOf`. */
export function namedBy(id: string): Named {
  const quoted = QUOTED.exec(id)?.[0]
  const slash = id.indexOf('/', quoted?.length ?? 0)
  const name = slash === -1 ? id : id.slice(0, slash)
  const check = quoted === undefined ? name : String(JSON.parse(quoted))
  return slash === -1 ? { check } : { check, item: id.slice(slash + 1) }
}

/** The identity that earlier versions gave to a check, where that could be taken for an item's. */
export function earlierIdOf({ check, item }: Named): string {
  return item === undefined ? check : `${check}/${item}`
}

/** A check's, an item's or a database's name as a person reads it: `mdx`, `workers/host-7`, `database mail`. */
export function titleOf({ check, item }: Named): string {
  if (check === CONFIGURATION) return 'configuration'
  const of = sourceIn(check)
  if (of !== undefined) return `${TITLES[of.aspect]} ${of.source}`
  if (check.startsWith(OF_A_RUN)) return 'run of lastalive'
  return item === undefined ? check : `${check}/${shorten(clean(item), ITEM_LENGTH)}`
}
