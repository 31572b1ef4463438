import { readlinkSync } from 'node:fs'
import { env } from 'node:process'
import { isZone } from '../../core/time/zone.ts'

/** The usual link, to the usual name, of what servers mostly have. */
const LINK = { path: '/etc/localtime', ofUtc: /\/zoneinfo\/(?:Etc\/)?UTC$/ } as const

/**
 * The IANA zone of this host, or UTC where Node does not know its name.
 *
 * Asking for it loads much of what knows zones and languages, so that it is not asked where it would say UTC.
 */
export function systemZone(): string {
  if (env.TZ === 'UTC' || (env.TZ === undefined && isLinkedToUtc())) return 'UTC'
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  return isZone(zone) ? zone : 'UTC'
}

function isLinkedToUtc(): boolean {
  try {
    return LINK.ofUtc.test(readlinkSync(LINK.path))
  } catch {
    // A copy, or nothing: Node looks further.
    return false
  }
}
