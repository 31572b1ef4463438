import type { Socket } from 'node:net'
import type { Source } from '../../core/ports.ts'
import type { SourceHome } from '../../core/source-kind.ts'
import type { Reading } from '../../core/types.ts'
import { clean, quote, shorten } from '../../core/words/text.ts'
import { connectFailure } from '../../io/net/faults.ts'
import { listenTo } from '../../io/net/hearing.ts'
import { type Address, connectSocket } from '../../io/net/socket.ts'
import { withLimit } from '../../io/net/time-limit.ts'
import { nowMs } from '../../io/now.ts'
import { endpointOf } from '../endpoint.ts'
import { connectReading, faulty } from '../network-fault.ts'
import type { TcpLook } from './look.ts'

/** How much is looked into, in bytes, and the same for people. */
const MOST_BYTES = 64 * 1024
const MOST = '64 kB'

/** The source of a check that connects. */
export function createTcpSource(name: string, look: TcpLook, { readingTime }: SourceHome): Source {
  const address = endpointOf(look.endpoint)
  const timeoutMs = Math.min(look.timeout, readingTime) * 1_000
  return {
    name,
    read: async (checks, { signal, onAsked }) => {
      const begun = nowMs()
      const reading = await connected(address, { signal, endMs: begun + timeoutMs }, look)
      const seconds = (nowMs() - begun) / 1_000
      const rows = reading.kind === 'judged' ? 1 : undefined
      onAsked?.({ what: `connect to ${look.endpoint}`, with: [], seconds, ...(rows === undefined ? {} : { rows }) })
      const readings = new Map(checks.map((check) => [check.name, [reading]] as const))
      return reading.kind === 'judged' ? { readings, response: seconds } : { readings }
    },
  }
}

interface Until {
  readonly signal: AbortSignal
  readonly endMs: number
}

async function connected(address: Address, { signal, endMs }: Until, look: TcpLook): Promise<Reading> {
  const over = new AbortController()
  const stop = (): void => over.abort()
  signal.addEventListener('abort', stop)
  try {
    const socket = await withLimit(() => connectSocket(address, over.signal), {
      signal,
      timeoutMs: endMs - nowMs(),
      late: (waited) => connectFailure(`no answer for ${waited}`),
    })
    return await answered(socket, { signal, endMs }, look)
  } catch (error) {
    return connectReading(error, address)
  } finally {
    signal.removeEventListener('abort', stop)
    over.abort()
  }
}

async function answered(socket: Socket, { signal, endMs }: Until, { send, answer }: TcpLook): Promise<Reading> {
  if (answer === undefined) return judged('ok', 'connected')
  const hearing = listenTo(socket, MOST_BYTES)
  if (send !== undefined) socket.write(send)
  const limits = { signal, timeoutMs: endMs - nowMs(), late: (waited: string) => new LateError(waited) }
  const end = await withLimit(() => hearing.until((heard) => heard.includes(answer)), limits).catch(
    (error: unknown) => {
      if (error instanceof LateError) return error
      throw error
    },
  )
  const said = saidIn(hearing.heard())
  if (end instanceof LateError) return late(end.message, { said, answer, isOver: signal.aborted })
  switch (end) {
    case 'enough':
      return judged('ok', `answered ${quote(answer)}`)
    case 'large':
      return faulty({ kind: 'invalid', message: `connected, without ${quote(answer)} in the first ${MOST}` })
    case 'closed':
      if (said !== '') return judged('critical', `answered ${said} and closed, without ${quote(answer)}`)
      return faulty({ kind: 'unreachable', message: 'connected, but closed without an answer' })
  }
}

/** @param options.isOver the run's time is over: what it had no time for may have come */
function late(
  waited: string,
  { said, answer, isOver }: { readonly said: string; readonly answer: string; readonly isOver: boolean },
): Reading {
  if (said !== '' && !isOver) return judged('critical', `answered ${said}, without ${quote(answer)} for ${waited}`)
  return faulty({ kind: 'timeout', message: `connected, but not answered for ${waited}` })
}

/** Says how long it was waited. */
class LateError extends Error {}

/** The last line of what came; empty where nothing came. */
function saidIn(heard: Buffer): string {
  const lines = heard.toString('utf8').trim().split(/\r?\n/)
  const last = lines.at(-1) ?? ''
  return heard.length === 0 ? '' : `"${shorten(clean(shorten(last, 500)), 120)}"`
}

function judged(severity: 'ok' | 'critical', summary: string): Reading {
  return { kind: 'judged', severity, summary, metrics: [] }
}
