/** How far back earlier outages are looked for. */
export const DAYS_BEFORE = 7

/** Earlier outages of the same check, counted when the incident opened. */
export interface Before {
  readonly times: number
  readonly since: Date
  readonly seconds: number
}
