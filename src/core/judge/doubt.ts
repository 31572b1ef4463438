import type { Check, Unit } from '../check.ts'
import { hasNoZone, isNumeral, parseTimestamp } from '../time/timestamp.ts'
import type { RawValue, Reading, Seconds } from '../types.ts'
import { UNITS } from './severity.ts'

/** Times that are watched lie in these years. Others are probably no times. */
const WATCHED = { from: Date.UTC(2005, 0), to: Date.UTC(2050, 0) } as const
/** If another unit puts a number into these years, it is probably meant. No number fits two units. */
const FITTING = { from: Date.UTC(2015, 0), to: Date.UTC(2045, 0) } as const
/** Counts and days are smaller. Seconds since any epoch are not. */
const LARGEST_COUNT = 1e8

const HALF_HOUR: Seconds = 1_800
/** The largest difference of a clock from UTC. */
const LARGEST_OFFSET: Seconds = 14 * 3_600
/** A beat that was read in the wrong zone is off by half hours, plus no more than this. */
const USUAL_AGE: Seconds = 900

/**
 * What to write if a value was probably read wrongly: it is no time at all, or in another unit or zone. Only for a
 * check that is not ok.
 *
 * @returns undefined if there is no sign of that
 */
export function doubtOf(check: Check, reading: Reading): string | undefined {
  const { raw } = reading
  if (raw === undefined || check.measure === 'amount') return undefined
  return isNumeral(raw) ? doubtOfNumber(check, reading, raw) : doubtOfZone(check, reading, raw)
}

/** What to do where a number was hardly meant for a time. */
export const NO_TIME = 'not a time? Write measure: number (--measure number)'

function doubtOfNumber(check: Check, reading: Reading, raw: RawValue): string | undefined {
  if (reading.kind === 'beat' && isWithin(reading.at, WATCHED)) return doubtOfZone(check, reading, raw)
  if (reading.kind !== 'beat' && reading.kind !== 'fault') return undefined
  const unit = UNITS.find((one) => one !== 'auto' && one !== check.unit && fits(raw, { ...check, unit: one }))
  if (unit === undefined) return NO_TIME
  const words = `it fits unit: ${unit} (--unit ${unit})`
  return Math.abs(Number(raw.text)) < LARGEST_COUNT ? `${NO_TIME}; or ${words}` : words
}

function fits(raw: RawValue, options: { readonly unit: Unit; readonly storedIn: string }): boolean {
  const timestamp = parseTimestamp(raw, options)
  return timestamp.kind === 'instant' && isWithin(timestamp.at, FITTING)
}

function isWithin(at: Date, { from, to }: { readonly from: number; readonly to: number }): boolean {
  return at.getTime() >= from && at.getTime() < to
}

/** A time in the future was read in the wrong zone or comes from a wrong clock. One that is hours old may have been. */
function doubtOfZone(check: Check, reading: Reading, raw: RawValue): string | undefined {
  if (reading.kind !== 'beat' || !hasNoZone(raw, check.unit)) return undefined
  const age = ((check.clock === 'local' ? reading.readAt : reading.asOf).getTime() - reading.at.getTime()) / 1_000
  const isAhead = check.measure === 'age' && age < -check.futureTolerance
  // If stored_in is written, the zone is no guess.
  if (!isAhead && (check.isZoneGuessed !== true || !isHoursBack(age))) return undefined
  const read = check.isZoneGuessed === true ? 'was read as UTC' : `was read in ${check.storedIn}`
  return `it has no zone, and ${read}: if that is wrong, write stored_in (--stored-in), as in Europe/Paris`
}

function isHoursBack(age: Seconds): boolean {
  return age >= HALF_HOUR && age <= LARGEST_OFFSET + USUAL_AGE && age % HALF_HOUR <= USUAL_AGE
}
