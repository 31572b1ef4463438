import type { Session } from './postgres-login.ts'
import type { SessionKind } from './target.ts'

/** Asked outside of a transaction of ours, which is read-only by itself. */
const QUESTION = `SELECT pg_catalog.pg_is_in_recovery(), pg_catalog.current_setting('transaction_read_only')`

/**
 * Asks a server whether it is of the kind that is wanted. It is asked by a query, since what it says of itself at the
 * login PgBouncer repeats from memory.
 *
 * @returns why it is not, in a few words; undefined where it is
 * @throws the error of the system or the server as it came
 * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-TARGET-SESSION-ATTRS
 */
export async function findObjection({ client }: Session, wanted: SessionKind): Promise<string | undefined> {
  if (wanted === 'any' || wanted === 'prefer-standby') return undefined
  const { rows } = await client.query<string[]>({ text: QUESTION, rowMode: 'array' })
  return objectionTo({ isStandby: rows[0]?.[0] === 't', isReadOnly: rows[0]?.[1] === 'on' }, wanted)
}

interface Answer {
  readonly isStandby: boolean
  readonly isReadOnly: boolean
}

function objectionTo({ isStandby, isReadOnly }: Answer, wanted: SessionKind): string | undefined {
  switch (wanted) {
    case 'any':
    case 'prefer-standby':
      return undefined
    case 'primary':
      return isStandby ? 'is in recovery, primary wanted' : undefined
    case 'standby':
      return isStandby ? undefined : 'is not in recovery, standby wanted'
    case 'read-write':
      return isReadOnly ? 'is read-only, read-write wanted' : undefined
    case 'read-only':
      return isReadOnly ? undefined : 'is read-write, read-only wanted'
  }
}
