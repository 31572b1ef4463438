import { readRegular, whyUnread } from '../io/files/regular.ts'
import { setUpFault } from './faults.ts'

/**
 * The text of a certificate or a key.
 *
 * @throws FaultError if the file cannot be read
 */
export async function readIfGiven(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined
  const found = await readRegular(path)
  if (found.kind === 'file') return found.bytes.toString('utf8')
  throw setUpFault(`cannot read ${path} (${whyUnread(found)})`, 'check its path, and that this user may read it')
}
