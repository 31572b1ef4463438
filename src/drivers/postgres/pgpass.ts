import type { Stats } from 'node:fs'
import { readRegular, whyUnread } from '../../io/files/regular.ts'

export interface PgpassQuestion {
  /** undefined, or the directory of a socket, for a local server */
  readonly host: string | undefined
  readonly port: number
  readonly dbname: string
  readonly user: string
}

export type PgpassAnswer =
  | { readonly kind: 'found'; readonly password: string }
  | { readonly kind: 'none' }
  /** the file is not used; `cure` says what to do */
  | { readonly kind: 'ignored'; readonly cure: string }

const DEFAULT_SOCKETS = ['/tmp', '/var/run/postgresql', '/run/postgresql']

/**
 * Looks a password up in `~/.pgpass` as libpq does: the first line that fits, `*` for anything, `\:` and `\\` as
 * escapes, `localhost` for the usual socket. A file that others can read is not used.
 *
 * @param path of the file, which may be missing
 * @see https://www.postgresql.org/docs/current/libpq-pgpass.html
 */
export async function readPgpass(path: string, question: PgpassQuestion): Promise<PgpassAnswer> {
  const text = await readPrivate(path)
  return typeof text === 'string' ? findPassword(text, question) : text
}

async function readPrivate(path: string): Promise<string | PgpassAnswer> {
  const refuse = ({ mode }: Stats): string | undefined =>
    (mode & 0o077) === 0 ? undefined : `chmod 600 ${path}: it is ignored while others can read it`
  const found = await readRegular(path, { refuse })
  switch (found.kind) {
    case 'file':
      return found.bytes.toString('utf8')
    case 'absent':
      return { kind: 'none' }
    case 'other':
      return { kind: 'ignored', cure: `make ${path} a plain file` }
    case 'refused':
      return { kind: 'ignored', cure: found.why }
    case 'large':
      return { kind: 'ignored', cure: `make ${path} smaller: it is ${whyUnread(found)}` }
    case 'failed':
      return { kind: 'ignored', cure: `make ${path} readable for this user (${whyUnread(found)})` }
  }
}

export function findPassword(text: string, { host, port, dbname, user }: PgpassQuestion): PgpassAnswer {
  const isLocal = host === undefined || DEFAULT_SOCKETS.includes(host)
  const wanted = [isLocal ? 'localhost' : host, String(port), dbname, user]
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('#')) continue
    const fields = splitFields(line)
    if (fields.length < 5 || !wanted.every((value, i) => fields[i] === '*' || withoutEscapes(fields[i]) === value))
      continue
    const password = withoutEscapes(fields[4])
    return password === '' ? { kind: 'none' } : { kind: 'found', password }
  }
  return { kind: 'none' }
}

/** Splits at colons, and keeps the backslashes. */
function splitFields(line: string): readonly string[] {
  return line.match(/(?:[^:\\]|\\.?)+|(?<=^|:)(?=:|$)/g) ?? []
}

function withoutEscapes(field: string | undefined): string {
  return (field ?? '').replaceAll(/\\(.)/g, '$1')
}
