import * as v from 'valibot'
import { underKey } from '../../core/errors.ts'
import { parseLimit } from '../../core/judge/range.ts'
import { mapping } from '../../core/shape/mapping.ts'
import { optional } from '../../core/shape/quick.ts'
import { child, isMapping, type Path, type Problem } from '../../core/shape/tree.ts'
import { duration, notDuration, oneOf, text, textLike } from '../../core/shape/values.ts'
import { CA } from '../../core/shape/web.ts'
import type { SourceKind } from '../../core/source-kind.ts'
import { judgedProblems } from '../judged.ts'
import type { PeerLook, PeerRow } from './look.ts'

const USUAL_TIMEOUT = 10
const IS_URL = /^https?:\/\//i
const LIMITS = ['warning', 'critical']
/** What is known of it is always the same three things. */
const OF_MANY = ['judge', 'expect', 'vanished', 'min_rows', 'max_rows']

const EXAMPLE = 'https://host/lastalive.json'
const ABOUT =
  'what another watcher leaves: the URL or the absolute path of its last-run.json, or its row in a database as { database: mail, name: watch2 }'

const row = mapping(
  {
    database: text({ about: 'the database that it leaves a row in', example: 'the name of a database' }),
    name: text({ about: 'its instance, as its row is called', example: 'its instance' }),
  },
  'the row of a watcher in the table lastalive_watcher',
  { database: 'is missing; write the name of a database', name: 'is missing; write the instance of that watcher' },
)

const KEYS = {
  peer: v.pipe(
    v.union(
      [
        textLike(/^(?:https?:\/\/[^/\s]|\/)/i, {
          about: 'its last-run.json, by its URL or its absolute path',
          example: EXAMPLE,
          wrong: 'is neither the URL of a web server nor an absolute path',
        }),
        row,
      ],
      `is neither the URL of a web server nor an absolute path; write ${EXAMPLE}`,
    ),
    v.description(ABOUT),
  ),
  checks: optional(() => oneOf(['none'], { about: 'none: it watches nothing but other watchers, and that is right' })),
  ca: CA,
  timeout: optional(() => duration({ about: 'how long it may take to read (default 10s)', example: '10s' })),
}

/** Another watcher: whether it runs, checks something, and can tell. */
export const PEER: SourceKind<PeerLook> = {
  key: 'peer',
  title: 'another watcher',
  keys: () => KEYS,
  mappings: ['peer'],
  needed: { peer: `is missing; write ${EXAMPLE}` },
  isOfPeers: true,
  database: (entry) => {
    const name = child(child(entry, 'peer'), 'database')
    return typeof name === 'string' ? name : undefined
  },
  problems: (entry, path) => [
    ...judgedProblems(entry, path, 'leave it out').filter(({ path: [, , key] }) => !LIMITS.includes(String(key))),
    ...OF_MANY.filter((key) => child(entry, key) !== undefined).map((key) => ({
      path: [...path, key],
      text: 'goes with many rows; leave it out',
    })),
    ...limitProblems(entry, path),
    ...(isMapping(child(entry, 'peer')) && child(entry, 'ca') !== undefined
      ? [{ path: [...path, 'ca'], text: 'goes with a URL; leave it out' }]
      : []),
  ],
  isMany: () => true,
  measure: () => undefined,
  look: ({ peer, checks, timeout = USUAL_TIMEOUT, ca }) => ({
    // What the shape has made of it.
    place: typeof peer === 'string' ? peer : (peer as PeerRow),
    hasNoChecks: checks === 'none',
    timeout: Number(timeout),
    ...(typeof ca === 'string' ? { ca } : {}),
  }),
  where: ({ place }) =>
    typeof place === 'string'
      ? `the watcher that leaves ${shown(place)}`
      : `the watcher that is called ${place.name} in lastalive_watcher of database ${place.database}`,
  load: async () => {
    const { createPeerSource } = await import('./peer.ts')
    return {
      create: async (name, look, home) => {
        const { place } = look
        if (typeof place !== 'string' || !IS_URL.test(place)) return createPeerSource(name, look, home)
        const { parseHttpUrl } = await import('../../io/net/http-url.ts')
        const { url } = await underKey('peer', () => parseHttpUrl(place))
        return createPeerSource(name, { ...look, url }, home)
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
