import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { errorCode, UsageError } from '../core/errors.ts'
import { quote } from '../core/text.ts'
import type { Settings } from './libpq.ts'

/** Where services are looked up. */
export interface ServicePlaces {
  readonly env: Readonly<Record<string, string | undefined>>
  /** the user's home directory */
  readonly home: string
}

/** A service, as its file defines it. */
export interface Service {
  readonly settings: Settings
  /** `file:line` of a keyword of it, for what is said about that */
  placeOf(keyword: string): string
}

/** Where Debian's libpq, and so its psql, looks for what holds for all users. */
const SYSTEM_DIRECTORY = '/etc/postgresql-common'

/**
 * Looks a service up where libpq does: in `PGSERVICEFILE`, or else `~/.pg_service.conf`, then in
 * `PGSYSCONFDIR/pg_service.conf`. The first file that defines it counts.
 *
 * @throws UsageError
 * @see https://www.postgresql.org/docs/current/libpq-pgservice.html
 */
export function readService(name: string, { env, home }: ServicePlaces): Service {
  const named = env.PGSERVICEFILE === '' ? undefined : env.PGSERVICEFILE
  const own = named ?? join(home, '.pg_service.conf')
  const files = [own, join(env.PGSYSCONFDIR || SYSTEM_DIRECTORY, 'pg_service.conf')]
  for (const path of files) {
    const text = readPlain(path)
    if (text === undefined && path === named) {
      throw new UsageError(`the service file ${path} does not exist; make it, or unset PGSERVICEFILE`)
    }
    const service = text === undefined ? undefined : findService(text, name, path)
    if (service !== undefined) return service
  }
  const cure = `write a section [${name}] in one of them`
  throw new UsageError(`definition of service ${quote(name)} not found in ${files.join(' or ')}; ${cure}`)
}

/** @returns undefined where there is no such file */
function readPlain(path: string): string | undefined {
  let file: number | undefined
  try {
    // Without O_NONBLOCK a FIFO at that path would hold us.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    if (!fstatSync(file).isFile()) throw new UsageError(`${path} is not a plain file; write the services into one`)
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof UsageError) throw error
    const code = errorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw new UsageError(`cannot read the service file ${path} (${code}); make it readable for this user`)
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

/**
 * Finds a service in the text of a file: the first section of its name; of two equal keywords the first.
 *
 * @param path of the file, for messages
 * @returns undefined where the file does not define it
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
