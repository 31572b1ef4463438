import type { ServerKind } from '../target.ts'
import type { PostgresSession } from './login.ts'

/**
 * Asked in a transaction that may write if the session may: our own is always read-only. READ COMMITTED, since a hot
 * standby refuses SERIALIZABLE, which may be the server's default.
 */
const QUESTION = `BEGIN ISOLATION LEVEL READ COMMITTED, NOT DEFERRABLE;
  SELECT pg_catalog.pg_is_in_recovery(), pg_catalog.current_setting('transaction_read_only'); ROLLBACK`

/**
 * Asks a server whether it is of the wanted kind. It is asked by a query: what the login says PgBouncer repeats from
 * memory.
 *
 * @returns why it is not, in a few words; undefined if it is
 * @throws the error of the system or the server
 * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-TARGET-SESSION-ATTRS
 */
export async function findObjection({ client }: PostgresSession, wanted: ServerKind): Promise<string | undefined> {
  if (wanted === 'any' || wanted === 'prefer-standby') return undefined
  // pg answers several statements with an array, but its types do not say so.
  const results = (await client.query({ text: QUESTION, rowMode: 'array' })) as unknown
  const row: unknown = Array.isArray(results) ? results[1]?.rows?.[0] : undefined
  const [inRecovery, readOnly] = Array.isArray(row) ? row : []
  return objectionTo({ isStandby: inRecovery === 't', isReadOnly: readOnly === 'on' }, wanted)
}

interface Answer {
  readonly isStandby: boolean
  readonly isReadOnly: boolean
}

function objectionTo({ isStandby, isReadOnly }: Answer, wanted: ServerKind): string | undefined {
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
