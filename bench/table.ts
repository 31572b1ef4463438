/** One figure of the benchmark. */
export interface Figure {
  /** the version of Node, without its patch level */
  readonly node: string
  readonly measure: string
  /** milliseconds, or MB of memory */
  readonly value: number
  readonly unit: 'ms' | 'MB'
  /** what it is compared with, in the same run */
  readonly against?: string
  readonly ratio?: number
}

/** One table of all figures, as Markdown. */
export function tableOf(figures: readonly Figure[]): string {
  const nodes = [...new Set(figures.map(({ node }) => node))]
  const measures = [...new Set(figures.map(({ measure }) => measure))]
  const cell = (figure: Figure | undefined): string => {
    if (figure === undefined) return '–'
    const value = figure.unit === 'MB' ? `${figure.value.toFixed(0)} MB` : `${shown(figure.value)} ms`
    return figure.ratio === undefined ? value : `${value}, ${shownRatio(figure.ratio)} × ${figure.against}`
  }
  const rows = measures.map((measure) => {
    const cells = nodes.map((node) => cell(figures.find((one) => one.node === node && one.measure === measure)))
    return `| ${[measure, ...cells].join(' | ')} |`
  })
  const head = ['measure', ...nodes.map((node) => `Node ${node}`)]
  return [`| ${head.join(' | ')} |`, `|${head.map(() => '---|').join('')}`, ...rows].join('\n')
}

function shown(ms: number): string {
  return ms < 100 ? ms.toFixed(1) : ms.toFixed(0)
}

function shownRatio(ratio: number): string {
  return ratio < 0.1 ? `1/${Math.round(1 / ratio)}` : ratio.toFixed(2)
}
