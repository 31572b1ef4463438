import type { Report } from '../../core/incident/report.ts'
import { rank } from '../../core/judge/severity.ts'
import { largest } from '../../core/lists.ts'
import { titleOf } from '../../core/names.ts'
import type { Severity, Verdict } from '../../core/types.ts'
import { mistakesOf } from './mistakes.ts'

const COLOURS: Readonly<Record<Severity, string>> = { ok: '32', unknown: '35', warning: '33', critical: '31' }

/**
 * A report for a person: one line each, the worst first, then what was told.
 *
 * @param options.colour only for a terminal
 * @param options.isTrial nothing was told: a dry run
 */
export function formatText(
  report: Report,
  { colour, isTrial = false }: { readonly colour: boolean; readonly isTrial?: boolean },
): string {
  const sorted = report.verdicts.toSorted((a, b) => rank(b.severity) - rank(a.severity))
  const width = largest(
    sorted.map((verdict) => titleOf(verdict).length),
    0,
  )
  const lines = sorted.flatMap((verdict) => [lineOf(verdict, { colour, width }), ...mistakesOf(verdict)])
  const told = report.delivered.map(({ recipient, subject, by }) =>
    isTrial ? `would tell ${recipient}: ${subject}` : `told ${recipient}: ${subject} (accepted by ${by})`,
  )
  const hushed = report.hushed.map((line) => `muted: ${line}`)
  const counting = (report.counting ?? []).map((line) => `counting: ${line}`)
  return [...lines, ...counting, ...told, ...hushed].map((line) => `${line}\n`).join('')
}

function lineOf(verdict: Verdict, { colour, width }: { readonly colour: boolean; readonly width: number }): string {
  const word = (verdict.severity === 'ok' ? 'ok' : verdict.severity.toUpperCase()).padEnd(8)
  const painted = colour ? `\u001b[${COLOURS[verdict.severity]}m${word}\u001b[0m` : word
  const cure = verdict.cure === undefined ? '' : `; ${verdict.cure}`
  return `${painted}  ${titleOf(verdict).padEnd(width)}  ${verdict.summary}${cure}`
}
