import { requireValid } from '../../config/shape/schema.ts'
import type { Report } from '../../core/incident/report.ts'
import { formatInstant } from '../../core/time/zone.ts'
import { fewOf, redact } from '../../core/words/text.ts'
import type { Settings } from '../settings/settings.ts'

const NAMES_SHOWN = 20

/**
 * Refuses a mistake at once, like wrong usage, if nobody can be told of it.
 *
 * @throws ConfigError
 */
export function requireSomebodyToTell({ config, plan }: Settings): void {
  if (plan.leftOut === undefined || plan.notifiers.some(({ name }) => !plan.leftOut?.notifiers.has(name))) return
  requireValid(config)
}

/** The parts of telling that a mistake leaves out, one line each. Nobody is told of them, so they go to stderr. */
export function untoldIn({ config: { leftOut } }: Settings): readonly string[] {
  if (leftOut === undefined) return []
  const notifiers = [...leftOut.notifiers].map(([name, why]) => `nobody can be told through ${name}: ${why}`)
  return leftOut.pings === undefined ? notifiers : [...notifiers, `no ping is sent: ${leftOut.pings}`]
}

export function failuresIn(
  report: Report,
  { secrets, config }: Settings,
  problems: readonly string[],
): readonly string[] {
  const lines = [
    ...report.undelivered.map(({ recipient, checks, error, nextTry, isGivenUp }) => {
      const next = nextTry === undefined ? 'at the next run' : `after ${formatInstant(nextTry, config.timezone)}`
      const outlook = isGivenUp ? 'given up after a week' : `tried again ${next}`
      return `not told: ${recipient} of ${fewOf(checks, NAMES_SHOWN)}: ${error}; ${outlook}`
    }),
    ...report.problems.map(({ message, cure }) => (cure === undefined ? message : `${message}; ${cure}`)),
  ]
  return [...unknownOf(problems, report), ...lines].map((line) => redact(line, secrets))
}

export function unknownOf(problems: readonly string[], report: Report): readonly string[] {
  const known = new Set(report.problems.map(({ message }) => message))
  return problems.filter((problem) => !known.has(problem))
}
