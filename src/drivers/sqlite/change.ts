import { FaultError } from '../../core/errors.ts'
import { withLimit } from '../../io/net/time-limit.ts'
import { nowMs } from '../../io/now.ts'
import type { Change, OpenOptions, QueryResult } from '../driver.ts'
import type { SqliteTarget } from '../target.ts'
import { createAsker } from './parent.ts'
import { checkFile } from './regular.ts'

/** Writes to tables of ours in an SQLite file, which is never created: in a process that can be killed, since a disk may hang. */
export async function changeSqlite(
  { path }: SqliteTarget,
  changes: () => readonly Change[],
  { signal, timeoutMs }: OpenOptions,
): Promise<readonly QueryResult[]> {
  const end = nowMs() + timeoutMs
  const late = (waited: string): FaultError =>
    new FaultError({ kind: 'timeout', scope: 'source', message: `no answer for ${waited} from the disk of ${path}` })
  await withLimit(() => checkFile(path), { signal, timeoutMs, late })
  const asker = createAsker(signal)
  try {
    return await asker.change({ path, changes: changes() }, end - nowMs())
  } finally {
    asker.close()
  }
}
