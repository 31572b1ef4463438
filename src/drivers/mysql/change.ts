import { formatWait } from '../../io/net/time-limit.ts'
import { nowMs } from '../../io/now.ts'
import type { Change, OpenOptions, QueryResult } from '../driver.ts'
import { askInTime, leave } from '../server-session.ts'
import type { MysqlTarget } from '../target.ts'
import { queryFault } from './faults.ts'
import { openDatabase } from './open.ts'
import { command, queryOnce } from './query.ts'
import { beginToWrite } from './session.ts'

/** Writes to tables of ours in MySQL or MariaDB. A statement that makes a table is no part of a transaction there. */
export async function changeMysql(
  target: MysqlTarget,
  changes: () => readonly Change[],
  options: OpenOptions,
): Promise<readonly QueryResult[]> {
  const begun = nowMs()
  const open = await openDatabase(target, options)
  try {
    const timeoutMs = begun + options.timeoutMs - nowMs()
    const work = async (): Promise<readonly QueryResult[]> => {
      await beginToWrite(open, timeoutMs)
      const results: QueryResult[] = []
      for (const { sql, parameters } of changes()) {
        results.push(await queryOnce(open.client, { sql, parameters, maxRows: undefined, offset: '+00' }))
      }
      await command(open.client, 'COMMIT')
      return results
    }
    return await askInTime(open, work, {
      timeoutMs,
      faultOf: (error) => queryFault(error, open.subject, { timeoutMs, waited: formatWait(nowMs() - begun) }),
    })
  } finally {
    await leave(open, async () => {
      const closed = new Promise((resolve) => open.socket.once('close', resolve))
      open.client.end()
      await closed
    })
  }
}
