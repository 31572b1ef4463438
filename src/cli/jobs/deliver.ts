import { FaultError, LastaliveError } from '../../core/errors.ts'
import { present } from '../../core/given.ts'
import { type JobEvent, outputLeftOut, withoutOutput } from '../../core/job.ts'
import { changeDatabase } from '../../drivers/change.ts'
import { nowMs } from '../../io/now.ts'
import { changesOf } from '../../sources/sql/job/changes.ts'
import { createSpool, type Spool, type Waiting, whyNotKept } from '../../store/spool/spool.ts'
import type { JobPlace } from './place.ts'

/** What became of events. */
export type Fate =
  /** `lacks` says why their output is not there */
  | { readonly kind: 'delivered'; readonly lacks?: string }
  /** they go with the next ones */
  | { readonly kind: 'waits'; readonly why: string }
  | { readonly kind: 'lost'; readonly why: string }

/** What events are left with. */
export interface Leaving extends Sending {
  readonly place: JobPlace
  /** the directory of those that wait */
  readonly spool: string
}

interface Sending {
  /** until when all is done, by `nowMs` */
  readonly end: number
  readonly now: () => Date
}

/**
 * Leaves events in the database, and what waits for it; where the database is away, they wait.
 *
 * @param news what is to be left. It is asked when it can be sent, and once more before it is kept: what has come meanwhile goes
 *   along. It brings nothing twice.
 * @returns what became of them, and what cannot be read of those that wait
 */
export async function leaveEvents(
  news: () => readonly JobEvent[],
  { place, spool: directory, ...sending }: Leaving,
): Promise<{ readonly delivery: Fate; readonly problems: readonly string[] }> {
  const spool = createSpool(directory)
  let taken: readonly JobEvent[] = []
  const take = (): readonly JobEvent[] => {
    taken = [...taken, ...news()]
    return taken
  }
  const { why, lacks } = await send(take, place, sending)
  if (why !== undefined)
    return { delivery: await keep(spool, { to: place.keys[0], events: take() }, why), problems: [] }
  const last = taken.map((event) => withoutOutput(event, lacks))
  const { problems } = await sendWaiting(place, { spool, last, ...sending })
  return { delivery: { kind: 'delivered', ...present({ lacks }) }, problems }
}

async function keep(
  spool: Spool,
  { to, events }: { readonly to: string | undefined; readonly events: readonly JobEvent[] },
  why: string,
): Promise<Fate> {
  try {
    if (to === undefined) return { kind: 'lost', why }
    for (const event of events) await spool.add({ to, event })
    return { kind: 'waits', why }
  } catch (error) {
    return { kind: 'lost', why: `${why}, and it cannot be kept: ${whyNotKept(error)}` }
  }
}

/** So many events go in one transaction. */
const AT_ONCE = 20

/**
 * Sends what waits for a place, as far as there is time.
 *
 * @param options.last is sent once more behind the others, as what is said last counts
 * @returns what cannot be read
 */
export async function sendWaiting(
  place: JobPlace,
  { spool, last = [], ...sending }: Sending & { readonly spool: Spool; readonly last?: readonly JobEvent[] },
): Promise<SentWaiting> {
  let sent = 0
  let kept: string | undefined
  const problems: string[] = []
  const sendFew = async (waiting: readonly Waiting[]): Promise<void> => {
    const events = [...waiting.map(({ event }) => event), ...last]
    const { why } = await send(() => events, place, sending)
    if (why !== undefined) {
      kept = why
      // One of them may have spoilt it for the others.
      if (waiting.length > 1) for (const one of waiting) await sendFew([one])
      return
    }
    for (const one of waiting) await spool.remove(one)
    sent += waiting.length
  }
  for await (const few of spool.waiting(place.keys, AT_ONCE)) {
    problems.push(...few.problems)
    if (few.events.length > 0) await sendFew(few.events)
    if (nowMs() >= sending.end) break
  }
  return { sent, problems, ...present({ why: kept }) }
}

/** What became of those that waited. */
interface SentWaiting {
  readonly sent: number
  /** what keeps the rest */
  readonly why?: string
  /** what cannot be read */
  readonly problems: readonly string[]
}

/** What came of sending: `why` nothing is in the database, or what it `lacks` there. */
interface Sent {
  readonly why?: string
  readonly lacks?: string
}

/** An output may be more than a server takes. The rest of what is said must not wait for that. */
async function send(events: () => readonly JobEvent[], place: JobPlace, sending: Sending): Promise<Sent> {
  const why = await whyNotSent(events, place, sending)
  if (why === undefined || !events().some(({ output }) => output !== undefined)) return why === undefined ? {} : { why }
  const lacks = outputLeftOut(why)
  const rest = await whyNotSent(() => events().map((event) => withoutOutput(event, lacks)), place, sending)
  return rest === undefined ? { lacks } : { why }
}

/** Less is no time to ask a server in. */
const SHORTEST_MS = 20

/** Undefined where all are in the database. */
async function whyNotSent(
  events: () => readonly JobEvent[],
  place: JobPlace,
  { end, now }: Sending,
): Promise<string | undefined> {
  if (place.kind !== 'database') return place.why
  const timeoutMs = Math.floor(end - nowMs())
  if (timeoutMs < SHORTEST_MS) return 'no time is left'
  const { target } = place
  const changes = () => events().flatMap((event) => changesOf(target.driver, event, now()))
  try {
    await changeDatabase(target, changes, { signal: AbortSignal.timeout(timeoutMs), timeoutMs })
    return undefined
  } catch (error) {
    if (error instanceof FaultError) return wordsOf(error)
    if (error instanceof LastaliveError) return error.message
    throw error
  }
}

/** What went wrong in a database, with what to do. */
export function wordsOf({ fault: { message, cure, unknownName } }: FaultError): string {
  const what = unknownName === 'table' ? 'make it: lastalive schema jobs --url … --apply' : cure
  return what === undefined ? message : `${message}; ${what}`
}
