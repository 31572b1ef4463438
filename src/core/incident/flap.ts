/** How many openings in how long a time count as flapping. */
export interface FlapLimit {
  readonly count: number
  /** in seconds */
  readonly within: number
}
