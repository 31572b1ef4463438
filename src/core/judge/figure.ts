/**
 * A count or amount: a bigint for a whole number that a double cannot hold exactly, else a number. Both compare
 * exactly.
 */
export type Figure = number | bigint

/** A double surely holds as many. */
const SIGNIFICANT_DIGITS = 15

const WHOLE = /^([+-]?\d+)(?:\.0*)?$/
const EXACT_DIGITS = 15

/**
 * Reads a text that is known to be a number.
 *
 * @returns undefined if it overflows a double
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

/** Removes the noise of the last digits: 0.1 + 0.2 is 0.3. A whole number keeps all its digits. */
export function withoutNoise(figure: Figure): Figure {
  if (typeof figure === 'bigint' || Number.isSafeInteger(figure)) return figure
  const rounded = Number(figure.toPrecision(SIGNIFICANT_DIGITS))
  // The largest numbers would be rounded to infinity.
  return Number.isFinite(rounded) ? rounded : figure
}

export function compareFigures(a: Figure, b: Figure): number {
  return a < b ? -1 : a > b ? 1 : 0
}
