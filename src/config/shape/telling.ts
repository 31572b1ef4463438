import * as v from 'valibot'
import { type Failures, parseFailures } from '../../core/incident/failures.ts'
import type { FlapLimit } from '../../core/incident/flap.ts'
import { routesTo } from '../../core/incident/routes.ts'
import type { NotifierKind } from '../../core/notifier-kind.ts'
import { mapping } from '../../core/shape/mapping.ts'
import { optional } from '../../core/shape/quick.ts'
import { count, flag, listOf, oneOf, remind, show, text, wrongly } from '../../core/shape/values.ts'
import { parseDuration } from '../../core/time/duration.ts'
import type { Routes } from '../../core/types.ts'

const notifier = () => text({ about: 'a notifier', example: 'the name of a notifier' })
const notifiers = (about: string) => listOf(notifier(), { about, example: 'names of notifiers, such as [ops]' })

/** Who is told: the same for everything, or by what there is to say. */
function notify() {
  const parts = {
    unknown: optional(() => notifiers('who hears of what is unknown (default: all who hear of anything)')),
    warning: optional(() => notifiers('who hears of a warning (default: nobody)')),
    critical: optional(() => notifiers('who hears of what is critical (default: nobody)')),
    closed: optional(() => notifiers('who hears that it is over (default: all who heard of it)')),
  }
  const all = v.pipe(notifiers('who hears of everything'), v.transform(routesTo))
  const byKind = v.pipe(mapping(parts, 'who is told, by what there is to say'), v.transform(routesOf))
  return v.pipe(
    v.union([all, byKind], 'is neither names of notifiers nor a mapping; write [ops], or { critical: [ops] }'),
    v.description(
      'the notifiers that are told, of everything or by what there is to say (default: all; of a database: those of its checks)',
    ),
  )
}

/** What nobody was named for is told to all: that something could not be read must not be lost. */
function routesOf(parts: Partial<Routes>): Routes {
  const { warning = [], critical = [], closed } = parts
  const unknown = parts.unknown ?? [...new Set([...warning, ...critical])]
  const open = { unknown, warning, critical }
  return closed === undefined ? open : { ...open, closed }
}

/** In a row, or so many of the last. */
function failures() {
  const message = (value: unknown) => `${wrongly(value, 'not a number of runs')}; write 3, or 3 of 5`
  return v.pipe(
    v.union([v.number(), v.string()], (issue) => message(issue.input)),
    v.description(
      'bad runs that open an incident: so many in a row, or of the last, as in 3 of 5 (default 1; of a database: the least of its checks)',
    ),
    v.rawTransform(({ dataset: { value }, addIssue, NEVER }): Failures => {
      const found = parseFailures(String(value))
      if (found !== undefined) return found
      addIssue({ message: message(value) })
      return NEVER
    }),
  )
}

const FLAP = /^(\d{1,4})\s+in\s+(\S+)$/

/** More openings than this in so long are flapping. */
function flap() {
  const message = (value: unknown) => `${show(value)} is not a number in a time; write 4 in 1h`
  return v.pipe(
    v.string((issue) => message(issue.input)),
    v.description('it flaps when it opens more often than this in so long, as in 4 in 1h (default: it never does)'),
    v.rawTransform(({ dataset, addIssue, NEVER }): FlapLimit => {
      const [, written = '', time = ''] = FLAP.exec(dataset.value.trim()) ?? []
      const within = parseDuration(time)
      if (Number(written) > 0 && within !== undefined && within > 0) return { count: Number(written), within }
      addIssue({ message: message(dataset.value) })
      return NEVER
    }),
  )
}

/** When, how often and whom something tells. */
export const POLICY = {
  notify: optional(notify),
  failures: optional(failures),
  recoveries: optional(() =>
    count({
      about: 'good runs in a row that close it (default 1; of a database: the most of its checks)',
      of: 'runs',
      least: 1,
    }),
  ),
  remind: optional(remind),
  recovered: optional(() => flag({ about: 'whether it is told that it is over (default true)' })),
  flap: optional(flap),
  maintenance: optional(() =>
    listOf(text({ about: 'a time', example: 'sun 02:00-04:00' }), {
      about:
        'when it is expected to fail, and only its end is told: hours of each week, or one time, from/to (2026-12-01T22:00/2026-12-02T04:00)',
      example: '[sun 02:00-04:00]',
    }),
  ),
}

/** What selects and silences checks, and what they depend on. */
export const RELATIONS = {
  tags: optional(() =>
    listOf(text({ about: 'a word', example: 'a word' }), {
      about: 'words by which checks are selected and silenced (--tag)',
      example: 'words, such as [minute]',
    }),
  ),
  after: optional(() =>
    listOf(text({ about: 'a check', example: 'the name of a check' }), {
      about: 'checks on which it depends: while one of them is not well, its own failing is not told',
      example: 'names of checks, such as [router]',
    }),
  ),
}

/** What makes a message, and what it is headed. */
export const messages = (kinds: readonly NotifierKind[]) => ({
  group: optional(() =>
    oneOf(['run', 'check'], {
      about: `one message for all that is due in a run, or one for each check (default ${usualGroups(kinds)})`,
    }),
  ),
  subject: optional(() =>
    text({ about: 'in place of the usual subject, with fields in braces', example: '"{state} {title}: {summary}"' }),
  ),
})

/** `run, of icinga check`. */
function usualGroups(kinds: readonly NotifierKind[]): string {
  return ['run', ...kinds.filter(({ group }) => group === 'check').map(({ key }) => `of ${key} check`)].join(', ')
}
