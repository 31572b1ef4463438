import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { errorCode } from '../core/errors.ts'

/** What is looked up in a password file. */
export interface PgpassQuestion {
  /** absent, or the directory of a socket, for a local server */
  readonly host: string | undefined
  readonly port: number
  readonly dbname: string
  readonly user: string
}

/** What a password file says. */
export type PgpassAnswer =
  | { readonly kind: 'found'; readonly password: string }
  /** no such file, or no line that fits */
  | { readonly kind: 'none' }
  /** there is a file, but it is not read; `cure` says what to do about it */
  | { readonly kind: 'ignored'; readonly cure: string }

const DEFAULT_SOCKETS = ['/tmp', '/var/run/postgresql', '/run/postgresql']

/**
 * Looks a password up in `~/.pgpass`, the way libpq does: the first line that fits, `*` for anything, `\:` and `\\`
 * for themselves, `localhost` for the usual socket; a file that others can read is not used.
 *
 * @param path of the file; it need not exist
 * @see https://www.postgresql.org/docs/current/libpq-pgpass.html
 */
export async function readPgpass(path: string, question: PgpassQuestion): Promise<PgpassAnswer> {
  const text = await readPrivate(path)
  return typeof text === 'string' ? findPassword(text, question) : text
}

async function readPrivate(path: string): Promise<string | PgpassAnswer> {
  try {
    // Without O_NONBLOCK a FIFO at that path would hold us.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const stat = await file.stat()
      if (!stat.isFile()) return { kind: 'ignored', cure: `make ${path} a plain file` }
      if ((stat.mode & 0o077) !== 0) {
        return { kind: 'ignored', cure: `chmod 600 ${path}: it is ignored while others can read it` }
      }
      return await file.readFile('utf8')
    } finally {
      await file.close()
    }
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'none' }
    return { kind: 'ignored', cure: `make ${path} readable for this user (${code})` }
  }
}

/** Finds the password in the text of a password file. */
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

/** The parts between colons, with their backslashes. */
function splitFields(line: string): readonly string[] {
  return line.match(/(?:[^:\\]|\\.?)+|(?<=^|:)(?=:|$)/g) ?? []
}

function withoutEscapes(field: string | undefined): string {
  return (field ?? '').replaceAll(/\\(.)/g, '$1')
}
