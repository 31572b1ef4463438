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
const BLOCK = new RegExp(String.raw`^# HELP (${NAME}) ([^"\\\n]+)\n# TYPE \1 gauge\n((?:[^#\n][^\n]*\n)+)$`)
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
  const samples = new Map<string, ExposedSample>()
  for (const block of text.slice(0, -'# EOF\n'.length).split(/^(?=# HELP )/m)) {
    if (block === '') continue
    const [, name = '', help = '', lines = ''] = BLOCK.exec(block) ?? []
    if (name === '' || families.has(name)) throw new Error(`not a family, or there for the second time: ${block}`)
    families.set(name, help)
    for (const sample of lines.split('\n').slice(0, -1).map(parseSample)) {
      const key = JSON.stringify([name, Object.entries(sample.labels).toSorted()])
      if (sample.name !== name || samples.has(key)) throw new Error(`out of place: ${key}`)
      samples.set(key, sample)
    }
  }
  return { families, samples: [...samples.values()] }
}

function parseSample(line: string): ExposedSample {
  const [, name, labels = '', value = ''] = SAMPLE.exec(line) ?? []
  if (name === undefined || !VALUE.test(value)) throw new Error(`not a sample: ${line}`)
  const pairs = [...labels.matchAll(LABEL)].map(([, label = '', text = '']) => [label, plain(text)] as const)
  if (new Set(pairs.map(([label]) => label)).size < pairs.length) throw new Error(`a label comes twice: ${line}`)
  return { name, labels: Object.fromEntries(pairs), value: Number(value.replace('Inf', 'Infinity')) }
}

function plain(text: string): string {
  return text.replaceAll(/\\([\\"n])/g, (_, character: string) => (character === 'n' ? '\n' : character))
}
