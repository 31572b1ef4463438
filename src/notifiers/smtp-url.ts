import { domainToASCII } from 'node:url'
import { UsageError } from '../core/errors.ts'
import { clean, nearest, quote } from '../core/text.ts'

/** Where mail is handed over, and how. */
export interface SmtpTarget {
  /** a name or an address, IPv6 without brackets */
  readonly host: string
  readonly port: number
  /** `implicit` from the first byte, `required` and `offered` by STARTTLS */
  readonly tls: 'implicit' | 'required' | 'offered' | 'never'
  /** whether the server's certificate must be trusted and name the host */
  readonly verified: boolean
  /** file with the certificates to trust instead of the system's */
  readonly ca?: string
  readonly login?: { readonly user: string; readonly password: string }
  /** the URL for people, without its password */
  readonly shown: string
  /** what must not be seen in any output */
  readonly secrets: readonly string[]
}

type TlsChoice = 'unverified' | 'none' | undefined

const PARAMETERS = ['ca', 'tls']
const TLS_CHOICES = ['unverified', 'none']
const FORM = 'smtp://[USER:PASSWORD@]HOST[:PORT] or smtps://[USER:PASSWORD@]HOST[:PORT]'

/**
 * Reads an SMTP URL: `smtp://[user:pass@]host[:port]`, or `smtps://` for TLS from the first byte.
 *
 * The port is by default 465 for smtps, 587 for smtp with a user, 25 for smtp without. How TLS is used:
 *
 * - `smtps`: verified
 * - port 587, or with a user: STARTTLS is required and verified
 * - a loopback host on any other port: none, since local servers have certificates that nobody can verify, and
 *   nothing leaves the machine
 * - otherwise: STARTTLS where the server offers it, verified
 * - `?ca=FILE` trusts the certificates in this file only; `?tls=unverified` trusts any. Both require TLS everywhere.
 * - `?tls=none` never encrypts; with a user on a loopback host only: a password never goes in clear over a network
 *
 * @throws UsageError with words that never show the password
 */
export function parseSmtpUrl(text: string): SmtpTarget {
  const url = parseUrl(text)
  const login = parseLogin(url)
  const host = parseHost(url)
  const implicit = url.protocol === 'smtps:'
  const port = parsePort(url, implicit ? 465 : login === undefined ? 25 : 587)
  const shown = `${url.protocol}//${login === undefined ? '' : `${clean(url.username)}:***@`}${hostAndPort({ host, port })}`
  const { ca, choice } = parseParameters(url, shown)
  if (!implicit && port === 465) fail(shown, 'port 465 speaks TLS from the first byte; write smtps://')
  if (choice === 'none') checkClear({ implicit, ca, login, host, shown })
  return {
    host,
    port,
    tls: implicit ? 'implicit' : startTls({ port, host, login, ca, choice }),
    verified: choice !== 'unverified',
    ...(ca === undefined ? {} : { ca }),
    ...(login === undefined ? {} : { login }),
    shown,
    secrets: login === undefined ? [] : [...new Set([login.password, url.password])],
  }
}

/** Host and port as one text, an IPv6 address in brackets. */
export function hostAndPort({ host, port }: { readonly host: string; readonly port: number }): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host === '::1' || /^127(?:\.\d+){3}$/.test(host)
}

function fail(shown: string, problem: string): never {
  throw new UsageError(`smtp ${shown}: ${problem}`)
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !text.includes('://')) {
    fail('<url>', `not a URL; write ${FORM}, with any of : / ? # @ % in user and password percent-encoded`)
  }
  if (url.protocol !== 'smtp:' && url.protocol !== 'smtps:') fail('<url>', `unknown kind of URL; write ${FORM}`)
  // The rest of a password that holds one of these unencoded would be taken for a path, a query or a fragment.
  if (!['', '/'].includes(url.pathname) || url.hash !== '' || url.search.includes('@')) {
    fail(
      '<url>',
      'has more than a host and a port; write any of : / ? # @ % in user, password and file percent-encoded',
    )
  }
  return url
}

function parseLogin(url: URL): SmtpTarget['login'] {
  if (url.username === '' && url.password === '') return undefined
  const user = decode(url.username)
  const password = decode(url.password)
  if (user === '' || password === '') fail('<url>', `user and password go together; write ${FORM}`)
  if (/\p{Cc}/u.test(user + password)) fail('<url>', 'user and password cannot hold control characters')
  return { user, password }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return fail('<url>', 'a % in it encodes nothing; write a literal % as %25')
  }
}

function parseHost(url: URL): string {
  const host = decode(url.hostname).replace(/^\[(.*)\]$/, '$1')
  // What is in brackets was an address for the URL to be one.
  if (host.includes(':') && url.hostname.startsWith('[')) return host
  const name = domainToASCII(host)
  if (!/^[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?$/i.test(name)) fail('<url>', `has no host that can be used; write ${FORM}`)
  return name
}

function parsePort(url: URL, byDefault: number): number {
  if (url.port === '0') fail('<url>', 'port 0 cannot be connected to')
  return url.port === '' ? byDefault : Number(url.port)
}

function parseParameters(url: URL, shown: string): { readonly ca: string | undefined; readonly choice: TlsChoice } {
  for (const name of url.searchParams.keys()) {
    if (!PARAMETERS.includes(name)) fail(shown, `unknown parameter ${quote(name)}; ${suggestion(name, PARAMETERS)}`)
    if (url.searchParams.getAll(name).length > 1) fail(shown, `parameter ${name} is given more than once`)
  }
  const ca = url.searchParams.get('ca') ?? undefined
  if (ca === '') fail(shown, 'parameter ca is empty; write ?ca=FILE')
  const choice = parseChoice(url.searchParams.get('tls') ?? undefined, shown)
  if (ca !== undefined && choice === 'unverified')
    fail(shown, 'ca and tls=unverified contradict each other; give one of them')
  return { ca, choice }
}

function parseChoice(value: string | undefined, shown: string): TlsChoice {
  if (value === undefined || value === 'unverified' || value === 'none') return value
  return fail(shown, `tls cannot be ${quote(value)}; ${suggestion(value, TLS_CHOICES)}`)
}

function suggestion(name: string, known: readonly string[]): string {
  const near = nearest(name, known)
  return near === undefined ? `write ${known.join(' or ')}` : `did you mean ${near}?`
}

interface TlsCircumstances {
  readonly host: string
  readonly login: SmtpTarget['login']
  readonly ca: string | undefined
}

function checkClear({
  implicit,
  ca,
  login,
  host,
  shown,
}: TlsCircumstances & { readonly implicit: boolean; readonly shown: string }): void {
  if (implicit) fail(shown, 'tls=none contradicts smtps; write smtp://')
  if (ca !== undefined) fail(shown, 'ca and tls=none contradict each other; give one of them')
  if (login !== undefined && !isLoopback(host)) {
    fail(shown, 'a password is not sent over a network in clear; leave out tls=none, or the user')
  }
}

function startTls({
  port,
  host,
  login,
  ca,
  choice,
}: TlsCircumstances & { readonly port: number; readonly choice: TlsChoice }): 'required' | 'offered' | 'never' {
  if (choice === 'none') return 'never'
  if (choice === 'unverified' || ca !== undefined || port === 587) return 'required'
  if (isLoopback(host)) return 'never'
  return login === undefined ? 'offered' : 'required'
}
