import type { Reading, Severity } from '../../core/types.ts'
import { parsePerfdata } from './perfdata.ts'

/** What the exit code of a plugin means. */
const SEVERITIES: readonly Severity[] = ['ok', 'warning', 'critical', 'unknown']

/** What a plugin has printed: words and figures. */
export interface Printed {
  readonly words: string
  readonly perfdata: string
}

/**
 * Divides what a plugin prints: the words are those of its first line; figures stand behind a bar on it, and behind one on a
 * later line and on all lines below that.
 *
 * @see https://assets.nagios.com/downloads/nagioscore/docs/nagioscore/4/en/pluginapi.html
 */
export function dividePrinted(text: string): Printed {
  const [first = '', ...more] = text.trimStart().split(/\r?\n/)
  const [words, ...figures] = first.split('|')
  const rest = more.join('\n')
  const bar = rest.indexOf('|')
  const below = bar < 0 ? '' : rest.slice(bar + 1)
  return { words: (words ?? '').trim(), perfdata: [figures.join('|'), below].join(' ').trim() }
}

/** What a plugin says that has ended by itself. */
export function pluginReading(
  check: string,
  code: number,
  text: string,
  { lastWords }: { readonly lastWords: string },
): Reading {
  const { words, perfdata } = dividePrinted(text)
  const said = lastWords === '' ? 'it printed nothing' : `it printed nothing; on stderr: ${lastWords}`
  return {
    kind: 'judged',
    severity: SEVERITIES[code] ?? 'unknown',
    summary: words === '' ? said : words,
    metrics: parsePerfdata(perfdata, check),
  }
}
