import type { Command } from 'commander'
import { UsageError } from '../../core/errors.ts'
import type { NotifierOption } from '../../core/notifier-kind.ts'
import { NOTIFIERS } from '../../setup/kinds.ts'
import { CHECK_GROUP, collect } from './options.ts'

/** The kinds of notifiers that have options of their own. */
const KINDS = NOTIFIERS.flatMap(({ key, options = [] }) => (options.length === 0 ? [] : [{ key, options }]))

/** Their options, in the order of the help. */
export const TELLING_OPTIONS: readonly NotifierOption[] = KINDS.flatMap(({ options }) => options)

export function addAliveIntervalOption(command: Command): Command {
  const about = 'how often the service beats; validate and run -v remark on limits that are too short for it'
  return command.optionsGroup(CHECK_GROUP).option('--alive-interval <duration>', about)
}

export function addTellOptions(command: Command): Command {
  const grouped = command.optionsGroup('Whom it tells, and when:')
  for (const { key, value, about, isList } of TELLING_OPTIONS) {
    if (isList) grouped.option(`--${key} ${value}`, about, collect)
    else grouped.option(`--${key} ${value}`, about)
  }
  return grouped
    .option('--healthchecks <url>', 'URL to ping at the start and the end of each run')
    .option('--failures <n>', 'bad runs in a row that open an incident, or "3 of 5": so many of the last (default: 1)')
    .option('--recoveries <n>', 'good runs in a row that close it, not with "3 of 5" (default: 1)')
    .option('--remind <duration>', 'tell it again after each such time; or always, or never (default: never)')
    .option('--instance <name>', "who watches, for messages (default: the host's name)")
}

/**
 * The notifiers that a line describes, each called like its kind, as a file would have them.
 *
 * @throws UsageError if the options of a kind name nobody
 */
export function notifiersIn(options: object): Readonly<Record<string, unknown>> {
  const written: Readonly<Record<string, unknown>> = { ...options }
  const entries = KINDS.flatMap(({ key: kind, options: own }): [string, unknown][] => {
    const given = own.filter(({ key }) => written[key] !== undefined)
    const lacking = own.find((option) => option.needed !== undefined && !given.includes(option))
    const [first] = given
    if (first === undefined) return []
    if (lacking !== undefined) {
      throw new UsageError(`--${first.key} is there, but nobody to tell; write --${lacking.key} ${lacking.needed}`)
    }
    return [[kind, { [kind]: Object.fromEntries(given.map(({ key }) => [key, written[key]])) }]]
  })
  return Object.fromEntries(entries)
}
