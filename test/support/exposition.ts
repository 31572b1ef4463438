/** What a text of metrics says. */
export interface Exposition {
  /** name → its help, in the order of the text */
  readonly families: ReadonlyMap<string, string>
  readonly samples: readonly ExposedSample[]
}

/** One figure. */
export interface ExposedSample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

const NAME = '[a-z][a-z0-9_]*'
const SAMPLE = new RegExp(String.raw`^(${NAME})\{((?:${NAME}="(?:[^"\\\n]|\\[\\"n])*"(?:,(?=[a-z])|(?=\})))+)\} (\S+)$`)
const LABEL = new RegExp(String.raw`(${NAME})="((?:[^"\\\n]|\\[\\"n])*)"`, 'g')
const VALUE = /^(?:-?\d+(?:\.\d+)?(?:e[+-]\d+)?|[+-]Inf|NaN)$/

/**
 * Reads a text of gauges, and takes nothing that Prometheus or OpenMetrics does not allow.
 *
 * @throws Error that says which rule it breaks
 * @see https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md
 */
export function parseExposition(text: string): Exposition {
  if (/\p{Cs}/u.test(text)) throw new Error('not Unicode')
  if (!text.endsWith('# EOF\n')) throw new Error('has no end')
  const families = new Map<string, string>()
  const samples: ExposedSample[] = []
  const known = new Set<string>()
  let current = { name: '', hasType: false }
  for (const line of text.slice(0, -'# EOF\n'.length).split('\n').slice(0, -1)) {
    const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? []
    if (kind === 'HELP') {
      if (families.has(name)) throw new Error(`${name} comes twice`)
      if (/["\\]/.test(rest)) throw new Error(`what HELP says of ${name} would have to be escaped`)
      families.set(name, rest)
      current = { name, hasType: false }
    } else if (kind === 'TYPE') {
      if (name !== current.name || current.hasType || rest !== 'gauge') throw new Error(`a type out of place: ${line}`)
      current = { name, hasType: true }
    } else {
      const sample = parseSample(line)
      if (sample.name !== current.name || !current.hasType) throw new Error(`out of place: ${line}`)
      const key = JSON.stringify([sample.name, Object.entries(sample.labels).toSorted()])
      if (known.has(key)) throw new Error(`comes twice: ${line}`)
      known.add(key)
      samples.push(sample)
    }
  }
  return { families, samples }
}

function parseSample(line: string): ExposedSample {
  const [, name, labels = '', value = ''] = SAMPLE.exec(line) ?? []
  if (name === undefined || !VALUE.test(value)) throw new Error(`not a sample: ${line}`)
  const pairs = [...labels.matchAll(LABEL)].map(([, label = '', text = '']) => [label, unescape(text)] as const)
  if (new Set(pairs.map(([label]) => label)).size < pairs.length) throw new Error(`a label comes twice: ${line}`)
  return { name, labels: Object.fromEntries(pairs), value: Number(value.replace('Inf', 'Infinity')) }
}

function unescape(text: string): string {
  return text.replaceAll(/\\([\\"n])/g, (_, character: string) => (character === 'n' ? '\n' : character))
}
