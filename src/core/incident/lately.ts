/** How often something had been bad already, lately, when it opened. */
export interface Before {
  readonly times: number
  /** the last of these, and how long it was */
  readonly since: Date
  readonly seconds: number
}
