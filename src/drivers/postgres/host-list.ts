import { UsageError } from '../../core/errors.ts'
import { parsePort } from '../port.ts'
import type { PostgresHost, PostgresTarget } from '../target.ts'

const DEFAULT_PORT = 5432

/** The keywords of a connection string, each with commas between several values. */
interface WrittenHosts {
  readonly host: string | undefined
  readonly hostaddr: string | undefined
  readonly port: string | undefined
}

/**
 * Reads the lists of hosts, addresses and ports as libpq does: as many of each, or one port for all. An empty entry is
 * the default.
 *
 * @throws UsageError
 * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-MULTIPLE-HOSTS
 */
export function parseHosts({ host, hostaddr, port }: WrittenHosts): readonly PostgresHost[] {
  const names = host?.split(',')
  const addresses = hostaddr?.split(',')
  for (const name of [...(names ?? []), ...(addresses ?? [])]) checkHost(name)
  const count = (addresses ?? names)?.length ?? 1
  if (names !== undefined && names.length !== count) {
    const words = `there are ${countOf(names, 'host')} and ${countOf(addresses ?? [], 'address')} in hostaddr`
    throw new UsageError(`${words}; write one address for each host, with commas between them`)
  }
  const ports = (port ?? '').split(',').map((text) => (text === '' ? DEFAULT_PORT : parsePort(text, DEFAULT_PORT)))
  if (ports.length !== 1 && ports.length !== count) {
    const words = `there are ${count} ${count === 1 ? 'host' : 'hosts'} and ${countOf(ports, 'port')}`
    throw new UsageError(`${words}; write one port for all hosts, or one for each`)
  }
  return Array.from({ length: count }, (_, i) => ({
    ...(names?.[i] && { host: names[i] }),
    ...(addresses?.[i] && { hostAddress: addresses[i] }),
    port: ports[ports.length === 1 ? 0 : i] ?? DEFAULT_PORT,
  }))
}

function countOf(list: readonly unknown[], word: string): string {
  const plural = word.endsWith('s') ? `${word}es` : `${word}s`
  return `${list.length} ${list.length === 1 ? word : plural}`
}

function checkHost(host: string): void {
  if (host.includes('@')) throw new UsageError('the host has an "@" in it; write an @ in a password as %40')
  if (host.includes('\0')) throw new UsageError('the host has a NUL character in it; write its name')
}

/** `db1:5432`, `[::1]:5432`. */
export function nameHost({ host, hostAddress, port }: PostgresHost): string {
  return `${inBrackets(host ?? hostAddress ?? 'localhost')}:${port}`
}

function inBrackets(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

/** A URL for psql, without the password. */
export function showHostsUrl({
  hosts,
  user,
  dbname,
  sessionKind,
}: Pick<PostgresTarget, 'hosts' | 'user' | 'dbname' | 'sessionKind'>): string {
  const [first] = hosts
  const directory = hosts.length === 1 && first?.host?.startsWith('/') === true ? first.host : undefined
  const places = hosts.map((place) => `${directory === undefined ? showHost(place) : ''}:${place.port}`)
  const query = [
    ...(directory === undefined ? [] : [`host=${directory}`]),
    ...(sessionKind === 'any' ? [] : [`target_session_attrs=${sessionKind}`]),
  ]
  const shown = `postgres://${encodeURIComponent(user)}@${places.join(',')}/${encodeURIComponent(dbname)}`
  return query.length === 0 ? shown : `${shown}?${query.join('&')}`
}

function showHost({ host, hostAddress }: PostgresHost): string {
  const name = host ?? hostAddress ?? ''
  return name.startsWith('/') ? encodeURIComponent(name) : inBrackets(name)
}

export function shuffle<Item>(items: readonly Item[]): readonly Item[] {
  const drawn = items.map((item) => ({ item, lot: Math.random() }))
  return drawn.sort((a, b) => a.lot - b.lot).map(({ item }) => item)
}
