import type { Report } from '../../core/report.ts'
import { formatJson } from './json.ts'
import { formatNagios } from './nagios.ts'
import { formatText } from './text.ts'

/** A report in one of its forms. */
export function formatReport(
  report: Report,
  { format, colour }: { readonly format: 'text' | 'nagios' | 'json'; readonly colour: boolean },
): string {
  switch (format) {
    case 'text':
      return formatText(report, { colour })
    case 'nagios':
      return formatNagios(report)
    case 'json':
      return formatJson(report)
  }
}
