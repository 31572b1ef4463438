import type { Config } from '../../config/config.ts'
import { loadConfig } from '../../config/load.ts'
import { systemZone } from '../../config/system-zone.ts'
import { ConfigError, UsageError } from '../../core/errors.ts'
import { matchesParts, partsOfKey } from '../../core/key-pattern.ts'
import { titleOf } from '../../core/names.ts'
import { isInForce, isMeantBy, isSilenced, type Silence } from '../../core/quiet.ts'
import { clean, nearest } from '../../core/text.ts'
import type { Seconds } from '../../core/types.ts'
import { formatInstant } from '../../core/zone.ts'
import { createLockfileStore } from '../../state/lockfiles.ts'
import { type HandOptions, handOf, listOf, noteOf, whileNoneRuns } from '../hands.ts'
import { layoutOf } from '../settings.ts'
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
  const matched = await matchesOf(subject, options, world)
  return whileNoneRuns(() => begin(subject, matched, { options, world }), { options, world, failed: 'not silenced' })
}

async function begin(
  { names, tags }: Subject,
  matched: readonly string[] | undefined,
  { options, world }: { readonly options: SilenceOptions; readonly world: World },
): Promise<Code> {
  const at = new Date()
  const until = new Date(at.getTime() + (options.for ?? 0) * 1_000)
  const silence: Silence = { names, tags, at, until, by: handOf(world), ...noteOf(options) }
  const { code, isSaved } = await change(options, world, (silences) => [...silences, silence])
  if (!isSaved) return code
  const what = [...names, ...tags.map((tag) => `tag ${tag}`)].map(clean).join(', ')
  const meaning = matched === undefined ? 'whatever is called so: no configuration was read' : listOf(matched)
  world.stdout.write(`silenced ${what} until ${formatInstant(until, systemZone())}: ${meaning}\n`)
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
      ended.push(...silence.names.filter(isEnded), ...silence.tags.filter((tag) => tags.includes(tag)))
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
  const layout = layoutOf(options, { origin: '' }, world)
  const store = createLockfileStore(layout, { origin: '' })
  const stored = await store.load([])
  const now = new Date()
  const inForce = stored.silences.filter((silence) => isInForce(silence, now))
  const failed = await store.saveSilences(next(inForce))
  // What was put aside on the way is said here: no run finds it any more.
  const problems = [...stored.problems, ...failed]
  for (const { message } of problems) complain(world, message)
  return { code: problems.length === 0 ? 0 : 4, isSaved: failed.length === 0 && !stored.unusable.has(layout.silences) }
}

/**
 * The names that are silenced, as far as the configuration has them; undefined where there is none to be read.
 *
 * @throws UsageError where a name or a tag means nothing in it
 */
async function matchesOf(
  subject: Subject,
  options: SilenceOptions,
  world: World,
): Promise<readonly string[] | undefined> {
  const config = options.lockfile === undefined ? await readConfig(options, world) : undefined
  if (config === undefined) return undefined
  const rows = [
    ...config.checks.map(({ check }) => ({ check: check.name, tags: check.tags ?? [] })),
    ...[...config.databases.values()].flatMap(({ name, skew, response }) =>
      [
        `database:${name}`,
        ...(skew === undefined ? [] : [`clock:${name}`]),
        ...(response === undefined ? [] : [`response:${name}`]),
      ].map((check) => ({ check, tags: [] })),
    ),
  ]
  for (const name of subject.names) {
    // Which rows there are only the database knows.
    const whole = name.includes('/') ? name.slice(0, name.indexOf('/')) : name
    if (rows.some((row) => isMeantBy(whole, row))) continue
    throw new UsageError(
      `there is no check ${clean(name)}; ${adviceOn(
        name,
        rows.map((row) => row.check),
      )}`,
    )
  }
  const known = [...new Set(rows.flatMap(({ tags }) => tags))]
  for (const tag of subject.tags) {
    if (!known.includes(tag)) throw new UsageError(`no check has the tag ${clean(tag)}; ${adviceOn(tag, known)}`)
  }
  const at = new Date()
  const silence = { ...subject, at, until: at, by: '' }
  const whole = rows.filter((row) => isSilenced(silence, row, row.tags)).map(titleOf)
  return [...whole, ...subject.names.filter((name) => name.includes('/')).map(clean)]
}

function adviceOn(name: string, known: readonly string[]): string {
  const meant = nearest(name, known)
  if (meant !== undefined) return `write ${meant}`
  return known.length === 0 ? 'there are none' : `there are: ${listOf(known)}`
}

/** Somebody who silences at night must not be kept from it by a file that is missing, or broken. */
async function readConfig({ config }: SilenceOptions, world: World): Promise<Config | undefined> {
  try {
    return await loadConfig({ config, env: world.env })
  } catch (error) {
    if (config !== undefined) throw error
    if (error instanceof ConfigError)
      complain(world, 'the configuration cannot be read, so the names were not looked up')
    else if (!(error instanceof UsageError)) throw error
    return undefined
  }
}
