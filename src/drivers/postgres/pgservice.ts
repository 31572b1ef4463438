import { join } from 'node:path'
import { UsageError } from '../../core/errors.ts'
import { quote } from '../../core/words/text.ts'
import { type FoundFile, readRegular, readRegularAtOnce, whyUnread } from '../../io/files/regular.ts'
import type { KeywordSettings } from './libpq.ts'

export interface ServicePlaces {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
  /** service files that were read already, by path */
  readonly serviceFiles?: ReadonlyMap<string, FoundFile>
}

export interface Service {
  readonly settings: KeywordSettings
  placeOf(keyword: string): string
}

/** Where Debian's libpq, and so its psql, keeps the services of all users. */
const SYSTEM_DIRECTORY = '/etc/postgresql-common'

/**
 * Looks a service up as libpq does: in `PGSERVICEFILE` or `~/.pg_service.conf`, then in `PGSYSCONFDIR/pg_service.conf`.
 * The first file that defines it counts.
 *
 * @throws UsageError
 * @see https://www.postgresql.org/docs/current/libpq-pgservice.html
 */
export function readService(name: string, places: ServicePlaces): Service {
  const files = filesIn(places)
  for (const path of files) {
    const text = textOf(places.serviceFiles?.get(path) ?? readRegularAtOnce(path), path)
    if (text === undefined && path === places.env.PGSERVICEFILE) {
      throw new UsageError(`the service file ${path} does not exist; make it, or unset PGSERVICEFILE`)
    }
    const service = text === undefined ? undefined : findService(text, name, path)
    if (service !== undefined) return service
  }
  const cure = `write a section [${name}] in one of them`
  throw new UsageError(`definition of service ${quote(name)} not found in ${files.join(' or ')}; ${cure}`)
}

/** Reads the service files, by path. Asynchronous, so that a file system that hangs does not stop the program. */
export async function readServiceFiles(places: ServicePlaces): Promise<ReadonlyMap<string, FoundFile>> {
  const read = filesIn(places).map(async (path) => [path, await readRegular(path)] as const)
  return new Map(await Promise.all(read))
}

function filesIn({ env, home }: ServicePlaces): readonly string[] {
  const own = env.PGSERVICEFILE || join(home, '.pg_service.conf')
  return [own, join(env.PGSYSCONFDIR || SYSTEM_DIRECTORY, 'pg_service.conf')]
}

/** @returns undefined if there is no such file */
function textOf(found: FoundFile, path: string): string | undefined {
  if (found.kind === 'file') return found.bytes.toString('utf8')
  if (found.kind === 'absent') return undefined
  if (found.kind === 'other') throw new UsageError(`${path} is not a plain file; write the services into one`)
  const cure = 'make it a file that this user can read'
  throw new UsageError(`cannot read the service file ${path} (${whyUnread(found)}); ${cure}`)
}

/**
 * Finds a service in the text of a file: the first section of its name, and the first of two equal keywords.
 *
 * @param path of the file, for messages
 * @returns undefined if the file does not define it
 * @throws UsageError, whose message holds no part of a value
 */
export function findService(text: string, name: string, path: string): Service | undefined {
  const lines = text.split('\n').map((line) => line.trim())
  const first = lines.findIndex((line) => line.startsWith(`[${name}]`))
  if (first < 0) return undefined
  const settings = new Map<string, string>()
  const places = new Map<string, string>()
  for (const [i, line] of lines.slice(first + 1).entries()) {
    if (line.startsWith('[')) break
    if (line === '' || line.startsWith('#')) continue
    const place = `${path}:${first + i + 2}`
    const [keyword, value] = splitLine(line, place)
    if (settings.has(keyword)) continue
    settings.set(keyword, value)
    places.set(keyword, place)
  }
  return { settings, placeOf: (keyword) => places.get(keyword) ?? path }
}

function splitLine(line: string, place: string): readonly [string, string] {
  const end = line.indexOf('=')
  if (/^ldap/.test(line)) throw new UsageError(`${place}: services are not looked up by LDAP; write keyword=value`)
  if (end < 0) throw new UsageError(`${place}: there is no "=" in this line; write keyword=value`)
  const keyword = line.slice(0, end)
  if (/\s$/.test(keyword)) {
    throw new UsageError(`${place}: there are spaces before the "="; write keyword=value without them`)
  }
  if (keyword === 'service') {
    throw new UsageError(`${place}: a service cannot name another one; write the keywords of that service here`)
  }
  return [keyword, line.slice(end + 1)]
}
