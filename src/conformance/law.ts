/** Something that holds for every notifier, or for every source. */
export interface Law {
  readonly name: string
  /** @throws AssertionError where it is broken */
  run(): Promise<void>
}
