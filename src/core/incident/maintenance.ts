import { parseInstant } from '../time/timestamp.ts'
import { parseWindows, type Windows } from '../time/window.ts'
import { quote } from '../words/text.ts'
import type { Maintenance } from './muted.ts'

export type ParsedMaintenance =
  | { readonly kind: 'maintenance'; readonly maintenance: Maintenance }
  /** which text is wrong, why, and what to write */
  | { readonly kind: 'rejected'; readonly index: number; readonly error: string }

/**
 * Reads when something is expected to fail.
 *
 * @param texts each either days and hours of every week (`sun 02:00-04:00`), or one period
 * (`2026-12-01T22:00/2026-12-02T04:00`)
 * @param timezone IANA zone of times without a zone
 */
export function parseMaintenance(texts: readonly string[], timezone: string): ParsedMaintenance {
  const windows: Windows[] = []
  const spans: { readonly from: Date; readonly to: Date }[] = []
  for (const [index, text] of texts.entries()) {
    const parsed = text.includes('/') ? parseSpan(text, timezone) : parseWindows(text)
    if (parsed.kind === 'rejected') return { ...parsed, index }
    if (parsed.kind === 'windows') windows.push(parsed.windows)
    else spans.push(parsed.span)
  }
  return { kind: 'maintenance', maintenance: { windows, spans, timezone } }
}

type ParsedSpan =
  | { readonly kind: 'span'; readonly span: { readonly from: Date; readonly to: Date } }
  | { readonly kind: 'rejected'; readonly error: string }

const SPAN = '2026-12-01T22:00/2026-12-02T04:00'

function rejected(text: string, why: string): ParsedSpan {
  return { kind: 'rejected', error: `${quote(text)} ${why}` }
}

function parseSpan(text: string, timezone: string): ParsedSpan {
  const [first = '', last = '', ...more] = text.split('/').map((part) => part.trim())
  const [from, to] = [parseInstant(first, timezone), parseInstant(last, timezone)]
  if (more.length > 0) return rejected(text, `is more than two times; write ${SPAN}, say`)
  if (from === undefined) return rejected(first, `is not a time; write ${SPAN}, say`)
  if (to === undefined) return rejected(last, `is not a time; write ${SPAN}, say`)
  if (from > to) return rejected(text, 'ends before it begins; write the earlier time first')
  if (from.getTime() === to.getTime()) return rejected(text, 'lasts no time; write a later end')
  return { kind: 'span', span: { from, to } }
}
