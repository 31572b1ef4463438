import type { Notice } from '../incident/notice.ts'
import { idOf, STUCK_RUN, titleOf } from '../names.ts'
import type { Incident } from '../types.ts'
import { clean, shellWord } from './text.ts'
import { isEnd } from './words.ts'

/** More names than these make no line that anybody pastes. */
const NAMES = 20

/** How long a silence is that is begun in a hurry. */
const SILENCE = '4h'

/**
 * What a person may want to type next about what is open, a line each, ready to be pasted into a shell.
 *
 * @param statusCommand `lastalive status` with what says where the state is; of another command none can be made
 */
export function nextCommands(notices: readonly Notice[], statusCommand: string): readonly string[] {
  const [, place] = /^lastalive status(.*)$/s.exec(statusCommand) ?? []
  // Whoever acknowledges waits for the run that is stuck.
  const open = notices.filter((notice) => !isEnd(notice) && notice.incident.check !== STUCK_RUN)
  if (place === undefined || open.length === 0 || open.length > NAMES) return []
  const names = isLockfile(place) ? '' : open.map(({ incident }) => ` ${shellWord(nameOf(incident))}`).join('')
  return [
    `Say that you have seen it: lastalive ack${place}${names}`,
    `Keep it quiet for a while: lastalive silence${place}${names} --for ${SILENCE}`,
  ]
}

/** A lockfile needs no names: it is of one check. */
function isLockfile(place: string): boolean {
  return place.startsWith(' --lockfile ')
}

/** As it is stored; a name that no shell could be given is meant by what is shown of it. */
function nameOf(incident: Incident): string {
  const id = idOf(incident)
  return id === clean(id) ? id : titleOf(incident)
}
