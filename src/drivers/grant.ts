import { identifier } from './postgres/grants.ts'
import type { SqlDriver } from './target.ts'

/**
 * What lets a role work with a table.
 *
 * @param wanted.role as the server calls it; of MySQL and MariaDB it may be `user@host`
 * @returns undefined for SQLite, where the mode of the file says it
 */
export function grantOn(
  driver: SqlDriver,
  { rights, table, role }: { readonly rights: readonly string[]; readonly table: string; readonly role: string },
): string | undefined {
  const statement = (to: string): string => `GRANT ${rights.join(', ')} ON ${table} TO ${to}`
  switch (driver) {
    case 'postgres':
      return statement(identifier(role))
    case 'mysql':
      return statement(account(role))
    case 'sqlite':
      return undefined
  }
}

/** The host follows the last `@`; without one it is any. A backslash would be one of what follows it. */
function account(role: string): string {
  const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
  const at = role.lastIndexOf('@')
  return at < 1 ? quoted(role) : `${quoted(role.slice(0, at))}@${quoted(role.slice(at + 1))}`
}
