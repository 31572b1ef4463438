import type { Fault } from '../../core/types.ts'
import type { PostgresTarget } from '../target.ts'

/** PgBouncer gives the same code for everything, so its words have to tell. */
export const PGBOUNCERS_STATE = '08P01'

type BouncerWords = Pick<Fault, 'kind' | 'message' | 'cure'>

/** Not a database: PgBouncer itself answers. */
const CONSOLE = 'pgbouncer'

const SERVER_IS_DOWN = /server login|cannot connect to server|server conn crashed|query_wait_timeout|login failed/i
const CALLER_IS_REFUSED = /authentication failed|no such user|password/i
const DATABASE_IS_MISSING = /^no such database|^database .* does not exist/i

/**
 * The meaning of a refusal by PgBouncer.
 *
 * @returns undefined if it is not known
 */
export function pgbouncerWords(said: string, { user, dbname }: PostgresTarget): BouncerWords | undefined {
  if (said.startsWith('unsupported startup parameter')) {
    const cure = 'leave out options and PGOPTIONS, or add options to ignore_startup_parameters in pgbouncer.ini'
    return { kind: 'failed', message: `cannot connect (PgBouncer: ${said})`, cure }
  }
  if (dbname === CONSOLE) {
    const cure = 'write the name of a database behind it'
    return { kind: 'failed', message: `database ${CONSOLE} is PgBouncer's own console`, cure }
  }
  if (said.includes('statement pooling mode')) {
    const cure = 'write pool_mode=transaction for this database in pgbouncer.ini, or connect to its server'
    return { kind: 'failed', message: `cannot connect (PgBouncer: ${said})`, cure }
  }
  if (DATABASE_IS_MISSING.test(said)) {
    return { kind: 'failed', message: `database ${dbname} does not exist`, cure: 'check the name of the database' }
  }
  if (CALLER_IS_REFUSED.test(said)) {
    const cure = 'check the name of the user, its password, and auth_file or auth_query of PgBouncer'
    return { kind: 'denied', message: `login refused for user ${user} (${said})`, cure }
  }
  if (!SERVER_IS_DOWN.test(said)) return undefined
  return { kind: 'unreachable', message: `cannot connect (PgBouncer does not reach its server: ${said})` }
}
