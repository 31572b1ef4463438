import * as v from 'valibot'

/**
 * A key that may be missing, as `v.exactOptional` has it, but that what stands behind it is made when somebody has written
 * it: of a hundred keys each configuration has a few.
 */
export function optional<T extends v.GenericSchema>(make: () => T): v.ExactOptionalSchema<T, undefined> {
  // It has all that is looked at, without being built by the library.
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
