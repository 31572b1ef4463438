import { UsageError } from '../../core/errors.ts'
import { adopt } from '../../core/incident/incident.ts'
import { isMeantBy } from '../../core/incident/muted.ts'
import { idOf, titleOf } from '../../core/names.ts'
import type { StoredState } from '../../core/ports.ts'
import type { Incident, Seconds, StateProblem } from '../../core/types.ts'
import { nearestFew } from '../../core/words/advice.ts'
import { clean, shorten } from '../../core/words/text.ts'
import { openStore } from '../../setup/open-store.ts'
import { whyNowhere } from '../../setup/place.ts'
import { createClock } from '../../setup/setup.ts'
import { takeTurn } from '../../setup/take-turn.ts'
import { STANDARD } from '../limited.ts'
import type { WatchOptions } from '../options/options.ts'
import { whyBusy } from '../output/busy.ts'
import { inNaturalOrder } from '../output/natural-order.ts'
import { type Code, complain, problemWords, type World } from '../world.ts'
import { placeOf } from './place.ts'

const LONGEST_LIST = 20

/** In characters. */
const LONGEST_NOTE = 1_000

/** The options of `ack`, `silence` and `clear`. */
export interface HandOptions extends Pick<WatchOptions, 'state' | 'lockfile'> {
  readonly timeout?: Seconds
}

/** The incidents that were named, and what could not be read. */
export interface Chosen {
  readonly chosen: readonly Incident[]
  /** how often each was written, by its `id` */
  readonly revisions: StoredState['revisions']
  readonly problems: readonly StateProblem[]
}

/**
 * The open incidents with these names, in which each `*` stands for any text, or at the lockfile.
 *
 * @throws UsageError if a name matches nothing that is open
 */
export async function chooseIncidents(names: readonly string[], options: HandOptions, world: World): Promise<Chosen> {
  const place = placeOf(options, world)
  const stored = await (await openStore(place, { readOnly: true })).load([])
  const problems = [...stored.problems, ...(await whyNowhere(place))]
  const open = inNaturalOrder([...stored.incidents, ...stored.foreign.map(adoptForeign)])
  const { revisions } = stored
  if (names.length === 0) return { chosen: open, revisions, problems }
  const meant = names.map((name) => ({ name, found: meantBy(name, open) }))
  const missing = meant.filter(({ found }) => found.length === 0).map(({ name }) => name)
  if (missing.length === 0) {
    const chosen = new Set(meant.flatMap(({ found }) => found))
    return { chosen: open.filter((incident) => chosen.has(incident)), revisions, problems }
  }
  const known =
    open.length === 0 ? 'nothing' : namesInWords(nearestFew(missing[0] ?? '', open.map(titleOf), LONGEST_LIST))
  const unread = problems.map((problem) => `; ${problemWords(problem)}`).join('')
  throw new UsageError(`nothing is open for ${missing.map(clean).join(', ')}; open: ${known}${unread}`)
}

/** A name that is exactly a row's stored name means only that row, not another one that looks the same. */
function meantBy(name: string, open: readonly Incident[]): readonly Incident[] {
  const exact = open.filter((incident) => idOf(incident) === name)
  const found = exact.some(({ item }) => item !== undefined) ? exact : open.filter((one) => isMeantBy(name, one))
  const alike = found.filter((incident) => titleOf(incident) === name && incident.check !== name)
  if (alike.length < 2 || exact.length > 0) return found
  throw new UsageError(
    `${clean(name)} is how ${alike.length} rows are shown; remove their lockfiles, or name all by a *`,
  )
}

/** The first names, and how many more. */
export function namesInWords(names: readonly string[]): string {
  const shown = names.slice(0, LONGEST_LIST)
  return [...shown, ...(names.length > shown.length ? ['…'] : [])].join(', ')
}

/**
 * Does something while no run is under way.
 *
 * @param options.failed what was not done, if another run holds the lock: `not cleared`
 */
export async function whileNoneRuns(
  act: () => Promise<Code>,
  { options, world, failed }: { readonly options: HandOptions; readonly world: World; readonly failed: string },
): Promise<Code> {
  const timeout = options.timeout ?? STANDARD.run
  const lock = await takeTurn(placeOf(options, world), {
    // A unique fact: two commands at once are never the same, so the second one waits.
    facts: [crypto.randomUUID()],
    signal: AbortSignal.timeout(Math.ceil(timeout * 1_000)),
    timeout,
    clock: createClock(undefined),
  })
  if (lock.kind !== 'held') {
    complain(world, lock.kind === 'unusable' ? lock.message : `${failed}: ${whyBusy(lock, timeout)}`)
    return 4
  }
  try {
    return await act()
  } finally {
    await lock.release()
  }
}

/** The user of the operating system. */
export function handOf({ env, userName }: World): string {
  return clean(env.SUDO_USER ?? userName)
}

/** A note as one clean line, not too long. */
export function noteOf({ note }: { readonly note?: string }): { readonly note?: string } {
  return note === undefined ? {} : { note: shorten(clean(note), LONGEST_NOTE) }
}

/** Another program's lockfile, such as that of the classic alert script, says no more than that it is there. */
function adoptForeign({ check, openedAt }: { readonly check: string; readonly openedAt: Date }): Incident {
  const nobody = {
    policy: { failures: 1, recoveries: 1 },
    whose: { origin: '' },
    now: openedAt,
    startedAt: openedAt,
    newId: () => crypto.randomUUID(),
    audienceOf: () => [],
  }
  return adopt({ check }, { ...nobody, openedAt, severity: 'critical' })
}
