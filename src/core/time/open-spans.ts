import { millisecondsInDay } from 'date-fns/constants'
import { stretchesOf } from './open-time.ts'
import type { Span, Windows } from './window.ts'

/** 1970-01-01 was a Thursday; the week begins on Monday. */
const EPOCH_WEEKDAY = 3

/**
 * When within a time something was open, in milliseconds since 1970. An hour that comes twice is there twice.
 *
 * @param zone IANA zone of the open hours
 */
export function openSpans(
  { week, except }: Windows,
  zone: string,
  { from, to }: { readonly from: Date; readonly to: Date },
): readonly Span[] {
  const spans: Span[] = []
  for (const { from: start, to: end, offsetMs } of stretchesOf(zone, from.getTime(), to.getTime())) {
    const last = Math.floor((end + offsetMs) / millisecondsInDay)
    for (let day = Math.floor((start + offsetMs) / millisecondsInDay); day <= last; day++) {
      const midnight = day * millisecondsInDay - offsetMs
      const hours = except.includes(day) ? [] : (week[(((day + EPOCH_WEEKDAY) % 7) + 7) % 7] ?? [])
      for (const hour of hours) {
        const span = { from: Math.max(start, midnight + hour.from), to: Math.min(end, midnight + hour.to) }
        if (span.to > span.from) spans.push(span)
      }
    }
  }
  return spans
}
