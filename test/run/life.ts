/**
 * A week of some services and of those who watch them, in Paris from Monday the 19th of October 2026 on. On its Sunday
 * the clocks go back.
 */

const MINUTE_MS = 60_000
const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/** When the first run is: half a minute after midnight, half a minute after each beat. */
export const FIRST_RUN = new Date(instantOf('Mon 00:00').getTime() + MINUTE_MS / 2)

/** The databases and the checks that look into them. */
export const CHECKS = { mail: ['mdx', 'queue'], shop: ['import', 'worker', 'backup'] } as const

/** When nobody could reach a database. */
const UNREACHABLE: Readonly<Record<string, readonly Span[]>> = {
  mail: [span('Wed 10:05', 'Wed 10:20')],
  shop: [span('Tue 03:00', 'Tue 03:40')],
}

/** When the mail server of ops refused everything, and when it took mail without saying so. */
const MAIL = {
  down: [span('Tue 01:50', 'Tue 03:20'), span('Wed 10:15', 'Wed 10:25')],
  mute: [span('Sat 04:30', 'Sat 04:32')],
} as const

/** When a service that beats each minute was silent: from its last beat to the next one. */
const SILENT: Readonly<Record<string, readonly Span[]>> = {
  mdx: [
    span('Mon 09:00', 'Mon 09:42'),
    span('Tue 02:00', 'Tue 02:25'),
    span('Wed 10:12', 'Wed 10:45'),
    span('Fri 20:00', 'Sat 09:00'),
    span('Sun 01:30 CEST', 'Sun 02:30 CET'),
    span('Sun 03:30', 'Sun 04:30'),
  ],
  queue: [span('Wed 10:25', 'Wed 10:50')],
  import: [
    // It rests when the shop is shut.
    span('Mon 00:00', 'Mon 08:00'),
    span('Mon 18:00', 'Tue 08:00'),
    span('Tue 18:00', 'Wed 08:00'),
    span('Wed 18:00', 'Thu 08:00'),
    span('Thu 16:00', 'Fri 08:30'),
    span('Fri 18:00', 'Mon 08:00'),
  ],
  worker: [
    span('Thu 14:00', 'Thu 14:04'),
    span('Thu 14:10', 'Thu 14:14'),
    span('Thu 14:20', 'Thu 14:24'),
    span('Thu 14:30', 'Thu 14:34'),
    span('Thu 14:40', 'Thu 14:44'),
    span('Thu 14:50', 'Thu 14:54'),
    span('Sun 10:05', 'Sun 10:15'),
    span('Sun 11:30', 'Sun 12:30'),
  ],
}

/** When the backup was done. */
const BACKUPS = ['Mon 04:10', 'Tue 04:10', 'Wed 04:10', 'Thu 04:10', 'Fri 04:10', 'Sat 09:15', 'Sun 04:10'].map(
  instantOf,
)

/** What people did. */
export const HANDS = {
  acknowledged: { check: 'mdx', at: instantOf('Sat 03:00'), until: instantOf('Sat 07:00') },
  silenced: { check: 'worker', at: instantOf('Sun 10:00'), until: instantOf('Sun 12:00') },
} as const

type Span = readonly [from: Date, to: Date]

/** The configuration of the watch, for databases and notifiers that are written as they are given. */
export function configurationOf({ databases, notifiers }: Readonly<Record<'databases' | 'notifiers', object>>): string {
  return `
instance: watch1
timezone: Europe/Paris
databases: ${JSON.stringify(databases)}
notifiers: ${JSON.stringify(notifiers)}
defaults:
  notify: { critical: [ops, pager], warning: [ops] }
checks:
  mdx:
    database: mail
    key: last_alive
    warning: 5m
    critical: 10m
    remind: 6h
    maintenance: sun 01:00-04:00
  queue:
    database: mail
    key: queue_beat
    critical: 5m
    after: [mdx]
  import:
    database: shop
    key: last_import
    during: mon-fri 08:00-18:00
    warning: 1h
    critical: 3h
  worker:
    database: shop
    key: worker_beat
    critical: 2m
    flap: 3 in 1h
    notify: [ops]
  backup:
    database: shop
    key: last_backup
    schedule: 0 4 * * *
    grace: 30m
`
}

/** When a check's service beat last. */
export function lastBeat(check: string, now: Date): Date {
  if (check === 'backup') {
    const done = BACKUPS.filter((at) => at <= now)
    return done.at(-1) ?? new Date(instantOf('Mon 04:10').getTime() - 24 * 60 * MINUTE_MS)
  }
  const minute = new Date(Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS)
  const span = SILENT[check]?.find(([from, to]) => from <= minute && minute < to)
  return span === undefined ? minute : span[0]
}

/** Whether a database can be reached. */
export function isReachable(database: string, now: Date): boolean {
  return !isWithin(UNREACHABLE[database] ?? [], now)
}

/** What a notifier does with what it is given. */
export type MailMood = 'takes it' | 'refuses it' | 'says nothing'

/** What a notifier does with what it is given at that time. */
export function answerOf(notifier: string, now: Date): MailMood {
  if (notifier !== 'ops') return 'takes it'
  if (isWithin(MAIL.down, now)) return 'refuses it'
  return isWithin(MAIL.mute, now) ? 'says nothing' : 'takes it'
}

function isWithin(spans: readonly Span[], now: Date): boolean {
  return spans.some(([from, to]) => from <= now && now < to)
}

function span(from: string, to: string): Span {
  return [instantOf(from), instantOf(to)]
}

/** An instant of the week, as `Wed 10:05`; the next Monday is the last one that is known. */
export function instantOf(text: string): Date {
  const [day = '', time = '', zone = day === 'Sun' && time >= '03:00' ? 'CET' : 'CEST'] = text.split(' ')
  const date = 19 + DAYS.indexOf(day)
  return new Date(`2026-10-${date}T${time}:00${zone === 'CET' ? '+01:00' : '+02:00'}`)
}

/** The reverse, without the zone. */
export function textOf(instant: Date): string {
  const options = {
    timeZone: 'Europe/Paris',
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  } as const
  return new Intl.DateTimeFormat('en-GB', options).format(instant).replace(',', '')
}
