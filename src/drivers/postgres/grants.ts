/** Names that must be quoted. https://www.postgresql.org/docs/current/sql-keywords-appendix.html */
const RESERVED = new Set(
  `all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation
  column concurrently constraint create cross current_catalog current_date current_role current_schema current_time
  current_timestamp current_user default deferrable desc distinct do else end except false fetch for foreign freeze
  from full grant group having ilike in initially inner intersect into is isnull join lateral leading left like limit
  localtime localtimestamp natural not notnull null offset on only or order outer overlaps placing primary public
  references returning right select session_user similar some symmetric system_user table tablesample then to trailing
  true union unique user using variadic verbose when where window with`.split(/\s+/),
)

/** A denial in English. It ends with the name, which may hold anything. */
const DENIED = /^permission denied for (schema|(?:materialized |foreign )?(?:table|view)|relation|sequence) (.+)$/s

export function identifier(name: string): string {
  const isPlain = /^[a-z_][a-z0-9_]*$/.test(name) && !RESERVED.has(name)
  return isPlain ? name : `"${name.replaceAll('"', '""')}"`
}

/**
 * The GRANT that a user needs after a denial.
 *
 * @param said the server's message
 * @param options.sql the statement, which has the schema that the message leaves out
 * @returns undefined if it is not clear what is missing
 */
export function grantFor(
  said: string,
  { sql, user }: { readonly sql: string; readonly user: string },
): string | undefined {
  const [, kind, name] = DENIED.exec(said) ?? []
  if (kind === undefined || name === undefined) return undefined
  const isMaking = /^create\b/i.test(sql)
  if (kind === 'schema')
    return `GRANT ${isMaking ? 'CREATE' : 'USAGE'} ON SCHEMA ${identifier(name)} TO ${identifier(user)}`
  // Only rows of ours are written, and each is read before.
  const rights = /^insert\b/i.test(sql) ? 'SELECT, INSERT, UPDATE' : 'SELECT'
  return `GRANT ${rights} ON ${schemaIn(sql, name)}${identifier(name)} TO ${identifier(user)}`
}

/** The schema of a table in a statement, with its dot; empty if there is none. */
function schemaIn(sql: string, table: string): string {
  const quoted = literal(table.replaceAll('"', '""'))
  const pattern = String.raw`(?:\b(?:from|join|table|only)|,)\s*("(?:[^"]|"")+"|[a-z_][\w$]*)\s*\.\s*(?:"${quoted}"|${literal(table)}\b)`
  const schema = new RegExp(pattern, 'i').exec(sql)?.[1]
  if (schema === undefined) return ''
  return `${schema.startsWith('"') ? identifier(schema.slice(1, -1).replaceAll('""', '"')) : identifier(schema.toLowerCase())}.`
}

function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)
}
