/** As many as a double surely holds. */
const SIGNIFICANT_DIGITS = 15

/** A figure without the noise of its last digits: 0.1 + 0.2 is 0.3, and a count of bytes keeps each of its own. */
export function withoutNoise(figure: number): number {
  const rounded = Number(figure.toPrecision(SIGNIFICANT_DIGITS))
  // The largest numbers would be rounded up beyond all.
  return Number.isFinite(rounded) ? rounded : figure
}
