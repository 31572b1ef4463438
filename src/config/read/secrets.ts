import type { Path } from '../../core/shape/tree.ts'
import { joined } from '../../core/words/joined.ts'

/** What the files hold that are named in place of a secret, by `secretAt`. */
export type Secrets = ReadonlyMap<string, string>

/** What the file holds that an entry names under this key; undefined where it names none. */
export function secretAt(secrets: Secrets, entry: Path, key: string): string | undefined {
  return secrets.get(joined(...entry.map(String), key))
}
