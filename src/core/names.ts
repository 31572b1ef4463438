import { clean, shorten } from './words/text.ts'

/** A check, or one of its rows. */
export interface Named {
  /** a check, `database:NAME`, `clock:NAME`, `response:NAME`, `run:lock` or `run:configuration` */
  readonly check: string
  /** the row's name, as the database has it: any text */
  readonly item?: string
}

/** What is judged of a source itself: whether it answers, its clock, or its response time. */
export type Aspect = 'answer' | 'clock' | 'response'

export interface OfSource {
  /** as the configuration has it */
  readonly source: string
  readonly aspect: Aspect
}

/** A run of ours that does not end. */
export const STUCK_RUN = 'run:lock'
/** An error of a run that belongs to nothing that it read. */
export const STRAY_IN_RUN = 'run:unforeseen'

/** Mistakes in the configuration. */
export const CONFIGURATION = 'run:configuration'

const OF_A_RUN = 'run:'

/** The beginning of a source's name, stored and for people. */
const PREFIXES: Readonly<Record<Aspect, string>> = { answer: 'database:', clock: 'clock:', response: 'response:' }
const TITLES: Readonly<Record<Aspect, string>> = {
  answer: 'database',
  clock: 'clock of database',
  response: 'response of database',
}
const ASPECTS: readonly Aspect[] = ['answer', 'clock', 'response']

/** `database:NAME`, `clock:NAME` or `response:NAME`. */
export function nameOfSource(source: string, aspect: Aspect): string {
  return `${PREFIXES[aspect]}${source}`
}

/** The reverse of `nameOfSource`; undefined for other names. */
export function sourceIn(name: string): OfSource | undefined {
  const aspect = ASPECTS.find((one) => name.startsWith(PREFIXES[one]))
  return aspect === undefined ? undefined : { source: name.slice(PREFIXES[aspect].length), aspect }
}

/** Whether a source is one that many checks share, a database: what is read for one check alone is `KIND:CHECK`. */
export function isOfDatabase(source: string): boolean {
  return !bareNameOf(source).includes(':')
}

/** Plans of earlier versions call a source `database:NAME`. */
export function bareNameOf(source: string): string {
  const of = sourceIn(source)
  return of?.aspect === 'answer' ? of.source : source
}

/** For people, in characters. */
const ITEM_LENGTH = 60

/** A quoted name in an identity, as JSON. */
const QUOTED = /^"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[\da-f]{4}))*"/u

/**
 * An identity, `check` or `check/item`, that no other check or row has. A name in a configuration has no slash and does
 * not begin with a quote. A plan of one's own may have such names, which are quoted.
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

/** What earlier versions called a check, if that could be taken for an item. */
export function earlierIdOf({ check, item }: Named): string {
  return item === undefined ? check : `${check}/${item}`
}

/** The name for people: `mdx`, `workers/host-7`, `database mail`. */
export function titleOf({ check, item }: Named): string {
  if (check === CONFIGURATION) return 'configuration'
  const of = sourceIn(check)
  if (of !== undefined) return `${TITLES[of.aspect]} ${of.source}`
  if (check.startsWith(OF_A_RUN)) return 'run of lastalive'
  return item === undefined ? check : `${check}/${shorten(clean(item), ITEM_LENGTH)}`
}
