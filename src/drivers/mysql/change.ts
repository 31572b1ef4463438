import { formatWait } from '../../io/net/time-limit.ts'
import { nowMs } from '../../io/now.ts'
import type { Change, OpenOptions, QueryResult } from '../driver.ts'
import { askInTime, leave } from '../server-session.ts'
import type { MysqlTarget } from '../target.ts'
import { isInTheWay, queryFault } from './faults.ts'
import type { MysqlSession } from './login.ts'
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
      return await transact(open, changes)
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

/** Begun anew where another one is in the way: many jobs end at a time. */
async function transact(
  { client }: Pick<MysqlSession, 'client'>,
  changes: () => readonly Change[],
): Promise<readonly QueryResult[]> {
  for (;;) {
    try {
      await command(client, 'START TRANSACTION')
      const results: QueryResult[] = []
      for (const { sql, parameters } of changes()) {
        results.push(await queryOnce(client, { sql, parameters, maxRows: undefined, offset: '+00' }))
      }
      await command(client, 'COMMIT')
      return results
    } catch (error) {
      // The server has rolled it back.
      if (!isInTheWay(error)) throw error
    }
  }
}
