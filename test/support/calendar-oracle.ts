import { systemdAnalyzeIn } from './systemd.ts'

/** What systemd makes of an expression. */
export interface CalendarAnswer {
  readonly accepted: boolean
  /** it was still looking after a thousand steps; nothing is known of the times then */
  readonly gaveUp?: true
  /** full seconds in UTC; none where it never comes */
  readonly next: readonly string[]
}

/** Asks systemd-analyze for the times after `start`, on a host in that zone. */
export async function askSystemd(
  { expression, zone, start }: { readonly expression: string; readonly zone: string; readonly start: string },
  count: number,
): Promise<CalendarAnswer> {
  const at = `${start.slice(0, 10)} ${start.slice(11, 19)} UTC`
  const words = ['calendar', `--base-time=${at}`, `--iterations=${count}`, '--', expression]
  const { code, stdout, stderr } = await systemdAnalyzeIn(zone, words)
  if (code !== 0) {
    return stderr.includes('Failed to determine next elapse')
      ? { accepted: true, gaveUp: true, next: [] }
      : { accepted: false, next: [] }
  }
  // In a zone that is not UTC each time stands twice, the second time in UTC.
  const times = [...stdout.matchAll(/: \w{3} (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC$/gm)]
  return { accepted: true, next: times.map(([, day, time]) => `${day}T${time}Z`) }
}
