/**
 * Reads YAML that is written as most configurations are: mappings and lists in blocks, plain and quoted texts, lists in
 * brackets, comments. For a file of ten thousand checks that takes a tenth of the time of a whole reader, which also
 * knows where everything stands.
 *
 * Whatever is written otherwise, or is wrong, is left to the whole reader: what is read here is what that would read.
 *
 * @returns undefined where it is not written like that
 */
export function readPlainYaml(text: string): { readonly raw: unknown } | undefined {
  const lines = linesOf(text)
  if (lines === undefined || lines.length === 0) return undefined
  const reading: Reading = { lines, at: 0 }
  const raw = readBlock(reading, lines[0]?.indent ?? 0)
  return raw === undefined || reading.at < lines.length ? undefined : { raw }
}

interface Line {
  readonly indent: number
  readonly text: string
}

interface Reading {
  readonly lines: readonly Line[]
  at: number
}

type Mapping = Record<string, unknown>

/** A word, as names mostly are; what YAML takes for something else than a text is none. */
const ENTRY = /^([A-Za-z_][\w.-]*):(?: +(.*))?$/
const ITEM = /^-(?: +(.*))?$/
/** It begins with no sign that means something, and has none of `: ` and ` #` in it. */
const PLAIN = /^[A-Za-z0-9_./$(+~^=<;\\](?:[^\s:#,[\]{}]|[:#](?=\S)|[,[\]{}]| +(?=[^\s#:]))*$/
/** The same among brackets. */
const PLAIN_IN_LIST = /^[A-Za-z0-9_./$(+~^=<;\\](?:[^\s:#,[\]{}]|:(?=[^\s,[\]{}])| +(?=[^\s#:,[\]{}]))*$/
const WHOLE = /^(?:0|-?[1-9]\d{0,14})$/
/** May be a number, a date, or the like: which of them, the whole reader knows. */
const LIKE_A_NUMBER = /^[-+]?(?:0[xob][\da-f_]*|\.?\d[\d_.:,e+-]*|\.[\d_.]*|\.inf|\.nan)$/i
const WORDS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['true', true],
  ['false', false],
  ['null', null],
  ['~', null],
])
/** In other letters these mean the same, or not: that is for the whole reader. */
const LIKE_A_WORD = /^(?:true|false|null|~|yes|no|on|off|y|n)$/i
const LONGEST_WORD = 'false'.length

/** Lines that hold something; undefined where there is anything that is not for us. */
function linesOf(text: string): readonly Line[] | undefined {
  if (/[\t\r\u0000-\u0008\u000b-\u001f\u0085\u2028\u2029\ufeff]/.test(text)) return undefined
  const lines: Line[] = []
  for (const line of text.split('\n')) {
    const bare = line.trimStart()
    if (bare === '' || bare.startsWith('#')) continue
    const clean = withoutComment(bare).trimEnd()
    if (clean === '' || (bare === line && /^(?:---|\.\.\.|%)/.test(line))) return undefined
    lines.push({ indent: line.length - bare.length, text: clean })
  }
  return lines
}

/** A comment begins with ` #`; where there is a quote as well, the whole reader says what is a comment. */
function withoutComment(text: string): string {
  const at = text.indexOf(' #')
  if (at === -1) return text
  return /["']/.test(text) ? '' : text.slice(0, at)
}

/** A mapping or a list, from here on as long as the lines are as deep. */
function readBlock(reading: Reading, indent: number): unknown {
  return reading.lines[reading.at]?.text.startsWith('-') === true
    ? readList(reading, indent)
    : readMapping(reading, indent)
}

function readMapping(reading: Reading, indent: number): Mapping | undefined {
  const found: Mapping = {}
  for (let line = reading.lines[reading.at]; line?.indent === indent; line = reading.lines[reading.at]) {
    const [, name, written] = ENTRY.exec(line.text) ?? []
    // A name that stands twice is for the one who can say where.
    if (name === undefined || Object.hasOwn(found, name) || isLikeAWord(name) || name === '__proto__') return undefined
    reading.at++
    const value = written === undefined ? readBelow(reading, indent) : readValue(written)
    if (value === undefined) return undefined
    found[name] = value
  }
  return (reading.lines[reading.at]?.indent ?? 0) > indent ? undefined : found
}

/** What stands below a name: something deeper, a list that may be as deep, or nothing. */
function readBelow(reading: Reading, indent: number): unknown {
  const next = reading.lines[reading.at]
  if (next === undefined || next.indent < indent) return null
  if (next.indent > indent) return readBlock(reading, next.indent)
  return next.text.startsWith('-') ? readList(reading, indent) : null
}

function readList(reading: Reading, indent: number): readonly unknown[] | undefined {
  const found: unknown[] = []
  for (let line = reading.lines[reading.at]; line?.indent === indent; line = reading.lines[reading.at]) {
    const [whole, written] = ITEM.exec(line.text) ?? []
    if (whole === undefined) break
    // A mapping that begins on the line of its dash is not for us.
    if (written === undefined || ENTRY.test(written) || written.startsWith('-')) return undefined
    const value = readValue(written)
    if (value === undefined) return undefined
    found.push(value)
    reading.at++
  }
  return (reading.lines[reading.at]?.indent ?? 0) > indent ? undefined : found
}

/** @returns undefined where it is not for us; null is null */
function readValue(written: string): unknown {
  if (!written.startsWith('[')) return scalarOf(written, PLAIN)
  const inner = /^\[ *([^[\]{}"']*?) *\]$/.exec(written)?.[1]
  if (inner === undefined) return undefined
  if (inner === '') return []
  const items = inner.split(',').map((item) => scalarOf(item.trim(), PLAIN_IN_LIST))
  return items.includes(undefined) ? undefined : items
}

function scalarOf(written: string, plain: RegExp): unknown {
  // Of ten thousand checks most texts begin with a letter: for them one pattern has to do.
  if (!/^[A-Za-z/]/.test(written)) {
    const quoted = /^"([^"\\]*)"$|^'([^']*)'$/.exec(written)
    if (quoted !== null) return quoted[1] ?? quoted[2]
    if (WHOLE.test(written)) return Number(written)
    if (LIKE_A_NUMBER.test(written)) return undefined
  }
  if (WORDS.has(written)) return WORDS.get(written)
  return isLikeAWord(written) || !plain.test(written) ? undefined : written
}

function isLikeAWord(written: string): boolean {
  return written.length <= LONGEST_WORD && LIKE_A_WORD.test(written)
}
