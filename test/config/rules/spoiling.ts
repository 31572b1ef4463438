import fc from 'fast-check'
import { isMapping, NAMED_MAPS } from '../../../src/core/shape/tree.ts'

/** The way to a value. */
export type Path = readonly (string | number)[]

/** What has keys. */
export type Mapping = Readonly<Record<string, unknown>>

export const DATABASES = {
  mail: { url: 'postgres://watch@db/mail', faults: { denied: 'critical' }, maintenance: ['sun 02:00-04:00'] },
  shop: {
    url: 'mysql://watch:secret@shop/shop',
    timeout: '5s',
    skew: '10s',
    response: { warning: '1s', critical: '2s' },
    stored_in: 'Europe/Paris',
    session: { time_zone: 'Europe/Paris' },
    unreachable: 'warning',
    notify: ['boss'],
  },
  file: 'sqlite:/var/lib/app/app.db',
}

export const NOTIFIERS = {
  ops: {
    mail: { to: ['a@domain.tld', 'b@domain.tld'], from: 'w@domain.tld', smtp: 'smtp://relay:25' },
    group: 'check',
  },
  boss: { mail: { to: 'boss@domain.tld', from: 'w@domain.tld', sendmail: '/usr/sbin/sendmail' }, subject: '{summary}' },
  chat: {
    webhook: {
      url: 'https://chat.domain.tld/hook',
      headers: { 'x-team': 'ops' },
      body: { text: '{subject}' },
      timeout: '5s',
    },
  },
  desk: { command: { run: ['/usr/local/bin/tell', '--now'], timeout: '10s' } },
}

export const CHECKS = {
  beat: { database: 'mail', key: 'last_alive' },
  imports: { database: 'mail', key: 'last_import', warning: '1h', critical: '2h', notify: ['ops'], remind: '1d' },
  shops: {
    database: 'shop',
    rows: 'SELECT name, seen FROM shops',
    expect: ['north', 'south'],
    min_rows: 2,
    vanished: 'critical',
    critical: '15m',
    failures: 3,
  },
  orders: { database: 'shop', query: 'SELECT count(*) FROM orders', measure: 'number', warning: '10', critical: '100' },
  licence: { database: 'shop', key: 'licence', expires: true, warning: '7d', missing: 'critical' },
  backup: { database: 'file', key: 'backup', schedule: '0 4 * * *', grace: '30m', after: ['beat'], tags: ['night'] },
  hours: {
    database: 'file',
    key: 'desk',
    during: 'mon-fri 08:00-18:00',
    except: ['2026-12-24'],
    timezone: 'Europe/Berlin',
    critical: '1h',
    maintenance: ['sat 00:00-24:00'],
  },
  cloud: { database: 'mail', use: 'nextcloud', notify: { warning: ['chat'], critical: ['ops', 'desk'] } },
  json: { database: 'file', key: 'state', json: '$.seen', note: 'call Jörg', faults: { invalid: 'warning' } },
}

export const DEFAULTS = {
  warning: '20m',
  critical: '30m',
  failures: 2,
  recoveries: 2,
  remind: '1h',
  recovered: true,
  notify: ['ops', 'chat'],
  faults: { failed: 'critical' },
  missing: 'warning',
  future_tolerance: '2m',
  clock: 'database',
  unit: 'auto',
  skew: '1m',
  response: { critical: '10s' },
  stored_in: 'UTC',
  maintenance: ['sun 03:00-05:00'],
}

export const TOP = {
  instance: 'watch1',
  timezone: 'Europe/Vienna',
  concurrency: 4,
  healthchecks: 'https://hc.domain.tld/ping/x',
}

/** The configuration before anything is spoilt: a limit stays, so that all checks are right. */
export function configurationOf({ top, defaults }: Pick<Case, 'top' | 'defaults'>): Mapping {
  const all: Mapping = DEFAULTS
  const given = Object.fromEntries(['critical', ...defaults].map((key) => [key, all[key]]))
  return { ...top, databases: DATABASES, notifiers: NOTIFIERS, defaults: given, checks: CHECKS }
}

/** What is done to the value at a path. */
export type Deed = { readonly put: unknown } | { readonly beside: string } | 'remove'

/** A configuration, by what it has besides its databases, notifiers and checks, and one deed. */
export interface Case {
  readonly top: Mapping
  readonly defaults: readonly string[]
  /** sections that stand in a file of conf.d */
  readonly apart: readonly string[]
  readonly path: Path
  readonly deed: Deed
}

const rubbish = fc.oneof(
  fc.constantFrom<unknown>(null, true, -1, 0.5, 5, [], {}, [[]], { x: 1 }, [null], '', ' ', 'no such', '30 minuts'),
  fc.constantFrom<unknown>('${NOT_SET}', '1h', 'ops', 'beat', 'shop', 'UTC', 'critical', 'nowhere://x', { ops: ['x'] }),
  fc.string({ maxLength: 6 }),
)

/** All that is tried. */
export const cases: fc.Arbitrary<Case> = fc
  .record({
    top: fc.subarray(Object.entries(TOP)).map((entries): Mapping => Object.fromEntries(entries)),
    defaults: fc.subarray(Object.keys(DEFAULTS)),
    apart: fc.subarray([...NAMED_MAPS]),
  })
  .chain((given) =>
    fc
      .constantFrom(...pathsIn(configurationOf(given)))
      .chain((path) => deedsAt(path).map((deed) => ({ ...given, path, deed }))),
  )

/** Who takes out a whole check or notifier wants to be without it, and nothing unknown stands in a list. */
function deedsAt(path: Path): fc.Arbitrary<Deed> {
  const isRemovable = path.length > 2 || path[0] === 'databases'
  const beside = fc.constantFrom('colour', 'timezon', 'cheks', 'kritical', 'toString').map((key) => ({ beside: key }))
  // Who writes another section has other names in it.
  const other = path.length > 1 ? rubbish : rubbish.filter((put) => !isMapping(put))
  return fc.oneof(
    { arbitrary: other.map((put) => ({ put })), weight: 3 },
    ...(isRemovable ? [fc.constant('remove' as const)] : []),
    ...(typeof path.at(-1) === 'number' ? [] : [beside]),
  )
}

/** The path that is spoilt, and the configuration then. */
export function spoilt(raw: Mapping, path: Path, deed: Deed): readonly [Path, Mapping] {
  if (deed === 'remove') return [path, Object(changed(raw, path, () => undefined))]
  if ('put' in deed) return [path, Object(changed(raw, path, () => deed.put))]
  const above = path.slice(0, -1)
  const beside = Object(changed(raw, above, (held) => ({ ...Object(held), [deed.beside]: 'red' })))
  return [[...above, deed.beside], beside]
}

function pathsIn(value: unknown, path: Path = []): readonly Path[] {
  const below = Array.isArray(value)
    ? value.flatMap((item, i) => pathsIn(item, [...path, i]))
    : typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, item]) => pathsIn(item, [...path, key]))
      : []
  return path.length === 0 ? below : [path, ...below]
}

/** A copy in which the value at a path is another; undefined removes it. */
function changed(held: unknown, [key, ...deeper]: Path, change: (value: unknown) => unknown): unknown {
  if (key === undefined) return change(held)
  if (Array.isArray(held)) {
    return held.flatMap((item, i) => {
      const value = i === key ? changed(item, deeper, change) : item
      return value === undefined ? [] : [value]
    })
  }
  const entries = Object.entries(held as Mapping).map(([name, item]): [string, unknown] => [
    name,
    name === key ? changed(item, deeper, change) : item,
  ])
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}
