import * as v from 'valibot'

/**
 * Steps that valibot does not have, for files of ten thousand checks. A key's schema is made when somebody writes the
 * key: each check has a few of fifty. What is valid is taken without a step for each part.
 *
 * They use `~run`, which is valibot's own and may change with any version. test/core/shape/quick.test.ts fails then.
 */

/** An optional key like `v.exactOptional`, whose schema is made when somebody writes the key. */
export function optional<T extends v.GenericSchema>(make: () => T): v.ExactOptionalSchema<T, undefined> {
  // It has everything that is read of it, but the library did not build it.
  return new Optional(make) as unknown as v.ExactOptionalSchema<T, undefined>
}

class Optional<T extends v.GenericSchema> {
  readonly kind = 'schema'
  readonly type = 'exact_optional'
  readonly reference = v.exactOptional
  readonly async = false
  readonly default = undefined
  readonly make: () => T
  made: T | undefined

  constructor(make: () => T) {
    this.make = make
  }

  get wrapped(): T {
    this.made ??= this.make()
    return this.made
  }

  get expects(): string {
    return this.wrapped.expects
  }

  '~run'(dataset: v.UnknownDataset, config: v.Config<v.BaseIssue<unknown>>) {
    return this.wrapped['~run'](dataset, config)
  }
}

/** The same schema, which takes a valid value without a step for each of its parts: there may be thousands. */
export function atOnce<T extends v.GenericSchema>(schema: T, isRight: (value: unknown) => boolean): T {
  const run: T['~run'] = (dataset, config) =>
    isRight(dataset.value) ? { typed: true, value: dataset.value } : schema['~run'](dataset, config)
  return { ...schema, '~run': run }
}

/**
 * The same schema, which looks at the written keys first, not at each possible one. If anything is wrong, the whole
 * schema says so.
 */
export function quickly<T extends v.GenericSchema>(whole: T, entries: v.ObjectEntries): T {
  const needed = Object.keys(entries).filter((key) => entries[key]?.type !== 'exact_optional')
  const run: T['~run'] = (dataset, config) => {
    const { value } = dataset
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return whole['~run'](dataset, config)
    const output: Record<string, unknown> = {}
    for (const [key, written] of Object.entries(value)) {
      const result = Object.hasOwn(entries, key) ? entries[key]?.['~run']({ value: written }, config) : undefined
      if (result === undefined || result.issues !== undefined) return whole['~run'](dataset, config)
      output[key] = result.value
    }
    if (!needed.every((key) => Object.hasOwn(value, key))) return whole['~run'](dataset, config)
    return { typed: true, value: output, issues: undefined }
  }
  return { ...whole, '~run': run }
}
