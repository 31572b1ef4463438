import type { Config } from '../../config/config.ts'
import { loadWritten } from '../../config/load.ts'
import { readConfig } from '../../config/shape/schema.ts'
import { ConfigError, UsageError } from '../../core/errors.ts'
import { matchesParts, partsOfKey } from '../../core/find/key-pattern.ts'
import { isInForce, isMeantBy, isSilenced, type Silence } from '../../core/incident/muted.ts'
import { append } from '../../core/lists.ts'
import { type Named, nameOfSource, titleOf } from '../../core/names.ts'
import { formatInstant } from '../../core/time/zone.ts'
import type { Seconds } from '../../core/types.ts'
import { adviceOn } from '../../core/words/advice.ts'
import { clean } from '../../core/words/text.ts'
import { KINDS } from '../../setup/kinds.ts'
import { openStore } from '../../setup/open-store.ts'
import { type HandOptions, handOf, namesInWords, noteOf, whileNoneRuns } from '../settings/hands.ts'
import { placeOf } from '../settings/place.ts'
import { keptZone } from '../settings/zone.ts'
import { type Code, complain, type World } from '../world.ts'

/** The options of `silence`. */
export interface SilenceOptions extends HandOptions {
  readonly config?: string
  readonly tag?: readonly string[]
  readonly for?: Seconds
  readonly note?: string
  readonly end?: boolean
}

/** What is to be silenced: names in which each `*` stands for any text, and tags. */
interface Subject {
  readonly names: readonly string[]
  readonly tags: readonly string[]
}

/** Keeps some checks quiet for a while, also before anything is wrong: they are watched, and only their end is told. */
export async function silenceCommand(names: readonly string[], options: SilenceOptions, world: World): Promise<Code> {
  const { lockfile, tag: tags = [] } = options
  const subject = { names: names.length === 0 && tags.length === 0 && lockfile !== undefined ? ['*'] : names, tags }
  if (subject.names.length + tags.length === 0) {
    throw new UsageError('name what to silence, as in: lastalive silence mdx --for 2h, or --tag night')
  }
  if ((options.for === undefined) === (options.end !== true)) {
    throw new UsageError('for how long? write --for 2h; or --end, for the end of a silence')
  }
  if (options.end === true) {
    const act = () => endSilences(subject, options, world)
    return whileNoneRuns(act, { options, world, failed: 'not ended' })
  }
  const known = await knownTo(options, world)
  const matched = matchesOf(subject, known)
  // Its first line says that it cannot be read; where that is does not matter to what is open.
  if (known?.unread !== undefined) complain(world, `${known.unread.split('\n')[0]}; ${RUN_VALIDATE}`)
  const timezone = known?.timezone ?? (await keptZone(await openStore(placeOf(options, world))))
  const act = () => begin(subject, { matched, timezone }, { options, world })
  return whileNoneRuns(act, { options, world, failed: 'not silenced' })
}

async function begin(
  { names, tags }: Subject,
  { matched, timezone }: { readonly matched: readonly string[] | undefined; readonly timezone: string },
  { options, world }: { readonly options: SilenceOptions; readonly world: World },
): Promise<Code> {
  const at = new Date()
  const until = new Date(at.getTime() + (options.for ?? 0) * 1_000)
  const silence: Silence = { names, tags, at, until, by: handOf(world), ...noteOf(options) }
  const { code, isSaved } = await change(options, world, (silences) => [...silences, silence])
  if (!isSaved) return code
  const what = [...names, ...tags.map((tag) => `tag ${tag}`)].map(clean).join(', ')
  const meaning = matched === undefined ? 'whatever is called so (no configuration was read)' : namesInWords(matched)
  world.stdout.write(`silenced ${what} until ${formatInstant(until, timezone)}: ${meaning}\n`)
  return code
}

async function endSilences({ names, tags }: Subject, options: SilenceOptions, world: World): Promise<Code> {
  const ended: string[] = []
  const isEnded = (name: string): boolean => names.some((pattern) => matchesParts(name, partsOfKey(pattern)))
  const { code, isSaved } = await change(options, world, (silences) =>
    silences.flatMap((silence) => {
      const left = {
        names: silence.names.filter((name) => !isEnded(name)),
        tags: silence.tags.filter((tag) => !tags.includes(tag)),
      }
      append(ended, silence.names.filter(isEnded))
      append(
        ended,
        silence.tags.filter((tag) => tags.includes(tag)),
      )
      return left.names.length + left.tags.length === 0 ? [] : [{ ...silence, ...left }]
    }),
  )
  if (!isSaved) return code
  if (ended.length === 0) throw new UsageError('nothing of that is silenced by that name; see lastalive status')
  world.stdout.write(`no longer silenced: ${ended.map(clean).join(', ')}\n`)
  return code
}

/** Changes the silences that have not run out; those that have are forgotten. */
async function change(
  options: SilenceOptions,
  world: World,
  next: (silences: readonly Silence[]) => readonly Silence[],
): Promise<{ readonly code: Code; readonly isSaved: boolean }> {
  const store = await openStore(placeOf(options, world))
  const stored = await store.load([])
  const now = new Date()
  const inForce = stored.silences.filter((silence) => isInForce(silence, now))
  const failed = await store.saveSilences(next(inForce))
  // What was put aside on the way is said here: no run finds it any more.
  const problems = new Set([...stored.problems, ...failed].map(({ message }) => message))
  for (const message of problems) complain(world, message)
  return { code: problems.size === 0 ? 0 : 4, isSaved: failed.length === 0 }
}

/**
 * The names that are silenced, as far as the configuration has them; undefined where there is none to be read.
 *
 * @throws UsageError where a name or a tag means nothing that is known
 */
function matchesOf(subject: Subject, known: Known | undefined): readonly string[] | undefined {
  if (known === undefined) return undefined
  const { rows, unread } = known
  for (const name of subject.names) {
    // Which rows there are only the database knows.
    const whole = name.includes('/') ? name.slice(0, name.indexOf('/')) : name
    if (whole === '*' || rows.some((row) => isMeantBy(whole, row) || isMeantBy(name, row))) continue
    const names = rows.map((row) => row.check)
    throw new UsageError(
      unread === undefined
        ? `there is no check ${clean(name)}; ${adviceOn(name, names)}`
        : `whether there is a check ${clean(name)} is not known: ${unread}`,
    )
  }
  const tags = [...new Set(rows.flatMap((row) => row.tags))]
  for (const tag of subject.tags) {
    if (tags.includes(tag)) continue
    throw new UsageError(
      unread === undefined
        ? `no check has the tag ${clean(tag)}; ${adviceOn(tag, tags)}`
        : `whether a check has the tag ${clean(tag)} is not known: ${unread}`,
    )
  }
  if (unread !== undefined) return undefined
  const at = new Date()
  const silence = { ...subject, at, until: at, by: '' }
  const whole = rows.filter((row) => isSilenced(silence, row, row.tags)).map(titleOf)
  return [...whole, ...subject.names.filter((name) => name.includes('/')).map(clean)]
}

/** What there is to be silenced. */
interface Known {
  readonly rows: readonly (Named & { readonly tags: readonly string[] })[]
  /** why there may be more */
  readonly unread?: string
  /** the zone of the configuration */
  readonly timezone?: string
}

/**
 * What the configuration has. Somebody who silences at night what is open must not be kept from it by a file that is
 * broken: where not all of it can be read, what is open is known as well.
 *
 * @returns undefined where there is no configuration
 */
async function knownTo(options: SilenceOptions, world: World): Promise<Known | undefined> {
  const { config: path, lockfile } = options
  if (lockfile !== undefined) return undefined
  try {
    const config = readConfig(await loadWritten({ config: path, env: world.env, tells: false, ...KINDS }))
    const { timezone, leftOut } = config
    if (leftOut?.isPartial !== true) return { rows: rowsIn(config), timezone }
    const words = leftOut.mistakes.map((mistake) => mistake.words)
    const rows = [...rowsIn(config), ...(await openRows(options, world))]
    return { rows, timezone, unread: [PARTIAL, ...words].join('\n') }
  } catch (error) {
    if (error instanceof ConfigError) {
      return { rows: await openRows(options, world), unread: `${UNREAD}\n${error.message}` }
    }
    // A name that was given is that of a file.
    if (path !== undefined || !(error instanceof UsageError)) throw error
    return undefined
  }
}

const RUN_VALIDATE = 'lastalive validate says why'
const PARTIAL = 'a part of the configuration cannot be read'
const UNREAD = 'the configuration cannot be read'

function rowsIn({ checks, leftOut, databases }: Config): Known['rows'] {
  return [
    ...checks.map(({ check }) => ({ check: check.name, tags: check.tags ?? [] })),
    ...[...(leftOut?.checks.keys() ?? [])].map((check) => ({ check, tags: [] })),
    ...[...databases.values()].flatMap(({ name, skew, response }) =>
      [
        nameOfSource(name, 'answer'),
        ...(skew === undefined ? [] : [nameOfSource(name, 'clock')]),
        ...(response === undefined ? [] : [nameOfSource(name, 'response')]),
      ].map((check) => ({ check, tags: [] })),
    ),
  ]
}

async function openRows(options: SilenceOptions, world: World): Promise<Known['rows']> {
  const { incidents } = await (await openStore(placeOf(options, world), { readOnly: true })).load([])
  return incidents.map((incident) => ({ ...incident, tags: [] }))
}
