export interface FlapLimit {
  readonly count: number
  /** in seconds */
  readonly within: number
}
