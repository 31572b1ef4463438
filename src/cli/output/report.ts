import type { Report } from '../../core/report.ts'
import { formatJson } from './json.ts'
import { formatNagios } from './nagios.ts'
import { formatText } from './text.ts'

/** A report in one of its forms. */
export function formatReport(
  report: Report,
  options: {
    readonly format: 'text' | 'nagios' | 'json'
    readonly colour: boolean
    readonly verbose?: boolean
    readonly isTrial?: boolean
  },
): string {
  switch (options.format) {
    case 'text':
      return formatText(report, options)
    case 'nagios':
      return formatNagios(report, options)
    case 'json':
      return formatJson(report)
  }
}
