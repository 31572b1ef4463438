import { underKey } from '../../core/errors.ts'
import { parseLimit } from '../../core/judge/range.ts'
import { optional } from '../../core/shape/quick.ts'
import { child, type Path, type Problem } from '../../core/shape/tree.ts'
import { duration, notDuration, oneOf, textLike } from '../../core/shape/values.ts'
import { CA } from '../../core/shape/web.ts'
import type { SourceKind } from '../../core/source-kind.ts'
import { judgedProblems } from '../judged.ts'
import type { PeerLook } from './look.ts'

const USUAL_TIMEOUT = 10
const IS_URL = /^https?:\/\//i
const LIMITS = ['warning', 'critical']
/** What is known of it is always the same three things. */
const OF_MANY = ['judge', 'expect', 'vanished', 'min_rows', 'max_rows']

const KEYS = {
  peer: textLike(/^(?:https?:\/\/[^/\s]|\/)/i, {
    about: 'the last-run.json of another watcher, by its URL or its absolute path',
    example: 'https://host/lastalive.json',
    wrong: 'is neither the URL of a web server nor an absolute path',
  }),
  checks: optional(() => oneOf(['none'], { about: 'none: it watches nothing but other watchers, and that is right' })),
  ca: CA,
  timeout: optional(() => duration({ about: 'how long it may take to read (default 10s)', example: '10s' })),
}

/** Another watcher: whether it runs, checks something, and can tell. */
export const PEER: SourceKind<PeerLook> = {
  key: 'peer',
  title: 'another watcher',
  keys: () => KEYS,
  needed: { peer: 'is missing; write https://host/lastalive.json' },
  isOfPeers: true,
  problems: (entry, path) => [
    ...judgedProblems(entry, path, 'leave it out').filter(({ path: [, , key] }) => !LIMITS.includes(String(key))),
    ...OF_MANY.filter((key) => child(entry, key) !== undefined).map((key) => ({
      path: [...path, key],
      text: 'goes with many rows; leave it out',
    })),
    ...limitProblems(entry, path),
  ],
  isMany: () => true,
  measure: () => undefined,
  look: ({ peer, checks, timeout = USUAL_TIMEOUT, ca }) => ({
    place: String(peer),
    hasNoChecks: checks === 'none',
    timeout: Number(timeout),
    ...(typeof ca === 'string' ? { ca } : {}),
  }),
  where: ({ place }) => `the watcher that leaves ${shown(place)}`,
  load: async () => {
    const { createPeerSource } = await import('./peer.ts')
    return {
      create: async (name, look, home) => {
        const isUrl = IS_URL.test(look.place)
        const { parseHttpUrl } = await import('../../io/net/http-url.ts')
        const target = isUrl ? await underKey('peer', () => parseHttpUrl(look.place)) : undefined
        return createPeerSource(name, { ...look, ...(target === undefined ? {} : { url: target.url }) }, home)
      },
    }
  },
}

function limitProblems(entry: unknown, path: Path): readonly Problem[] {
  return LIMITS.flatMap((key) => {
    const written = child(entry, key)
    if (typeof written !== 'string' && typeof written !== 'number') return []
    const to = parseLimit(String(written), 'age')
    return to?.from === Number.NEGATIVE_INFINITY && Number(to.to) > 0
      ? []
      : [{ path: [...path, key], text: notDuration(written, '5m') }]
  })
}

/** Without what only the watcher needs to know. */
function shown(place: string): string {
  return place.replace(/^(https?:\/\/)[^/?#]*@/i, '$1').replace(IS_URL.test(place) ? /[?#].*$/s : /$^/, '')
}
