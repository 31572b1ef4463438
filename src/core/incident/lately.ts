/** Earlier outages of the same check, counted when the incident opened. */
export interface Before {
  readonly times: number
  readonly since: Date
  readonly seconds: number
}
