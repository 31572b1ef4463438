import { optional } from '../../core/shape/quick.ts'
import { response } from '../../core/shape/response.ts'
import { child } from '../../core/shape/tree.ts'
import { duration, text } from '../../core/shape/values.ts'
import type { SourceKind } from '../../core/source-kind.ts'
import { endpoint } from '../endpoint.ts'
import { judgedProblems } from '../judged.ts'
import type { TcpLook } from './look.ts'

const EXAMPLE = 'host:port, [::1]:port or unix:/path'
const USUAL_TIMEOUT = 10

const KEYS = {
  tcp: endpoint(`where it listens: ${EXAMPLE}`, EXAMPLE),
  send: optional(() => text({ about: 'what is sent to it, as in "PING\\r\\n"', example: '"PING\\r\\n"' })),
  answer: optional(() => text({ about: 'a text that must come', example: 'some text' })),
  timeout: optional(() => duration({ about: 'how long all of it may take (default 10s)', example: '10s' })),
  response: response('how long it may take to connect and to answer'),
}

/** What the shape has made of an entry. */
interface Entry {
  readonly tcp: string
  readonly send?: string
  readonly answer?: string
  readonly timeout?: number
}

/** What listens on a port or a socket: that it can be connected to, and what it says. */
export const TCP: SourceKind<TcpLook> = {
  key: 'tcp',
  title: 'a port',
  keys: () => KEYS,
  needed: { tcp: `is missing; write ${EXAMPLE}` },
  problems: (entry, path) => [
    ...judgedProblems(entry, path, 'leave it out'),
    ...(child(entry, 'send') !== undefined && child(entry, 'answer') === undefined
      ? [{ path: [...path, 'send'], text: 'goes with answer; write both, or leave it out' }]
      : []),
  ],
  measure: () => undefined,
  look: (entry) => {
    // What the shape has made of it.
    const { tcp, send, answer, timeout = USUAL_TIMEOUT } = entry as unknown as Entry
    const texts = { ...(send === undefined ? {} : { send }), ...(answer === undefined ? {} : { answer }) }
    return { endpoint: tcp, timeout, ...texts }
  },
  where: ({ endpoint }) => endpoint,
  load: async () => {
    const { createTcpSource } = await import('./tcp.ts')
    return { create: async (name, look, home) => ({ source: createTcpSource(name, look, home), secrets: [] }) }
  },
}
