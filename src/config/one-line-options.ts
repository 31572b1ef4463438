/**
 * The options that describe a check without a file: how each is given, and which key of a check it is, where it is one. Their
 * order is a part of what a line is called in which something is wrong.
 */
export const ONE_LINE = {
  url: { is: 'text' },
  key: { is: 'list' },
  table: { is: 'text', key: 'table' },
  keyColumn: { is: 'text', key: 'key_column' },
  valueColumn: { is: 'text', key: 'value_column' },
  query: { is: 'text' },
  rows: { is: 'text' },
  param: { is: 'list', key: 'params' },
  json: { is: 'text', key: 'json' },
  pattern: { is: 'text', key: 'pattern' },
  measure: { is: 'text', key: 'measure' },
  expires: { is: 'flag', key: 'expires' },
  schedule: { is: 'text', key: 'schedule' },
  grace: { is: 'text', key: 'grace' },
  during: { is: 'text', key: 'during' },
  except: { is: 'list', key: 'except' },
  judge: { is: 'text', key: 'judge' },
  expect: { is: 'list', key: 'expect' },
  vanished: { is: 'text', key: 'vanished' },
  minRows: { is: 'text', key: 'min_rows' },
  maxRows: { is: 'text', key: 'max_rows' },
  skew: { is: 'text' },
  responseWarning: { is: 'text' },
  responseCritical: { is: 'text' },
  warning: { is: 'text', key: 'warning' },
  critical: { is: 'text', key: 'critical' },
  missing: { is: 'text', key: 'missing' },
  name: { is: 'text' },
  healthchecks: { is: 'text' },
  failures: { is: 'text', key: 'failures' },
  recoveries: { is: 'text', key: 'recoveries' },
  remind: { is: 'text', key: 'remind' },
  unreachable: { is: 'text' },
  futureTolerance: { is: 'text', key: 'future_tolerance' },
  clock: { is: 'text', key: 'clock' },
  unit: { is: 'text', key: 'unit' },
  storedIn: { is: 'text', key: 'stored_in' },
  timezone: { is: 'text' },
  instance: { is: 'text' },
  aliveInterval: { is: 'text', key: 'alive_interval' },
  by: { is: 'text', key: 'by' },
  per: { is: 'text', key: 'per' },
} as const satisfies Readonly<Record<string, { readonly is: 'text' | 'list' | 'flag'; readonly key?: string }>>

/** Those that came later: where they are not given, what a line is called says nothing of them. */
export const LATER_OPTIONS: readonly string[] = ['by', 'per']

/** The name of one of them, as in `keyColumn` for `--key-column`. */
export type OneLineOption = keyof typeof ONE_LINE

/** Their names. */
export const ONE_LINE_OPTIONS = Object.keys(ONE_LINE) as OneLineOption[]

interface Written {
  readonly text: string
  readonly list: readonly string[]
  readonly flag: boolean
}

/** What the command line says, each as it was written. */
export type OneLine = { readonly [Option in OneLineOption]?: Written[(typeof ONE_LINE)[Option]['is']] }
