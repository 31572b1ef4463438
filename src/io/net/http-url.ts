import { UsageError } from '../../core/errors.ts'
import { percentDecoded } from '../../core/words/percent.ts'

/** Where a request goes, and what must not be seen of it. */
export interface HttpTarget {
  /** with user and password, where there are */
  readonly url: URL
  /** host and port for people; the rest of a URL is mostly a secret */
  readonly host: string
  /** what must not be seen in any output */
  readonly secrets: readonly string[]
  /** what is hidden besides in what the server says: its short parts may be words like others */
  readonly hidden: readonly string[]
}

/** Shorter parts of a URL are hardly secrets, and may be words that stand elsewhere as well. */
export const SHORTEST_TOKEN = 16

const FORM = 'http://host/path or https://host/path, with any of : / ? # @ % in user and password percent-encoded'

/**
 * Reads the URL of a web server: `https://[user:password@]host[:port][/path][?query]`.
 *
 * @param password from elsewhere, for the user that the URL names
 * @throws UsageError with words that show nothing of the URL, and begin as behind its name
 */
export function parseHttpUrl(text: string, password?: string): HttpTarget {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:\/\//i.test(text)) throw new UsageError(`is no URL; write ${FORM}`)
  // What follows is not sent; of a password that holds this sign the rest would be taken for it.
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

/** The pieces of its path and its query, as they are written. */
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
