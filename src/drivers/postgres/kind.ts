import type { SessionKind } from '../target.ts'
import type { Session } from './login.ts'

/**
 * Asked in a transaction that may write if any may: ours is read-only by itself. As at READ COMMITTED, since a hot
 * standby answers nothing at SERIALIZABLE, which a server may have as its default.
 */
const QUESTION = `BEGIN ISOLATION LEVEL READ COMMITTED, NOT DEFERRABLE;
  SELECT pg_catalog.pg_is_in_recovery(), pg_catalog.current_setting('transaction_read_only'); ROLLBACK`

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
  // pg answers several statements with an array, and is not typed for it.
  const results = (await client.query({ text: QUESTION, rowMode: 'array' })) as unknown
  const row: unknown = Array.isArray(results) ? results[1]?.rows?.[0] : undefined
  const [inRecovery, readOnly] = Array.isArray(row) ? row : []
  return objectionTo({ isStandby: inRecovery === 't', isReadOnly: readOnly === 'on' }, wanted)
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
