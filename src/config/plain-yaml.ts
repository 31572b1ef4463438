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
  if (lines === undefined || lines.texts.length === 0) return undefined
  const reading: Reading = { at: 0, ...lines }
  const raw = readBlock(reading, lines.indents[0] ?? 0)
  return raw === undefined || reading.at < lines.texts.length ? undefined : { raw }
}

/** Side by side and not each as an object: there may be hundreds of thousands. */
interface Lines {
  readonly indents: readonly number[]
  readonly texts: readonly string[]
}

interface Reading extends Lines {
  at: number
}

type Mapping = Record<string, unknown>

/** A word, as names mostly are; what YAML takes for something else than a text is none. */
const NAME = /^[A-Za-z_][\w.-]*$/
const ENTRY = /^[A-Za-z_][\w.-]*:(?: |$)/
const ITEM = /^-(?: +(.*))?$/
/** It begins with no sign that means something, and has none of `: ` and ` #` in it. */
const PLAIN = /^[A-Za-z0-9_./$(+~^=<;\\](?:[^\s:#,[\]{}]|[:#](?=\S)|[,[\]{}]| +(?=[^\s#:]))*$/
/** The same among brackets. */
const PLAIN_IN_LIST = /^[A-Za-z0-9_./$(+~^=<;\\](?:[^\s:#,[\]{}]|:(?=[^\s,[\]{}])| +(?=[^\s#:,[\]{}]))*$/
const WORD = /^[A-Za-z][\w./-]*$/
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
function linesOf(text: string): Lines | undefined {
  if (/[\t\r\u0000-\u0008\u000b-\u001f\u0085\u2028\u2029\ufeff]/.test(text)) return undefined
  const indents: number[] = []
  const texts: string[] = []
  for (let start = 0, next = 0; start < text.length; start = next) {
    const newline = text.indexOf('\n', start)
    const end = newline === -1 ? text.length : newline
    next = end + 1
    const from = afterBlanks(text, start)
    if (from >= end || text[from] === '#') continue
    const line = withoutComment(text.slice(from, beforeBlanks(text, end)))
    if (line === '' || (from === start && /^(?:---|\.\.\.|%)/.test(line))) return undefined
    indents.push(from - start)
    texts.push(line)
  }
  return { indents, texts }
}

/** Blanks alone are skipped: whatever else looks like one belongs to what is written. */
function afterBlanks(text: string, start: number): number {
  let at = start
  while (text[at] === ' ') at++
  return at
}

function beforeBlanks(text: string, end: number): number {
  let at = end
  while (text[at - 1] === ' ') at--
  return at
}

/** A comment begins with ` #`; where there is a quote as well, the whole reader says what is a comment. */
function withoutComment(text: string): string {
  const at = text.indexOf(' #')
  if (at === -1) return text
  return /["']/.test(text) ? '' : text.slice(0, beforeBlanks(text, at))
}

/** A mapping or a list, from here on as long as the lines are as deep. */
function readBlock(reading: Reading, indent: number): unknown {
  return reading.texts[reading.at]?.startsWith('-') === true ? readList(reading, indent) : readMapping(reading, indent)
}

function readMapping(reading: Reading, indent: number): Mapping | undefined {
  const found: Mapping = {}
  while (reading.indents[reading.at] === indent) {
    const text = reading.texts[reading.at] ?? ''
    const colon = text.indexOf(':')
    const name = text.slice(0, colon)
    // A name that stands twice is for the one who can say where.
    if (!isName(name) || Object.hasOwn(found, name)) return undefined
    reading.at++
    const value = colon + 1 === text.length ? readBelow(reading, indent) : readBehind(text, colon + 1)
    if (value === undefined) return undefined
    found[name] = value
  }
  return (reading.indents[reading.at] ?? 0) > indent ? undefined : found
}

function isName(text: string): boolean {
  return NAME.test(text) && !isLikeAWord(text) && text !== '__proto__'
}

/** What stands behind a colon, with a blank between them. */
function readBehind(text: string, at: number): unknown {
  return text[at] === ' ' ? readValue(text.slice(afterBlanks(text, at))) : undefined
}

/** What stands below a name: something deeper, a list that may be as deep, or nothing. */
function readBelow(reading: Reading, indent: number): unknown {
  const next = reading.indents[reading.at]
  if (next === undefined || next < indent) return null
  if (next > indent) return readBlock(reading, next)
  return reading.texts[reading.at]?.startsWith('-') === true ? readList(reading, indent) : null
}

function readList(reading: Reading, indent: number): readonly unknown[] | undefined {
  const found: unknown[] = []
  while (reading.indents[reading.at] === indent) {
    const [whole, written] = ITEM.exec(reading.texts[reading.at] ?? '') ?? []
    if (whole === undefined) break
    // A mapping that begins on the line of its dash is not for us.
    if (written === undefined || ENTRY.test(written) || written.startsWith('-')) return undefined
    const value = readValue(written)
    if (value === undefined) return undefined
    found.push(value)
    reading.at++
  }
  return (reading.indents[reading.at] ?? 0) > indent ? undefined : found
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
  // Most texts are no more than a word: for them one pattern has to do.
  const isWord = WORD.test(written)
  if (!isWord) {
    const quoted = /^"([^"\\]*)"$|^'([^']*)'$/.exec(written)
    if (quoted !== null) return quoted[1] ?? quoted[2]
    if (WHOLE.test(written)) return Number(written)
    if (LIKE_A_NUMBER.test(written)) return undefined
  }
  if (WORDS.has(written)) return WORDS.get(written)
  return isLikeAWord(written) || !(isWord || plain.test(written)) ? undefined : written
}

function isLikeAWord(written: string): boolean {
  return written.length <= LONGEST_WORD && LIKE_A_WORD.test(written)
}
