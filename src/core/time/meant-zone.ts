import { nearest } from '../words/text.ts'

/** What to write in place of the name of a time zone that there is not. */
export function meantZone(name: string): string {
  return nearest(name, ['UTC', ...Intl.supportedValuesOf('timeZone')]) ?? 'an IANA name such as Europe/Paris or UTC'
}
