/** What a plugin line says. */
export interface PluginOutput {
  readonly state: 'OK' | 'WARNING' | 'CRITICAL' | 'UNKNOWN'
  /** what stands between the state and the bar */
  readonly words: string
  readonly perfdata: readonly Perfdatum[]
}

interface Perfdatum {
  readonly label: string
  /** undefined where it is U: not known */
  readonly value: number | undefined
  readonly unit: string
  readonly warning: string
  readonly critical: string
  readonly min: string
  readonly max: string
}

const LINE = /^(OK|WARNING|CRITICAL|UNKNOWN) - ([^|]+) \| ([^|]+)\n$/
const LABEL = /^(?:'((?:[^'=]|'')+)'|([^'= ]+))=/
const NUMBER = String.raw`-?\d+(?:\.\d+)?`
const RANGE = `@?(?:(?:~|${NUMBER}):)?(?:${NUMBER})?`
const DATUM = new RegExp(
  `^(?:U|(${NUMBER})(s|ms|us|%|B|KB|MB|TB|c|))(?:;(${RANGE})(?:;(${RANGE})(?:;(${NUMBER}|)(?:;(${NUMBER}|))?)?)?)?(?: |$)`,
)
/** More than this is cut off by programs that carry it. */
const LONGEST_BYTES = 4_096

/**
 * Reads the output of a plugin that reports one thing, and takes nothing that the guidelines do not allow.
 *
 * @throws Error that says which rule it breaks
 * @see https://www.monitoring-plugins.org/doc/guidelines.html
 */
export function parsePluginOutput(stdout: string): PluginOutput {
  if (Buffer.byteLength(stdout) > LONGEST_BYTES) throw new Error('longer than 4 KB')
  if (/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u.test(stdout.slice(0, -1)))
    throw new Error('not one line of printable text')
  const [, state, words, data] = LINE.exec(stdout) ?? []
  if (state === undefined || words === undefined || data === undefined) throw new Error('not STATE - words | perfdata')
  // The expression lets no other word through.
  return { state: state as PluginOutput['state'], words, perfdata: parsePerfdata(data) }
}

/** Reads what stands behind the bar. Throws where it breaks a rule. */
export function parsePerfdata(text: string): readonly Perfdatum[] {
  const perfdata: Perfdatum[] = []
  for (let rest = text; rest !== ''; ) {
    const label = LABEL.exec(rest)
    if (label === null) throw new Error(`no label at ${rest}`)
    rest = rest.slice(label[0].length)
    const datum = DATUM.exec(rest)
    if (datum === null) throw new Error(`not a value with its limits: ${rest}`)
    rest = rest.slice(datum[0].length)
    const [, value, unit = '', warning = '', critical = '', min = '', max = ''] = datum
    const name = label[2] ?? (label[1] ?? '').replaceAll("''", "'")
    const number = value === undefined ? undefined : Number(value)
    perfdata.push({ label: name, value: number, unit, warning, critical, min, max })
  }
  return perfdata
}

const FIGURE = /(?:'(?:[^'=]|'')+'|[^'= ]+)=\S+/g

/**
 * The lines of what was said of many checks, each as if its check stood alone: the figures of all are on the first, where
 * programs look for them.
 *
 * @throws Error where another line has a bar
 */
export function linesAlone(stdout: string): readonly string[] {
  const [first = '', ...more] = stdout.split('\n').slice(0, -1)
  if (more.some((line) => line.includes('|'))) throw new Error('figures on a line that is not the first')
  const bar = first.indexOf(' | ')
  const figures = first.slice(bar).match(FIGURE) ?? []
  return [first.slice(0, bar), ...more].map((line) => {
    const own = figures.filter((figure) => figure.startsWith(`${/^\w+ - ([^:]+): /.exec(line)?.[1]}=`))
    return `${line} | ${own.join(' ')}`
  })
}
