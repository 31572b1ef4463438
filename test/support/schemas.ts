/** As much of JSON Schema as the published ones use. */
interface Schema {
  readonly $ref?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly $defs?: Readonly<Record<string, Schema>>
}

/** The words of each enumeration in a schema, sorted. */
export function enumsIn(schema: object): readonly (readonly string[])[] {
  const own = 'enum' in schema && Array.isArray(schema.enum) ? [schema.enum.map(String).toSorted()] : []
  const inner = Object.values(schema).filter((value) => typeof value === 'object' && value !== null)
  return [...own, ...inner.flatMap(enumsIn)]
}

/** Places of a schema at which none of some samples has a value, or, where there can be null, none has null. */
export function unseenIn(whole: Schema, samples: readonly unknown[]): readonly string[] {
  const look = (written: Schema, path: string, values: readonly unknown[]): readonly string[] => {
    const { schema, isNullable } = resolve(written, whole)
    const there = values.filter((value) => value !== null)
    return [
      ...(there.length === 0 ? [`${path} never has a value`] : []),
      ...(isNullable && there.length === values.length ? [`${path} is never null`] : []),
      ...partsOf(schema, there).flatMap((part) => look(part.schema, `${path}${part.name}`, part.values)),
    ]
  }
  return look(whole, '', samples)
}

/** What a schema says of values that are not null. */
function resolve(schema: Schema, whole: Schema, isNullable = false): { schema: Schema; isNullable: boolean } {
  const [value] = schema.anyOf ?? []
  if (value !== undefined) return resolve(value, whole, true)
  const named = schema.$ref === undefined ? undefined : whole.$defs?.[schema.$ref.replace('#/$defs/', '')]
  return named === undefined ? { schema, isNullable } : resolve(named, whole, isNullable)
}

interface Part {
  readonly schema: Schema
  readonly name: string
  readonly values: readonly unknown[]
}

function partsOf(
  { properties = {}, items, additionalProperties }: Schema,
  values: readonly unknown[],
): readonly Part[] {
  const inside = values.flatMap((value) => Object.values(Object(value)))
  return [
    ...Object.entries(properties).map(([name, schema]) => ({
      schema,
      name: `.${name}`,
      values: values.flatMap((value) =>
        Object.entries(Object(value)).flatMap(([key, one]) => (key === name ? [one] : [])),
      ),
    })),
    ...[items, additionalProperties].flatMap((schema) =>
      schema === undefined ? [] : [{ schema, name: '[]', values: inside }],
    ),
  ]
}

/** A value that was changed, and how. */
interface Spoilt {
  readonly how: string
  readonly value: unknown
}

/** Maps by recipient, whose keys are anybody's. */
const FREE = /\.(?:told|tried)$/

/** A value in which one field is gone, one is new, or one is of another kind. */
export function spoilt(value: unknown, path = ''): readonly Spoilt[] {
  if (Array.isArray(value)) {
    return value
      .slice(0, 2)
      .flatMap((item, i) =>
        spoilt(item, `${path}[${i}]`).map(({ how, value: other }) => ({ how, value: value.with(i, other) })),
      )
  }
  if (typeof value !== 'object' || value === null) return []
  const entries = Object.entries(value)
  const isFree = FREE.test(path)
  return [
    ...(isFree ? [] : [{ how: `${path} has more`, value: { ...value, more_than_is_promised: 1 } }]),
    ...entries.flatMap(([key, one]) => [
      ...(isFree
        ? []
        : [{ how: `${path}.${key} is gone`, value: Object.fromEntries(entries.filter(([name]) => name !== key)) }]),
      { how: `${path}.${key} is a list of lists`, value: { ...value, [key]: [[one]] } },
      ...spoilt(one, `${path}.${key}`).map(({ how, value: other }) => ({ how, value: { ...value, [key]: other } })),
    ]),
  ]
}
