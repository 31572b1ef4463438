import type { Check } from '../../core/check.ts'
import type { Source } from '../../core/ports.ts'
import type { MadeSource, SourceHome } from '../../core/source-kind.ts'
import type { SqlTarget } from '../../drivers/target.ts'
import { SHORTEST_TOKEN } from '../../io/net/http-url.ts'
import { nowMs } from '../../io/now.ts'
import { redacted } from '../redacted.ts'
import { readingsOf } from './answers.ts'
import { fetchFrom, type PeerPlace } from './fetch.ts'
import type { PeerLook } from './look.ts'
import { WATCHER_TABLE } from './table.ts'

/** The source of a check that looks at another watcher. */
export function createPeerSource(name: string, given: PeerPlace, home: SourceHome): MadeSource {
  const { env, readingTime } = home
  // Whoever names a database is given one that speaks SQL.
  const place = home.target === undefined ? given : { ...given, target: home.target as SqlTarget }
  const secrets = secretsOf(place.url)
  const source: Source<PeerLook> = {
    name,
    read: async (checks: readonly Check<PeerLook>[], { signal, clock, onAsked }) => {
      const begun = nowMs()
      const fetched = await fetchFrom(place, { signal, env, readingTime })
      onAsked?.({
        what: askedOf(place),
        with: [],
        seconds: (nowMs() - begun) / 1_000,
        ...(fetched.kind === 'text' ? { rows: 1 } : {}),
      })
      const now = clock.now()
      const readings = checks.map(
        (check) => [check.name, readingsOf(check, fetched, now).map((reading) => redacted(reading, secrets))] as const,
      )
      return { readings: new Map(readings) }
    },
  }
  return { source, secrets }
}

function askedOf({ place, url }: PeerPlace): string {
  if (typeof place !== 'string') return `${place.name} in ${WATCHER_TABLE.name} of ${place.database}`
  return url === undefined ? place : `GET ${url.origin}${url.pathname}`
}

function secretsOf(url: URL | undefined): readonly string[] {
  if (url === undefined) return []
  const password = decodeURIComponent(url.password)
  const login = Buffer.from(`${decodeURIComponent(url.username)}:${password}`).toString('base64')
  const long = [...url.searchParams.values()].filter(({ length }) => length >= SHORTEST_TOKEN)
  return [...(password === '' ? [] : [url.password, password, login]), ...long]
}
