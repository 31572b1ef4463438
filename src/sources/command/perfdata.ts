import type { Metric } from '../../core/types.ts'

/** So many figures of a plugin are kept. */
const MOST = 200

/** A label, in quotes or without, and what stands behind its sign. Around that sign of a label in quotes there may be blanks. */
const ITEM = /\s*(?:'((?:[^']|'')*)'\s*=\s*|([^\s'=]+)=)(\S*)|\s*\S+/gy

const VALUE = /^(U|[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,3})?)([a-zA-Zµ%]{0,10})(?=;|$)/
const NUMBER = String.raw`-?\d+(?:\.\d+)?`
const RANGE = `@?(?:(?:~|${NUMBER}):)?(?:${NUMBER})?`
/** What every reader of figures understands. */
const PLAIN = new RegExp(
  `^(?:U|${NUMBER})[a-zA-Z%]{0,3}(?:;(?:${RANGE})(?:;(?:${RANGE})(?:;(?:${NUMBER})?(?:;(?:${NUMBER})?)?)?)?)?$`,
)

/** The units that mean the same here, and by how much they are multiplied. */
const UNITS: Readonly<Record<string, readonly [Metric['unit'], number]>> = {
  s: ['s', 1],
  ms: ['s', 1e-3],
  us: ['s', 1e-6],
  '%': ['%', 1],
  B: ['B', 1],
}

/**
 * Reads the figures of a plugin. What is none is left out, and the others are kept.
 *
 * @param check its name, which goes before each label where several checks stand side by side
 * @see https://www.monitoring-plugins.org/doc/guidelines.html#AEN197
 */
export function parsePerfdata(text: string, check: string): readonly Metric[] {
  const metrics: Metric[] = []
  for (const [, quoted, bare, written = ''] of text.matchAll(ITEM)) {
    const label = quoted?.replaceAll("''", "'") ?? bare
    if (label === undefined || label.trim() === '') continue
    const metric = metricOf(label, written, check)
    if (metric !== undefined) metrics.push(metric)
    if (metrics.length === MOST) break
  }
  return metrics
}

function metricOf(label: string, written: string, check: string): Metric | undefined {
  const [head, number = '', unit = ''] = VALUE.exec(written) ?? []
  if (head === undefined || (number !== 'U' && !Number.isFinite(Number(number)))) return undefined
  const [known, factor] = UNITS[unit] ?? (['', 1] as const)
  const value = number === 'U' ? undefined : Number(number) * factor
  return { name: `${check}_${label}`, label, value, unit: known, ...(PLAIN.test(written) ? { written } : {}) }
}
