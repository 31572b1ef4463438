import { optional } from '../../core/shape/quick.ts'
import { response } from '../../core/shape/response.ts'
import { child } from '../../core/shape/tree.ts'
import { duration, oneOf, textLike } from '../../core/shape/values.ts'
import { CA } from '../../core/shape/web.ts'
import type { SourceKind } from '../../core/source-kind.ts'
import { endpoint, parseEndpoint } from '../endpoint.ts'
import { STARTING, type TlsLook } from './look.ts'

const EXAMPLE = 'host:443 or [::1]:443'
const USUAL_TIMEOUT = 10

const KEYS = {
  tls: endpoint(`whose certificates are looked at: ${EXAMPLE}`, EXAMPLE),
  starttls: optional(() => oneOf(STARTING, { about: 'the protocol that begins in plain (default: none)' })),
  server_name: optional(() =>
    textLike(/^[^\s:/]+$/, {
      about: 'the name that the certificate must have (default: the host)',
      example: 'mail.domain.tld',
      wrong: 'is not a name',
    }),
  ),
  ca: CA,
  timeout: optional(() => duration({ about: 'how long all of it may take (default 10s)', example: '10s' })),
  response: response('how long it may take to connect and to agree on TLS'),
}

/** What the shape has made of an entry. */
interface Entry extends Pick<TlsLook, 'starttls' | 'ca'> {
  readonly tls: string
  readonly server_name?: string
  readonly timeout?: number
}

/** The certificates of a server: how long they are valid, for which name, and whether they are trusted. */
export const TLS: SourceKind<TlsLook> = {
  key: 'tls',
  title: 'certificates',
  keys: () => KEYS,
  needed: { tls: `is missing; write ${EXAMPLE}` },
  problems: (entry, path) => [
    ...['json', 'pattern', 'measure', 'expires', 'unit', 'stored_in', 'clock', 'missing']
      .filter((key) => child(entry, key) !== undefined)
      .map((key) => ({ path: [...path, key], text: 'does not go with certificates; leave it out' })),
    ...(String(child(entry, 'tls')).startsWith('unix:')
      ? [{ path: [...path, 'tls'], text: `is a socket, which has no name; write ${EXAMPLE}` }]
      : []),
  ],
  measure: (entry) => (isLimited(entry) ? 'overdue' : undefined),
  look: (entry) => {
    // What the shape has made of it.
    const { tls, starttls, server_name, ca, timeout = USUAL_TIMEOUT } = entry as unknown as Entry
    const address = parseEndpoint(tls)
    const host = address !== undefined && 'host' in address ? address.host : ''
    return {
      endpoint: tls,
      serverName: server_name ?? host,
      timeout,
      isLimited: isLimited(entry),
      ...(starttls === undefined ? {} : { starttls }),
      ...(ca === undefined ? {} : { ca }),
    }
  },
  where: ({ endpoint: place }) => `the certificates of ${place}`,
  load: async () => {
    const { createTlsSource } = await import('./tls.ts')
    return { create: async (name, look, home) => ({ source: createTlsSource(name, look, home), secrets: [] }) }
  },
}

function isLimited(entry: unknown): boolean {
  return ['warning', 'critical'].some((key) => child(entry, key) !== undefined)
}
