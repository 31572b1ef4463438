import type { Check } from '../../core/check.ts'
import type { Source } from '../../core/ports.ts'
import type { MadeSource, SourceHome } from '../../core/source-kind.ts'
import { SHORTEST_TOKEN } from '../../io/net/http-url.ts'
import { nowMs } from '../../io/now.ts'
import { redacted } from '../redacted.ts'
import { readingsOf } from './answers.ts'
import { fetchFrom, type PeerPlace } from './fetch.ts'
import type { PeerLook } from './look.ts'

/** The source of a check that looks at another watcher. */
export function createPeerSource(name: string, place: PeerPlace, { env, readingTime }: SourceHome): MadeSource {
  const secrets = secretsOf(place.url)
  const source: Source<PeerLook> = {
    name,
    read: async (checks: readonly Check<PeerLook>[], { signal, clock, onAsked }) => {
      const begun = nowMs()
      const fetched = await fetchFrom(place, { signal, env, readingTime })
      const what = place.url === undefined ? place.place : `GET ${place.url.origin}${place.url.pathname}`
      onAsked?.({ what, with: [], seconds: (nowMs() - begun) / 1_000, ...(fetched.kind === 'text' ? { rows: 1 } : {}) })
      const now = clock.now()
      const readings = checks.map(
        (check) => [check.name, readingsOf(check, fetched, now).map((reading) => redacted(reading, secrets))] as const,
      )
      return { readings: new Map(readings) }
    },
  }
  return { source, secrets }
}

function secretsOf(url: URL | undefined): readonly string[] {
  if (url === undefined) return []
  const password = decodeURIComponent(url.password)
  const login = Buffer.from(`${decodeURIComponent(url.username)}:${password}`).toString('base64')
  const long = [...url.searchParams.values()].filter(({ length }) => length >= SHORTEST_TOKEN)
  return [...(password === '' ? [] : [url.password, password, login]), ...long]
}
