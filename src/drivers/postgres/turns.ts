import { FaultError } from '../../core/errors.ts'
import type { FaultKind } from '../../core/types.ts'
import { connectFailure } from '../../io/net/faults.ts'
import { GarbledError } from '../../io/net/guarded-socket.ts'
import { withLimit } from '../../io/net/time-limit.ts'
import { nowMs } from '../../io/now.ts'
import type { OpenOptions } from '../driver.ts'
import type { PostgresHost, PostgresPlace, PostgresTarget } from '../target.ts'
import { openingFault, sqlState } from './faults.ts'
import { nameHost, shuffle } from './host-list.ts'

/** A database that was opened, or why the server that was reached will not do. */
export type Turn<Opened> = { readonly opened: Opened } | { readonly objection: string }

/** What all turns together take. */
interface TurnsOptions<Opened> extends OpenOptions {
  /** what must not be told; may grow */
  readonly secrets: readonly string[]
  /**
   * Opens the database at one host.
   *
   * @param options.signal when it fires, whatever was opened is to be closed
   * @throws FaultError, or the error of the system or the server as it came
   */
  readonly open: (place: PostgresPlace, options: OpenOptions) => Promise<Turn<Opened>>
  /** makes the fault of a host whose time is up */
  readonly late: (waited: string) => FaultError
}

/** By this state a server says that it is starting, stopping, or recovering without letting anybody read. */
const CANNOT_CONNECT_NOW = '57P03'

/**
 * Opens a database at the first of its hosts that will do.
 *
 * As in libpq, the next host is tried where one cannot be reached, does not answer in its time, or is of another kind
 * than is wanted, and not where a server has refused us. Other than in libpq it is also tried where a server hangs up
 * without a word. The time is shared, so that a host that swallows everything leaves the others theirs.
 *
 * @throws FaultError: that of a single host as it is, of several one that names each with its reason
 */
export async function openInTurn<Opened>(target: PostgresTarget, options: TurnsOptions<Opened>): Promise<Opened> {
  const { signal, late } = options
  const end = nowMs() + options.timeoutMs
  const hostMs = (target.connectTimeout ?? Number.POSITIVE_INFINITY) * 1_000
  const failures = new Map<PostgresHost, Failure>()
  const places = placesOf(target)
  for (const [i, { host, place }] of places.entries()) {
    // The second time round, only those are asked that were there and of the other kind.
    if (failures.get(host)?.isObjection === false) continue
    const timeoutMs = Math.min(hostMs, (end - nowMs()) / (places.length - i))
    try {
      const open = (ending: AbortSignal): Promise<Turn<Opened>> => options.open(place, { signal: ending, timeoutMs })
      const turn = await withLimit(open, { signal, timeoutMs, late })
      if ('opened' in turn) return turn.opened
      failures.set(host, { error: connectFailure(turn.objection), isObjection: true })
    } catch (error) {
      const fault = openingFault(error, place, options.secrets)
      failures.set(host, { error: fault, isObjection: false })
      if (signal.aborted) break
      if (!isWorthAnotherHost(error)) throw summary(target, failures, fault)
    }
  }
  throw summary(target, failures)
}

/** Why it was not this host. */
interface Failure {
  readonly error: FaultError
  /** it was there, and of the other kind */
  readonly isObjection: boolean
}

/** The order in which the hosts are tried: all of them a second time where a standby is only preferred. */
function placesOf(target: PostgresTarget): readonly { readonly host: PostgresHost; readonly place: PostgresPlace }[] {
  const hosts = target.isBalanced ? shuffle(target.hosts) : target.hosts
  const atEach = (more: Partial<PostgresTarget>) =>
    hosts.map((host) => ({ host, place: { ...target, ...host, ...more } }))
  if (target.sessionKind !== 'prefer-standby') return atEach({})
  const last = atEach({ sessionKind: 'any' })
  return hosts.length === 1 ? last : [...atEach({ sessionKind: 'standby' }), ...last]
}

function isWorthAnotherHost(error: unknown): boolean {
  if (error instanceof GarbledError) return true
  if (error instanceof FaultError) return ['unreachable', 'timeout'].includes(error.fault.kind)
  return ['', CANNOT_CONNECT_NOW].includes(sqlState(error))
}

/** One fault for all hosts. A server that has refused us says what kind of fault it is. */
function summary(
  { hosts }: PostgresTarget,
  failures: ReadonlyMap<PostgresHost, Failure>,
  refusal?: FaultError,
): FaultError {
  const all = [...failures.values()]
  const [first] = all
  if (hosts.length === 1 && first?.isObjection === false) return first.error
  const reasons = [...failures].map(([host, { error }]) => `${nameHost(host)}: ${reasonIn(error.fault.message)}`)
  const message = `cannot connect (${reasons.join('; ')})`
  const kind = refusal?.fault.kind ?? commonKind(all.map(({ error }) => error.fault.kind))
  const cure = refusal?.fault.cure
  const cause = refusal ?? all.at(-1)?.error
  return new FaultError({ kind, scope: 'source', message, ...(cure !== undefined && { cure }) }, { cause })
}

function commonKind(kinds: readonly FaultKind[]): FaultKind {
  const [first = 'unreachable'] = kinds
  return kinds.every((kind) => kind === first) ? first : 'unreachable'
}

function reasonIn(message: string): string {
  return /^cannot connect \((.*)\)$/s.exec(message)?.[1] ?? message
}
