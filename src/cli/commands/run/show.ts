import { StateError } from '../../../core/errors.ts'
import type { Report } from '../../../core/incident/report.ts'
import { exitCodeOf, FROM_WORST } from '../../../core/judge/severity.ts'
import { idOf, titleOf } from '../../../core/names.ts'
import { redact } from '../../../core/words/text.ts'
import { openStore } from '../../../setup/open-store.ts'
import { wantsColour } from '../../output/colour.ts'
import { failuresIn, unknownOf } from '../../output/failures.ts'
import { elapsedSeconds, putReport } from '../../output/put.ts'
import { formatReport } from '../../output/report.ts'
import type { Settings } from '../../settings/settings.ts'
import { type Code, complain } from '../../world.ts'
import { type CommandRun, isVerbose } from './command-run.ts'

/**
 * Cron mails whatever is printed: so nothing is, unless somebody looks or asks.
 *
 * @returns what kept it from its file
 */
export async function showReport(
  report: Report,
  settings: Settings,
  commandRun: CommandRun & { readonly problems: readonly string[]; readonly isTrial?: boolean },
): Promise<readonly string[]> {
  const { options, world, name, problems, isTrial = false } = commandRun
  const colour = wantsColour(world) && options.output === undefined
  const isAsked = [options.output, options.format].some((option) => option !== undefined) || isVerbose(options)
  if (!(world.stdout.isTTY === true || isTrial || isAsked)) return []
  const errors = {
    undelivered: report.undelivered.length,
    state: unknownOf(problems, report).length + report.problems.length,
  }
  const facts = { run: name, duration: elapsedSeconds(world), errors }
  const format = options.format ?? 'text'
  const more = isVerbose(options) && format === 'text' ? await detailsOf(report, settings) : ''
  try {
    await putReport((await formatReport(report, { format, facts, colour, isTrial })) + more, options, world)
    return []
  } catch (error) {
    if (error instanceof StateError) return [error.message]
    throw error
  }
}

/** What else there is to know, a line each. */
async function detailsOf({ incidents }: Report, { place, plan, config }: Settings): Promise<string> {
  const store = await openStore(place, { whose: plan, readOnly: true })
  return [
    ...[...incidents.values()].map((incident) => `lockfile of ${titleOf(incident)}: ${store.pathOf(idOf(incident))}`),
    ...config.remarks.map((remark) => `remark: ${remark}`),
  ]
    .map((line) => `${line}\n`)
    .join('')
}

/** Says on stderr what went wrong, and gives the exit code. */
export function tellWhatFailed(
  report: Report,
  settings: Settings,
  { world, problems }: CommandRun & { readonly problems: readonly string[] },
): Code {
  const failures = failuresIn(report, settings, problems)
  for (const line of report.remarks ?? []) complain(world, `remark: ${redact(line, settings.secrets)}`)
  for (const line of failures) complain(world, line)
  return failures.length > 0 ? 4 : exitCodeOf(report.state)
}

/** What was found and told, in numbers, for whoever watches the run. */
export function countsIn({ state, verdicts, delivered }: Report): readonly string[] {
  const counts = FROM_WORST.flatMap((severity) => {
    const count = verdicts.filter((verdict) => verdict.severity === severity).length
    return count === 0 ? [] : [`${count} ${severity}`]
  })
  return [`${state}: ${counts.join(', ')}`, `told: ${delivered.length}`]
}
