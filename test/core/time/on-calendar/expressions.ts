/** An expression to ask systemd for, and why it is asked. */
export interface Question {
  /** what of the grammar it shows */
  readonly shows: string
  readonly expression: string
  readonly zone: string
  /** after when; never in an hour that the clock shows for the second time */
  readonly start: string
}

/** Zones with both changes of the clock, one of half an hour, one at midnight, and two without any. */
export const ZONES = [
  'UTC',
  'Europe/Paris',
  'America/New_York',
  'Australia/Lord_Howe',
  'America/Santiago',
  'Asia/Kathmandu',
] as const

/** Hours before the clock of each zone is put forward, and before it is put back. */
const CHANGES: Readonly<Record<string, { readonly forward: string; readonly back: string }>> = {
  'Europe/Paris': { forward: '2026-03-28T20:00:00Z', back: '2026-10-24T20:00:00Z' },
  'America/New_York': { forward: '2026-03-08T01:00:00Z', back: '2026-11-01T00:00:00Z' },
  'Australia/Lord_Howe': { forward: '2026-10-03T10:00:00Z', back: '2026-04-04T08:00:00Z' },
  'America/Santiago': { forward: '2026-09-05T20:00:00Z', back: '2026-04-04T20:00:00Z' },
}

const STARTS = ['2026-11-29T12:00:00Z', '2026-01-01T00:00:00Z', '2027-02-27T23:59:59Z', '2031-06-15T06:30:15Z']
const DAYS = ['Mon', 'tue', 'WED', 'Thursday', 'fri', 'Saturday', 'Sun']
const NAMES = [
  ...['minutely', 'hourly', 'daily', 'weekly', 'monthly', 'quarterly', 'yearly', 'annually', 'semiannually'],
  ...['biannually', 'semi-annually', 'bi-annually', 'anually', 'Daily', 'WEEKLY'],
]

/** What few people mean as it is read, what never comes, and what is refused though people write it. */
const TRAPS = [
  ...['12:34,15:00', '12:34,15:00,17:00', 'Mon 2026-11-29', 'Sun 2026-11-29', '2026-02-30', '*-02-30', '*-04-31'],
  ...['*/5:00', '*:*/5', '*-*-*/2', '24:00', '25:00', '2:60', '10:00:60', 'Fri..Mon', 'Sat-Sun', 'Mon-', 'Mon..', '10'],
  ...['2026-11', '2026-11-30T10:00', '29-11-2026', '*-*-*', '*', '', '0 4 * * *', '*-*~32', '*-*~29', '*-*~28', '~01'],
  ...[
    '*-02~03..01',
    '*-02~01..03',
    'Sat *-*-1..7 04:00',
    'Sat *-02-29',
    '2026-11-01',
    '*:0/7',
    '*:*:*',
    '09:*',
    '9:0:*',
  ],
  ...['1969-1-1', '2199-12-31', '2200-1-1', '5..5:00', '6..5:00', '*-*-5..6/2', '*:30/45', '*:0/59', '*:0/60', '*:0/0'],
  ...[
    '*-13-01',
    '*-0-1',
    '*-1-0',
    '*-1-32',
    'Mon,,Tue',
    'Mon, 10:00',
    'Mon: 10:00',
    'Funday 10:00',
    '10:00 Mars/Crater',
  ],
  ...[
    '10:00:',
    '10:',
    ':10',
    '10:00:00:00',
    '-1:00',
    '+1:00',
    '1.5:00',
    '@',
    '@-1',
    '@1.5',
    '10:00 UTC UTC',
    'UTC',
    'Mo',
  ],
]

/** Small numbers of a seed, always the same (mulberry32). */
function numbersOf(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

/** All that systemd is asked: the same each time. */
export function questions(): readonly Question[] {
  const upTo = numbersOf(2_026)
  const from = <T>(list: readonly T[]): T => list[upTo(list.length)] as T
  const between = (low: number, high: number): number => low + upTo(high - low + 1)
  const written = (value: number): string => (upTo(2) === 0 ? String(value) : String(value).padStart(2, '0'))
  const times = (count: number, make: () => string): string => Array.from({ length: count }, make).join(',')

  const time = (): string =>
    `${written(between(0, 23))}:${written(between(0, 59))}${upTo(2) ? '' : `:${written(between(0, 59))}`}`
  const date = (): string => `*-${written(between(1, 12))}-${written(between(1, 28))}`
  const range = (low: number, high: number): string => {
    const first = between(low, high)
    return `${first}..${written(between(first, high))}`
  }
  const step = (low: number, high: number): string => {
    const first = between(low, high - 1)
    return `${first}/${between(1, high - first)}`
  }
  const lastStep = (): string => {
    const first = between(2, 28)
    return `${first}/${between(1, first)}`
  }
  const list = (low: number, high: number): string => times(between(2, 4), () => written(between(low, high)))
  const mixed = (low: number, high: number): string =>
    times(between(1, 3), () => from([list, range, step, () => `${range(low, high)}/${between(1, 7)}`])(low, high))

  const productions: Readonly<Record<string, () => string>> = {
    name: () => from(NAMES),
    'time alone': time,
    weekday: () => `${from(DAYS)}${upTo(2) ? '' : ` ${time()}`}`,
    'list of weekdays': () => `${times(between(2, 4), () => from(DAYS))}${upTo(4) ? '' : ','} ${time()}`,
    'range of weekdays': () =>
      `${from(DAYS)}${from(['..', '-'])}${from(DAYS)}${upTo(3) ? '' : `,${from(DAYS)}`} ${time()}`,
    'weekday and date': () => `${from(DAYS)} ${from(['*-', '2026-', ''])}${mixed(1, 12)}-${mixed(1, 31)} ${time()}`,
    'date without a year': () => `${between(1, 12)}-${between(1, 31)} ${time()}`,
    'whole date': () => `${between(2025, 2032)}-${between(1, 12)}-${between(1, 31)} ${time()}`,
    'year of two digits': () => `${written(between(0, 99))}-${between(1, 12)}-${between(1, 28)} ${time()}`,
    'list of years': () => `${list(2026, 2040)}-${mixed(1, 12)}-${mixed(1, 31)}`,
    'range of years': () => `${range(2024, 2040)}-${between(1, 12)}-${between(1, 28)}`,
    'step of years': () => `${between(2000, 2028)}/${between(1, 9)}-02-29`,
    list: () => `*-*-${list(1, 31)} ${list(0, 23)}:${list(0, 59)}`,
    range: () => `*-${range(1, 12)}-${range(1, 31)} ${range(0, 23)}:${range(0, 59)}`,
    step: () => `*-${step(1, 12)}-${step(1, 31)} ${step(0, 23)}:${step(0, 59)}`,
    'range with a step': () => `*-*-* ${range(0, 23)}/${between(1, 9)}:${range(0, 59)}/${between(1, 40)}`,
    'all of it': () => `*-${mixed(1, 12)}-${mixed(1, 31)} ${mixed(0, 23)}:${mixed(0, 59)}:${mixed(0, 59)}`,
    seconds: () => `*-*-* ${from(['*', written(between(0, 23))])}:${from(['*', '0/15', '30'])}:${mixed(0, 59)}`,
    fraction: () =>
      `${between(0, 23)}:10:${between(0, 58)}.${between(1, 999)}${upTo(2) ? '' : `/${between(1, 9)}.${between(0, 9)}`}`,
    'last days': () => `*-${from(['*', mixed(1, 12)])}~${between(1, 29)} ${time()}`,
    'range of last days': () => `*-*~${range(1, 28)} ${time()}`,
    'step from the last days': () =>
      `${upTo(2) ? `${from(DAYS)} ` : ''}*-${from(['*', '02', '05,10'])}~${lastStep()} ${time()}`,
    'last days without a year': () => `${mixed(1, 12)}~${mixed(1, 28)} ${time()}`,
    zone: () =>
      `${from([time(), date(), 'daily', `${from(DAYS)} ${time()}`])} ${from([...ZONES, 'utc', 'Asia/Tokyo'])}`,
    epoch: () => `@${between(1_700_000_000, 1_950_000_000)}${upTo(4) ? '' : ' UTC'}`,
  }
  const changing: Readonly<Record<string, () => string>> = {
    'at a fixed time': () => `${written(between(0, 4))}:${written(between(0, 59))}`,
    'each hour': () => `*:${from(['00', '30', written(between(0, 59))])}`,
    'several times an hour': () => `*:${from(['0/10', '0/15', '5/20', list(0, 59)])}`,
    'in some hours': () => `${from(['0..3', '1,2,3', '0/2', '1/2', '2'])}:${from(['0/7', '0/30'])}`,
    'by weekday': () =>
      `${from(['Sat,Sun', 'Sun', 'Sat..Sun'])} ${written(between(0, 4))}:${from(['0/20', '30', '15'])}`,
  }

  const ordinary = Object.entries(productions).flatMap(([shows, make]) =>
    Array.from({ length: 75 }, () => ({ shows, expression: make(), zone: from(ZONES), start: from(STARTS) })),
  )
  const changes = Object.entries(changing).flatMap(([how, make]) =>
    Object.entries(CHANGES).flatMap(([zone, starts]) =>
      (['forward', 'back'] as const).flatMap((change) =>
        Array.from({ length: 12 }, () => ({
          shows: `the clock is put ${change}, ${how}`,
          expression: make(),
          zone,
          start: starts[change],
        })),
      ),
    ),
  )
  const traps = TRAPS.flatMap((expression) =>
    (['UTC', 'Europe/Paris'] as const).map((zone) => ({
      shows: 'a trap',
      expression,
      zone,
      start: STARTS[0] as string,
    })),
  )
  return [...ordinary, ...changes, ...traps]
}
