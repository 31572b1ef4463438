import { FaultError, LastaliveError } from '../../core/errors.ts'
import type { JobEvent } from '../../core/job.ts'
import type { Seconds } from '../../core/types.ts'
import { changeDatabase } from '../../drivers/change.ts'
import { nowMs } from '../../io/now.ts'
import { changesOf } from '../../sources/sql/job/changes.ts'
import { createSpool, type Spool, type Waiting, whyNotKept } from '../../store/spool/spool.ts'
import type { JobPlace } from './place.ts'

/** What became of an event. */
export type Delivery =
  | { readonly kind: 'delivered' }
  /** it goes with the next one */
  | { readonly kind: 'waits'; readonly why: string }
  | { readonly kind: 'lost'; readonly why: string }

/** What events are left with. */
export interface Leaving {
  readonly place: JobPlace
  /** the directory of those that wait */
  readonly spool: string
  /** for everything, in seconds */
  readonly timeout: Seconds
  readonly now: () => Date
}

/**
 * Leaves an event in the database, and what waits for it; where the database is away, the event waits.
 *
 * @returns what became of it, and what cannot be read of those that wait
 */
export async function leaveEvent(
  event: JobEvent,
  { place, spool: directory, timeout, now }: Leaving,
): Promise<{ readonly delivery: Delivery; readonly problems: readonly string[] }> {
  const end = nowMs() + timeout * 1_000
  const spool = createSpool(directory)
  const why = await whyNotLeft([event], place, { end, now })
  if (why !== undefined) return { delivery: await keep(spool, { to: place.keys[0], event }, why), problems: [] }
  const { problems } = await sendWaiting(place, { spool, end, now })
  return { delivery: { kind: 'delivered' }, problems }
}

async function keep(
  spool: Spool,
  { to, event }: { readonly to: string | undefined; readonly event: JobEvent },
  why: string,
): Promise<Delivery> {
  try {
    if (to === undefined) return { kind: 'lost', why }
    await spool.add({ to, event })
    return { kind: 'waits', why }
  } catch (error) {
    return { kind: 'lost', why: `${why}, and it cannot be kept: ${whyNotKept(error)}` }
  }
}

interface Sending {
  /** by `nowMs` */
  readonly end: number
  readonly now: () => Date
}

/** So many events go in one transaction. */
const AT_ONCE = 20

/**
 * Sends what waits for a place, as far as there is time.
 *
 * @returns how many were sent, what keeps the rest, and what cannot be read
 */
export async function sendWaiting(
  place: JobPlace,
  { spool, ...sending }: Sending & { readonly spool: Spool },
): Promise<{ readonly sent: number; readonly why?: string; readonly problems: readonly string[] }> {
  let sent = 0
  let why: string | undefined
  const problems: string[] = []
  const send = async (events: readonly Waiting[]): Promise<void> => {
    const refused = await whyNotLeft(
      events.map(({ event }) => event),
      place,
      sending,
    )
    if (refused !== undefined) {
      why = refused
      // One of them may have spoilt it for the others.
      if (events.length > 1) for (const event of events) await send([event])
      return
    }
    for (const event of events) await spool.remove(event)
    sent += events.length
  }
  for await (const few of spool.waiting(place.keys, AT_ONCE)) {
    problems.push(...few.problems)
    if (few.events.length > 0) await send(few.events)
    if (nowMs() >= sending.end) break
  }
  return { sent, ...(why === undefined ? {} : { why }), problems }
}

/** Undefined where all are in the database. */
async function whyNotLeft(
  events: readonly JobEvent[],
  place: JobPlace,
  { end, now }: Sending,
): Promise<string | undefined> {
  if (place.kind !== 'database') return place.why
  const timeoutMs = Math.floor(end - nowMs())
  if (timeoutMs <= 0) return 'no time is left'
  const { target } = place
  const changes = () => events.flatMap((event) => changesOf(target.driver, event, now()))
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
