/**
 * What was counted or measured: a number, or, for a whole number that no double holds exactly, a bigint. The two compare
 * exactly with each other.
 */
export type Figure = number | bigint

/** As many as a double surely holds. */
const SIGNIFICANT_DIGITS = 15

/** A whole number, with nothing but zeros behind its point. */
const WHOLE = /^([+-]?\d+)(?:\.0*)?$/
/** Fewer digits are exact. */
const EXACT_DIGITS = 15

/**
 * Reads a number that was found to be one.
 *
 * @returns undefined where it is beyond all numbers
 */
export function readFigure(text: string): Figure | undefined {
  const number = Number(text)
  if (!Number.isFinite(number)) return undefined
  if (text.length > EXACT_DIGITS && !Number.isSafeInteger(number)) {
    const digits = WHOLE.exec(text)?.[1]
    if (digits !== undefined) return exactly(BigInt(digits.replace(/^\+/, '')))
  }
  return number
}

function exactly(whole: bigint): Figure {
  const number = Number(whole)
  return Number.isSafeInteger(number) ? number : whole
}

/** A figure without the noise of its last digits: 0.1 + 0.2 is 0.3, and a whole number keeps each of its own. */
export function withoutNoise(figure: Figure): Figure {
  if (typeof figure === 'bigint' || Number.isSafeInteger(figure)) return figure
  const rounded = Number(figure.toPrecision(SIGNIFICANT_DIGITS))
  // The largest numbers would be rounded up beyond all.
  return Number.isFinite(rounded) ? rounded : figure
}

/** How two figures are sorted. */
export function compareFigures(a: Figure, b: Figure): number {
  return a < b ? -1 : a > b ? 1 : 0
}
