/** How often a check may open in a time before it counts as flapping. */
export interface FlapLimit {
  readonly count: number
  /** in seconds */
  readonly within: number
}
