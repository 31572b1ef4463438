import type { Report } from '../../core/incident/report.ts'
import { redact } from '../../core/words/text.ts'
import type { Format } from '../options/options.ts'
import { formatNagios } from './nagios.ts'
import type { RunFacts } from './prometheus.ts'

/** Hides secrets in what servers and databases said. Names are the user's own, and stay. */
export function redactReport(report: Report, secrets: readonly string[]): Report {
  const hide = (text: string): string => redact(text, secrets)
  return {
    ...report,
    verdicts: report.verdicts.map((verdict) => ({
      ...verdict,
      summary: hide(verdict.summary),
      ...(verdict.cure === undefined ? {} : { cure: hide(verdict.cure) }),
      ...(verdict.tail === undefined ? {} : { tail: verdict.tail.map(hide) }),
      ...(verdict.mistakes === undefined
        ? {}
        : { mistakes: verdict.mistakes.map((mistake) => ({ ...mistake, words: hide(mistake.words) })) }),
      ...(verdict.raw === undefined
        ? {}
        : { raw: { ...verdict.raw, text: verdict.raw.text && hide(verdict.raw.text) } }),
    })),
    undelivered: report.undelivered.map((owed) => ({ ...owed, error: hide(owed.error) })),
    problems: report.problems.map((problem) => ({ ...problem, message: hide(problem.message) })),
  }
}

export async function formatReport(
  report: Report,
  options: {
    readonly format: Format
    readonly facts: RunFacts
    readonly colour: boolean
    readonly verbosity?: number
    readonly more?: readonly string[]
    readonly isTrial?: boolean
  },
): Promise<string> {
  switch (options.format) {
    case 'text':
      return (await import('./text.ts')).formatText(report, options)
    case 'nagios': {
      const { verbosity = 0 } = options
      const details = verbosity < 1 ? undefined : await import('./details.ts')
      return formatNagios(report, {
        detailsOf: (verdict) => details?.detailsOf(verdict, verbosity) ?? [],
        ...(options.more === undefined ? {} : { more: options.more }),
      })
    }
    case 'json': {
      const { formatJson } = await import('./json.ts')
      return formatJson(report)
    }
    case 'prometheus': {
      const { formatPrometheus } = await import('./prometheus.ts')
      return formatPrometheus(report, options.facts)
    }
  }
}
