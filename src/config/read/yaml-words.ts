import { shownValue, withoutBlank } from '../../core/words/advice.ts'

/** What is wrong in a YAML text, and the line in which somebody has to write. */
export interface YamlProblem {
  readonly line: number
  readonly text: string
}

/** A line without its remark, and what is open behind it. */
interface Line {
  readonly number: number
  readonly indent: number
  readonly text: string
}

/** A quote or a bracket that is not closed on the line on which it stands. */
interface Open {
  readonly sign: string
  readonly line: number
}

/**
 * Says of a syntax error what was most likely typed, and where: a reader notices many a slip lines below it. What is
 * shown of the text is never a value that may be a password.
 *
 * @param found what the library says, and the line in which it noticed
 */
export function explainYaml(source: string, { line, text: reason }: YamlProblem): YamlProblem {
  const lines = linesOf(source)
  const at = lines.find(({ number }) => number >= line) ?? lines.at(-1)
  if (at === undefined) return { line, text: reason }
  const noticed = reason.startsWith('unexpected end') ? Number.POSITIVE_INFINITY : line
  const above = lines.filter(({ number }) => number < at.number)
  return (
    explainTab(source, line) ??
    explainOpen(openBefore(source, noticed), { source, isInFlow: FLOW.test(reason) }) ??
    explainColon([at, ...above.slice(-1)]) ??
    explainLine(at, reason) ??
    explainNoColon(above) ??
    explainIndent(at, above, reason) ?? { line, text: reason }
  )
}

/** What the library says where a bracket is open. */
const FLOW = /deficient indentation|flow collection|missed comma|unexpected end/

function linesOf(source: string): readonly Line[] {
  return source.split(/\r\n?|\n/).flatMap((text, i) => {
    const bare = text.replace(/(^|\s)#.*$/, '').trimEnd()
    return bare.trim() === '' ? [] : [{ number: i + 1, indent: bare.search(/\S/), text: bare }]
  })
}

function explainTab(source: string, line: number): YamlProblem | undefined {
  const text = source.split(/\r\n?|\n/)[line - 1] ?? ''
  return /^ *\t/.test(text) ? { line, text: 'is indented with a tab; write blanks' } : undefined
}

function explainOpen(
  open: Open | undefined,
  { source, isInFlow }: { readonly source: string; readonly isInFlow: boolean },
): YamlProblem | undefined {
  if (open === undefined) return undefined
  const { sign, line } = open
  if (sign === '"' || sign === "'") return { line, text: `a quote (${sign}) is not closed; write ${sign} at its end` }
  if (!isInFlow) return undefined
  const text = source.split(/\r\n?|\n/)[line - 1] ?? ''
  if (/\s#/.test(text)) return { line, text: 'what stands behind a blank and # is a remark; put the value in quotes' }
  return { line, text: `a ${sign} is not closed; write ${sign === '{' ? '}' : ']'} at its end` }
}

const QUOTED = /^(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')/
/** Where a value may begin, so that a quote or a bracket means something. */
const BEFORE_VALUE = /(?:^|[:,[{-]\s+|[[{])\s*$/

/** The quote, or the first bracket, that is open where this line begins. */
function openBefore(source: string, line: number): Open | undefined {
  const texts = withoutBlocks(source.split(/\r\n?|\n/))
  const brackets: Open[] = []
  for (const [i, text] of texts.entries()) {
    if (i + 1 >= line && i + 1 > (brackets[0]?.line ?? 0)) break
    const quote = scan(text, { brackets, line: i + 1 })
    if (quote !== undefined) return closesBefore(texts.slice(i + 1), quote.sign, line - i - 1) ? undefined : quote
  }
  return brackets[0]
}

/** In blocks of text (`|` and `>`) nothing means anything. */
function withoutBlocks(texts: readonly string[]): readonly string[] {
  let block: number | undefined
  return texts.map((text) => {
    const indent = text.search(/\S/)
    if (block !== undefined && (indent > block || indent === -1)) return ''
    block = /:\s+[|>][-+\d]*\s*(?:#.*)?$/.test(text) ? indent : undefined
    return text
  })
}

/** What means something in a line. */
const SIGN = /"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|["'{}[\]]|(?<=^|\s)#/g

/** In characters: more blanks stand before no value. */
const LOOKED_BACK = 100

/** Goes through a line, and keeps which brackets are open; returns a quote that is not closed on it. */
function scan(
  text: string,
  { brackets, line }: { readonly brackets: Open[]; readonly line: number },
): Open | undefined {
  for (const { 0: found, index } of text.matchAll(SIGN)) {
    const isFirst = BEFORE_VALUE.test(text.slice(Math.max(0, index - LOOKED_BACK), index))
    if (found === '#') return undefined
    if (/^["']$/.test(found) && isFirst) return { sign: found, line }
    if (/^[{[]/.test(found) && (isFirst || brackets.length > 0)) brackets.push({ sign: found, line })
    if (/^[}\]]/.test(found)) brackets.pop()
  }
  return undefined
}

/** Whether a quote that is open ends before that many lines more, so that it is a text of several lines. */
function closesBefore(texts: readonly string[], sign: string, count: number): boolean {
  return texts.slice(0, Math.max(0, count - 1)).some((text) => text.includes(sign))
}

function explainColon(lines: readonly Line[]): YamlProblem | undefined {
  for (const { number, text } of lines) {
    const said = /:\s/.test(text) ? undefined : withoutBlank(text)
    if (said !== undefined) return { line: number, text: said }
  }
  return undefined
}

/** What means something in YAML that its writer may not have meant; in quotes it means nothing. */
function explainLine({ number, text }: Line, reason: string): YamlProblem | undefined {
  const said = (words: string) => ({ line: number, text: words })
  const value = text.replace(/^[\s-]*[^\s:]+:\s*/, '')
  const sign = /^[@*`!%&]/.exec(value)?.[0]
  if (value.includes('${') && FLOW.test(reason)) return said('the value has "${" in it; put it in quotes')
  if (sign !== undefined) return said(`the value begins with "${sign}"; put it in quotes`)
  const quoted = QUOTED.exec(value)?.[0]
  if (quoted !== undefined && /^\s*[^\s,:}\]]/.test(value.slice(quoted.length))) {
    const inside = quoted.startsWith('"') ? '\\"' : "''"
    return said(`the quotes end before the value does; put all of it in quotes, with ${inside} for one inside`)
  }
  if (reason.startsWith('missed comma')) return said('a comma is missing; write one between two entries')
  if (/^\{.*\}\s*\}$|^\[.*\]\s*\]$/.test(value)) return said('a bracket is closed that is not open; take one out')
  if (/:\s/.test(value) && !/^[[{]/.test(value)) return said('the value has ": " in it; put it in quotes')
  return undefined
}

/** `mdx` or `database mail` in place of `mdx:` or `database: mail`: it is noticed on the line below. */
function explainNoColon(above: readonly Line[]): YamlProblem | undefined {
  const [before, last] = above.slice(-2)
  if (before === undefined || last === undefined) return undefined
  const isFirst = before.text.endsWith(':') || before.indent >= last.indent
  const [, name, value] = /^\s*([A-Za-z_][\w.-]*)(?:\s+(\S+))?$/.exec(last.text) ?? []
  if (!isFirst || name === undefined) return undefined
  const shown = value === undefined ? '' : ` ${shownValue(value)}`
  return { line: last.number, text: `lacks a colon; write ${name}:${shown}` }
}

function explainIndent(at: Line, above: readonly Line[], reason: string): YamlProblem | undefined {
  if (!/indentation|mapping key|document separator/.test(reason)) return undefined
  const around = enclosing(above)
  const same = around.find(({ indent }) => indent === at.indent)
  if (same !== undefined) {
    if (same.text.trimStart().startsWith('- ') === at.text.trimStart().startsWith('- ')) return undefined
    return { line: at.number, text: 'a list and names stand beside each other; write all with "- ", or none' }
  }
  const distance = ({ indent, text }: Line): number =>
    // Of two that are as near, one is more like it that holds a value if it does; else it is the deeper one.
    Math.abs(indent - at.indent) * 2 + (text.endsWith(':') === at.text.endsWith(':') ? 0 : 1)
  const meant = around.toSorted((a, b) => distance(a) - distance(b))[0]
  if (meant === undefined) return undefined
  const like = /^\s*(?:- +)?([A-Za-z_][\w.-]*):/.exec(meant.text)?.[1]
  const beside = like === undefined ? `in line ${meant.number}` : `before ${like} in line ${meant.number}`
  return { line: at.number, text: `has ${blanks(at.indent)} before it; write ${meant.indent}, as ${beside}` }
}

function blanks(count: number): string {
  return count === 1 ? '1 blank' : `${count} blanks`
}

/** The lines beside or below which the next one may stand. */
function enclosing(above: readonly Line[]): readonly Line[] {
  const found: Line[] = []
  for (const line of above.toReversed()) if (line.indent < (found.at(-1)?.indent ?? Infinity)) found.push(line)
  return found
}
