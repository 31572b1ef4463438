/** As much of a JSON Schema as the page needs. */
export interface Schema {
  readonly description?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema | boolean
  readonly anyOf?: readonly Schema[]
  readonly required?: readonly string[]
}

/** docs/configuration-keys.md, made of the schema of the configuration file. */
export function keysPage(schema: Schema): string {
  return `# Keys of the configuration file\n\nThis page is what the schema of the file says.\n\n${tablesOf(schema).join('\n')}`
}

/** What all kinds of checks have first, then of each what it has besides. */
function tablesOfKinds(kinds: readonly Schema[], path: string): readonly string[] {
  const [first, ...others] = kinds.map(({ properties = {} }) => properties)
  const isCommon = ([key, schema]: [string, Schema]) =>
    others.every((other) => JSON.stringify(other[key]) === JSON.stringify(schema))
  const common = Object.fromEntries(Object.entries(first ?? {}).filter(isCommon))
  return [
    ...tablesOf({ properties: common }, path),
    ...kinds.flatMap(({ properties = {}, required, description }) => {
      const own = Object.fromEntries(Object.entries(properties).filter(([key]) => !Object.hasOwn(common, key)))
      const [table = '', ...below] = tablesOf({ properties: own, ...(required && { required }) }, path)
      return [table.replace(/^## .*/, (title) => `${title} of ${description}`), ...below]
    }),
  ]
}

/** A table for each mapping of the file. */
function tablesOf(schema: Schema, path = ''): readonly string[] {
  const kinds = (schema.anyOf ?? []).filter(({ properties }) => properties !== undefined)
  if (kinds.length > 1) return tablesOfKinds(kinds, path)
  const named = typeof schema.additionalProperties === 'object' ? [schema.additionalProperties] : []
  const below = [...named, ...(schema.anyOf ?? [])].flatMap((inner) =>
    tablesOf(inner, named.includes(inner) ? `${path}NAME.` : path),
  )
  const properties = Object.entries(schema.properties ?? {})
  if (properties.length === 0) return below
  const rows = properties.map(([key, { description = '' }]) => {
    const word = schema.required?.includes(key) ? ' (required)' : ''
    return `| \`${key}\` | ${description.replaceAll('|', '\\|')}${word} |\n`
  })
  const title = path === '' ? 'At the top' : `\`${path.slice(0, -1)}\``
  const own = `## ${title}\n\n| key | is |\n|---|---|\n${rows.join('')}`
  return [own, ...below, ...properties.flatMap(([key, inner]) => tablesOf(inner, `${path}${key}.`))]
}
