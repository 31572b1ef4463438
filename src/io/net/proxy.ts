import { BlockList, isIP } from 'node:net'
import { own } from '../../core/own.ts'
import { percentDecoded } from '../../core/words/percent.ts'

/** The variables of a process. */
type Environment = Readonly<Record<string, string | undefined>>

/** What stands between us and a web server. */
export interface WebProxy {
  readonly host: string
  readonly port: number
  /** what `Proxy-Authorization` says, where it wants a login */
  readonly authorization?: string
  /** host and port, for people: never with a password */
  readonly shown: string
}

/** A variable that names a proxy which cannot be used. Its value may hold a password, and is not shown. */
export class ProxyError extends Error {
  readonly code = 'ERR_PROXY'
}

/**
 * The proxy that the environment names for a URL, as curl has it: `http_proxy` in small letters alone, since whoever asks
 * a CGI program can set the other; `https_proxy` and `no_proxy` in either.
 *
 * @returns undefined where the server is asked directly
 * @throws ProxyError
 * @see https://curl.se/libcurl/c/CURLOPT_NOPROXY.html
 */
export function proxyFor(url: URL, env: Environment): WebProxy | undefined {
  const names = url.protocol === 'https:' ? ['https_proxy', 'HTTPS_PROXY'] : ['http_proxy']
  const name = names.find((one) => (own(env, one) ?? '') !== '')
  const written = name === undefined ? undefined : own(env, name)
  if (name === undefined || written === undefined) return undefined
  if (isDirect(url, env.no_proxy ?? env.NO_PROXY ?? '')) return undefined
  const text = written.includes('://') ? written : `http://${written}`
  const proxy = URL.canParse(text) ? new URL(text) : undefined
  if (proxy?.protocol !== 'http:' || proxy.hostname === '') {
    throw new ProxyError(`the variable ${name} names no proxy; write http://host:port`)
  }
  const login = `${decoded(proxy.username)}:${decoded(proxy.password)}`
  return {
    host: bare(proxy.hostname),
    port: Number(proxy.port || 80),
    ...(login === ':' ? {} : { authorization: `Basic ${Buffer.from(login).toString('base64')}` }),
    shown: `${proxy.hostname}:${proxy.port || 80}`,
  }
}

function decoded(text: string): string {
  return percentDecoded(text) ?? text
}

/** Whether a list of names and addresses says that a server is asked without a proxy. */
function isDirect(url: URL, list: string): boolean {
  const entries = list.split(/[\s,]+/).filter((entry) => entry !== '')
  if (entries.length === 1 && entries[0] === '*') return true
  const [host, port] = [bare(url.hostname), url.port || (url.protocol === 'https:' ? '443' : '80')]
  return entries.some((entry) => {
    const [, name = '', wanted] = /^(\[[^\]]*\]|[^:]*|[0-9a-f:.]*:[0-9a-f:.]*(?:\/\d+)?)(?::(\d+))?$/i.exec(entry) ?? []
    return name !== '' && (wanted === undefined || wanted === port) && isNamed(host, bare(name))
  })
}

/** Itself, or a domain that it lies in; an address alone, or a network. */
function isNamed(host: string, name: string): boolean {
  const version = isIP(host)
  if (version === 0) {
    const domain = name.replace(/^\./, '')
    return domain !== '' && (host === domain || host.endsWith(`.${domain}`))
  }
  const [address = '', bits] = name.split('/')
  if (isIP(address) !== version) return false
  const family = version === 4 ? 'ipv4' : 'ipv6'
  const length = Number(bits ?? (version === 4 ? 32 : 128))
  if (!Number.isInteger(length) || length < 0 || length > (version === 4 ? 32 : 128)) return false
  const network = new BlockList()
  network.addSubnet(address, length, family)
  return network.check(host, family)
}

/** Without brackets, and the dot of the root. */
function bare(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
}
