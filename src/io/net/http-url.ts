import { UsageError } from '../../core/errors.ts'
import { percentDecoded } from '../../core/words/percent.ts'

export interface HttpTarget {
  /** may have a user and a password */
  readonly url: URL
  /** host and port for people; the rest of a URL is mostly a secret */
  readonly host: string
  readonly secrets: readonly string[]
  /** also hidden in what the server says; short parts are left out, since they may be ordinary words */
  readonly hidden: readonly string[]
}

/** Shorter parts of a URL are hardly secrets, and may be ordinary words. */
export const SHORTEST_TOKEN = 16

const FORM = 'http://host/path or https://host/path, with any of : / ? # @ % in user and password percent-encoded'

/**
 * Reads the URL of a web server: `https://[user:password@]host[:port][/path][?query]`.
 *
 * @param password from elsewhere, for the user in the URL
 * @throws UsageError, whose message shows nothing of the URL, and continues a sentence about it
 */
export function parseHttpUrl(text: string, password?: string): HttpTarget {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:\/\//i.test(text)) throw new UsageError(`is no URL; write ${FORM}`)
  // A fragment is not sent. It may be the rest of a password with this sign in it.
  if (url.hash !== '') throw new UsageError('has a # in it; leave out what follows, or write it as %23')
  if (url.port === '0') throw new UsageError('has port 0, which cannot be connected to')
  if (password !== undefined) {
    if (url.username === '') throw new UsageError('names no user for the password; write https://user@host/path')
    url.password = encodeURIComponent(password)
  }
  const login = [decode(url.username), decode(url.password)] as const
  const parts = partsOf(url)
  const whole = `${url.pathname}${url.search}`
  return {
    url,
    host: url.host,
    secrets: [
      ...new Set([text, url.href, login[1], url.password, basic(login)]),
      ...[whole, ...parts].filter(({ length }) => length >= SHORTEST_TOKEN),
    ].filter((secret) => secret !== ''),
    hidden: [whole, ...parts],
  }
}

function partsOf({ pathname, search }: URL): readonly string[] {
  return `${pathname}${search}`.split(/[/?&=]/).filter((part) => part !== '')
}

function basic([user, password]: readonly [user: string, password: string]): string {
  return user === '' && password === '' ? '' : Buffer.from(`${user}:${password}`).toString('base64')
}

function decode(text: string): string {
  const decoded = percentDecoded(text)
  if (decoded !== undefined) return decoded
  throw new UsageError('has a % in user or password that encodes nothing; write a literal % as %25')
}
