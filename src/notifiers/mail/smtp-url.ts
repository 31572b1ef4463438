import { domainToASCII } from 'node:url'
import { UsageError } from '../../core/errors.ts'
import { present } from '../../core/given.ts'
import { percentDecoded } from '../../core/words/percent.ts'
import { clean, nearest, quote } from '../../core/words/text.ts'
import { isClientName } from './smtp-name.ts'

export interface SmtpTarget {
  /** a name or an address, IPv6 without brackets */
  readonly host: string
  readonly port: number
  /** `implicit`: from the first byte; `required` and `offered`: by STARTTLS */
  readonly tls: 'implicit' | 'required' | 'offered' | 'never'
  /** whether the server's certificate must be trusted and name the host */
  readonly verified: boolean
  /** file of the certificates to trust in place of the system's */
  readonly ca?: string
  readonly name?: string
  readonly login?: { readonly user: string; readonly password: string }
  /** the URL for people, without its password */
  readonly shown: string
  readonly secrets: readonly string[]
}

type TlsChoice = 'unverified' | 'none' | undefined

const PARAMETERS = ['ca', 'tls', 'name']
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
 * - otherwise: STARTTLS if the server offers it, verified
 * - `?ca=FILE` trusts the certificates in this file only; `?tls=unverified` trusts any. Both require TLS everywhere.
 * - `?tls=none` never encrypts. With a user it needs a loopback host: a password never goes in clear over a network
 *
 * `?name=NAME` is the name for EHLO.
 *
 * @param password from elsewhere, for the user in the URL
 * @throws UsageError, whose message shows nothing of the URL, and continues a sentence about it
 */
export function parseSmtpUrl(text: string, password?: string): SmtpTarget {
  const url = parseUrl(text)
  if (password !== undefined) url.password = encodeURIComponent(password)
  const login = parseLogin(url)
  const host = parseHost(url)
  const implicit = url.protocol === 'smtps:'
  const port = parsePort(url, implicit ? 465 : login === undefined ? 25 : 587)
  const shown = `${url.protocol}//${login === undefined ? '' : `${clean(url.username)}:***@`}${hostAndPort({ host, port })}`
  const { ca, choice, name } = parseParameters(url)
  if (!implicit && port === 465) fail('has port 465, which speaks TLS from the first byte; write smtps://')
  if (choice === 'none') checkClear({ implicit, ca, login, host })
  return {
    host,
    port,
    tls: implicit ? 'implicit' : startTls({ port, host, login, ca, choice }),
    verified: choice !== 'unverified',
    ...present({ ca, name, login }),
    shown,
    secrets: login === undefined ? [] : [...new Set([login.password, url.password])],
  }
}

export function hostAndPort({ host, port }: { readonly host: string; readonly port: number }): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host === '::1' || /^127(?:\.\d+){3}$/.test(host)
}

function fail(problem: string): never {
  throw new UsageError(problem)
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !text.includes('://')) {
    fail(`is no URL; write ${FORM}, with any of : / ? # @ % in user and password percent-encoded`)
  }
  if (url.protocol !== 'smtp:' && url.protocol !== 'smtps:') fail(`is no URL of a mail server; write ${FORM}`)
  // The rest of a password that was not encoded would be read as a path, a query or a fragment.
  if (!['', '/'].includes(url.pathname) || url.hash !== '' || url.search.includes('@')) {
    fail('has more than a host and a port; write any of : / ? # @ % in user, password and file percent-encoded')
  }
  return url
}

function parseLogin(url: URL): SmtpTarget['login'] {
  if (url.username === '' && url.password === '') return undefined
  const user = decode(url.username)
  const password = decode(url.password)
  if (user === '' || password === '') fail(`has a user without a password, or a password without a user; write ${FORM}`)
  if (/\p{Cc}/u.test(user + password)) fail('has control characters in user or password; take them out')
  return { user, password }
}

function decode(text: string): string {
  return percentDecoded(text) ?? fail('has a % that encodes nothing; write a literal % as %25')
}

function parseHost(url: URL): string {
  const host = decode(url.hostname).replace(/^\[(.*)\]$/, '$1')
  // The URL parser has checked the address in brackets.
  if (host.includes(':') && url.hostname.startsWith('[')) return host
  const name = domainToASCII(host)
  if (!/^[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?$/i.test(name)) fail(`has no host that can be used; write ${FORM}`)
  return name
}

function parsePort(url: URL, byDefault: number): number {
  if (url.port === '0') fail('has port 0, which cannot be connected to')
  return url.port === '' ? byDefault : Number(url.port)
}

interface Parameters {
  readonly ca: string | undefined
  readonly choice: TlsChoice
  readonly name: string | undefined
}

function parseParameters(url: URL): Parameters {
  for (const name of url.searchParams.keys()) {
    if (!PARAMETERS.includes(name)) fail(`has an unknown parameter ${quote(name)}; ${suggestion(name, PARAMETERS)}`)
    if (url.searchParams.getAll(name).length > 1) fail(`has the parameter ${name} more than once; write it once`)
  }
  const ca = url.searchParams.get('ca') ?? undefined
  if (ca === '') fail('has an empty parameter ca; write ?ca=FILE')
  const choice = parseChoice(url.searchParams.get('tls') ?? undefined)
  if (ca !== undefined && choice === 'unverified')
    fail('has ca and tls=unverified, which contradict each other; write one of them')
  const name = url.searchParams.get('name') ?? undefined
  if (name !== undefined && !isClientName(name))
    fail(`has name=${quote(name)}; write this host's whole name, as in ?name=watch.domain.tld`)
  return { ca, choice, name }
}

function parseChoice(value: string | undefined): TlsChoice {
  if (value === undefined || value === 'unverified' || value === 'none') return value
  return fail(`has tls=${quote(value)}, which is unknown; ${suggestion(value, TLS_CHOICES)}`)
}

function suggestion(name: string, known: readonly string[]): string {
  const near = nearest(name, known)
  return near === undefined ? `write ${known.join(' or ')}` : `write ${near}`
}

interface TlsCircumstances {
  readonly host: string
  readonly login: SmtpTarget['login']
  readonly ca: string | undefined
}

function checkClear({ implicit, ca, login, host }: TlsCircumstances & { readonly implicit: boolean }): void {
  if (implicit) fail('has tls=none, which contradicts smtps; write smtp://')
  if (ca !== undefined) fail('has ca and tls=none, which contradict each other; write one of them')
  if (login !== undefined && !isLoopback(host)) {
    fail('would send a password over a network in clear; leave out tls=none, or the user')
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
