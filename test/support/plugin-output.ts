/** What a plugin has printed. */
export interface PluginOutput {
  readonly state: State
  /** what stands between the state and the bar */
  readonly words: string
  /** the lines below the first, without figures */
  readonly more: readonly string[]
  /** those of the first line and those behind the last */
  readonly perfdata: readonly Perfdatum[]
}

type State = 'OK' | 'WARNING' | 'CRITICAL' | 'UNKNOWN'

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

const STATES: readonly State[] = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN']
const LABEL = /^(?:'((?:[^'=]|'')+)'|([^'= ]+))=/
const NUMBER = String.raw`-?\d+(?:\.\d+)?`
const RANGE = `@?(?:(?:~|${NUMBER}):)?(?:${NUMBER})?`
const DATUM = new RegExp(
  `^(?:U|(${NUMBER})(s|ms|us|%|B|KB|MB|TB|c|))(?:;(${RANGE})(?:;(${RANGE})(?:;(${NUMBER}|)(?:;(${NUMBER}|))?)?)?)?(?: |$)`,
)
/** Where old transports cut the first line. */
const LONGEST_FIRST_BYTES = 4_096
const LONGEST_SUMMARY = 80

/**
 * Reads the output of a plugin, and takes nothing that the guidelines do not allow:
 *
 * ```text
 * STATE - words | figures
 * more words
 * the last of them | more figures
 * and more
 * ```
 *
 * @throws Error that says which rule it breaks
 * @see https://www.monitoring-plugins.org/doc/guidelines.html
 * @see https://assets.nagios.com/downloads/nagioscore/docs/nagioscore/4/en/pluginapi.html
 */
export function parsePluginOutput(stdout: string): PluginOutput {
  if (!stdout.endsWith('\n')) throw new Error('the last line has no end')
  const lines = stdout.slice(0, -1).split('\n')
  if (lines.some((line) => /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u.test(line))) {
    throw new Error('not lines of printable text')
  }
  const [first = '', ...rest] = lines
  if (Buffer.byteLength(first) > LONGEST_FIRST_BYTES) throw new Error('a first line of more than 4 KB')
  const [head = '', figures = '', ...bars] = first.split('|')
  if (bars.length > 0) throw new Error('more than one bar on the first line')
  const { state, words } = parseHead(head)
  const end = rest.findIndex((line) => line.includes('|'))
  const more = end === -1 ? rest : [...rest.slice(0, end), (rest[end] ?? '').split('|')[0] ?? '']
  if (more.length > 0 && head.trimEnd().length > LONGEST_SUMMARY)
    throw new Error('a summary of more than 80 characters')
  const behind = end === -1 ? [] : [(rest[end] ?? '').split('|').slice(1).join('|'), ...rest.slice(end + 1)]
  if (behind.some((line) => line.includes('|'))) throw new Error('a bar among figures')
  const perfdata = [figures, ...behind].flatMap((line) => parsePerfdata(line.trim()))
  assertUnique(perfdata)
  return { state, words, more, perfdata }
}

function parseHead(head: string): Pick<PluginOutput, 'state' | 'words'> {
  const [, word, words] = /^([A-Z]+) - (.*?) ?$/s.exec(head) ?? []
  const state = STATES.find((one) => one === word)
  if (state === undefined || words === undefined || words === '') throw new Error('not STATE - words')
  return { state, words }
}

/** Round-robin databases keep 19 characters of a label. */
function assertUnique(perfdata: readonly Perfdatum[]): void {
  const labels = perfdata.map(({ label }) => label)
  if (new Set(labels).size < labels.length) throw new Error('two figures of one label')
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

/**
 * A line for each check, as `STATE - name: words | figure`, however many there are: each with the figure of its own, and
 * without those of its database.
 */
export function eachLineOf(stdout: string): readonly string[] {
  const { state, words, more } = parsePluginOutput(stdout)
  const heads = more.filter((line) => STATES.some((one) => line.startsWith(`${one} - `)))
  const figures = stdout
    .slice(0, -1)
    .split(/[|\n]/)
    .flatMap((part) => part.match(/(?:'[^']+'|\S+)=\S+/g) ?? [])
  const figureOf = (head: string): string => {
    const name = /^\w+ - (.*?): /.exec(head)?.[1] ?? ''
    return figures.find((figure) => figure.startsWith(`${name}=`) || figure.startsWith(`'${name}'=`)) ?? ''
  }
  return (heads.length > 0 ? heads : [`${state} - ${words}`]).map((head) => `${head} | ${figureOf(head)}`)
}
