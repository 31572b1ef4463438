import type { Notice } from '../incident/notice.ts'
import { idOf, STUCK_RUN, titleOf } from '../names.ts'
import type { Incident } from '../types.ts'
import { clean, shellWord } from './text.ts'
import { isEnd } from './words.ts'

const NAMES = 20

const SILENCE = '4h'

/**
 * The commands that a person may want next, one a line, ready to be pasted into a shell.
 *
 * @param statusCommand `lastalive status` with the options that name the state; another command gives none
 */
export function nextCommands(notices: readonly Notice[], statusCommand: string): readonly string[] {
  const [, place] = /^lastalive status(.*)$/s.exec(statusCommand) ?? []
  // `ack` waits for the lock, which the stuck run holds.
  const open = notices.filter((notice) => !isEnd(notice) && notice.incident.check !== STUCK_RUN)
  if (place === undefined || open.length === 0 || open.length > NAMES) return []
  const names = isLockfile(place) ? '' : open.map(({ incident }) => ` ${shellWord(nameOf(incident))}`).join('')
  return [
    `Say that you have seen it: lastalive ack${place}${names}`,
    `Mute it for a while: lastalive silence${place}${names} --for ${SILENCE}`,
  ]
}

/** A lockfile needs no names: it belongs to one check. */
function isLockfile(place: string): boolean {
  return place.startsWith(' --lockfile ')
}

/** The stored name. If a shell could not be given that, the name as it is shown. */
function nameOf(incident: Incident): string {
  const id = idOf(incident)
  return id === clean(id) ? id : titleOf(incident)
}
