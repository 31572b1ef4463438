import { UsageError } from '../core/errors.ts'

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
 * @param what what has this URL, as messages begin
 * @throws UsageError with words that show nothing of the URL
 */
export function parseHttpUrl(text: string, what: string): HttpTarget {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:\/\//i.test(text)) throw new UsageError(`${what}: <url> is no URL; write ${FORM}`)
  // What follows is not sent; of a password that holds this sign the rest would be taken for it.
  if (url.hash !== '') throw new UsageError(`${what}: <url> has a # in it; leave out what follows, or write it as %23`)
  if (url.port === '0') throw new UsageError(`${what}: <url> has port 0, which cannot be connected to`)
  const login = [decode(url.username, what), decode(url.password, what)] as const
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

function decode(text: string, what: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new UsageError(`${what}: a % in the user or password of <url> encodes nothing; write a literal % as %25`)
  }
}
