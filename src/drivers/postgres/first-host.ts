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

/** An open database, or why this server will not do. */
export type HostAnswer<Opened> = { readonly opened: Opened } | { readonly objection: string }

interface TurnsOptions<Opened> extends OpenOptions {
  readonly secrets: readonly string[]
  /**
   * Opens the database at one host.
   *
   * @param options.signal when it aborts, close what was opened
   * @throws FaultError, or the error of the system or the server
   */
  readonly open: (place: PostgresPlace, options: OpenOptions) => Promise<HostAnswer<Opened>>
  readonly late: (waited: string) => FaultError
}

/** The server is starting, stopping, or recovering without readers. */
const CANNOT_CONNECT_NOW = '57P03'

/**
 * Opens a database at the first of its hosts that will do.
 *
 * As in libpq, the next host is tried if one cannot be reached, does not answer in its time, or is of another kind than
 * wanted, but not if a server refuses us. Unlike in libpq, it is also tried if a server hangs up without a word. The
 * hosts share the time, so that one that never answers leaves enough for the others.
 *
 * @throws FaultError: that of a single host unchanged; of several one that gives each host's reason
 */
export async function openAtFirstHost<Opened>(target: PostgresTarget, options: TurnsOptions<Opened>): Promise<Opened> {
  const { signal, late } = options
  const end = nowMs() + options.timeoutMs
  const hostMs = (target.connectTimeout ?? Number.POSITIVE_INFINITY) * 1_000
  const failures = new Map<PostgresHost, Failure>()
  const places = placesOf(target)
  for (const [i, { host, place }] of places.entries()) {
    // In the second round only servers of the other kind are asked.
    if (failures.get(host)?.isObjection === false) continue
    const timeoutMs = Math.min(hostMs, (end - nowMs()) / (places.length - i))
    try {
      const open = (ending: AbortSignal): Promise<HostAnswer<Opened>> =>
        options.open(place, { signal: ending, timeoutMs })
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

interface Failure {
  readonly error: FaultError
  readonly isObjection: boolean
}

/** The order of the hosts. With a preferred standby all are tried a second time. */
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

/** One fault for all hosts. Its kind is that of a server that refused us, if one did. */
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
