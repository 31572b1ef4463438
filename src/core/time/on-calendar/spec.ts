/** Some values of a part of an expression, in its unit; of seconds in microseconds. */
export interface Part {
  readonly text: string
  readonly first: number
  /** undefined where it goes on to the end of what it is a part of */
  readonly last: number | undefined
  /** 0 where it is one value alone */
  readonly step: number
}

/** A part of an expression: undefined where it is a star, and so every value. */
export type CalendarField = readonly Part[] | undefined

/** What an expression of systemd's says. */
export interface CalendarSpec {
  /** days of the week, Monday is 0; all seven where none are named */
  readonly weekdays: ReadonlySet<number>
  readonly year: CalendarField
  readonly month: CalendarField
  /** days of a month; counted from its end where `isFromEnd`, 1 is the last */
  readonly day: CalendarField
  readonly isFromEnd: boolean
  readonly hour: CalendarField
  readonly minute: CalendarField
  /** in microseconds */
  readonly second: CalendarField
  /** IANA name; undefined where it is left to whoever asks */
  readonly zone: string | undefined
  /** the part that says the time, as it was written; empty where none is */
  readonly time: string
}

/** The years that systemd looks at. */
export const YEARS = { low: 1970, high: 2199 } as const
export const SECOND_US = 1_000_000
