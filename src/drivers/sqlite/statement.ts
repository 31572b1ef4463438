import { FaultError } from '../../core/errors.ts'
import { clean, shorten } from '../../core/words/text.ts'

/**
 * SQLite's tokens, as far as they matter here: strings and quoted names, comments, words, and parameters. A doubled
 * quote splits a token in two, which changes nothing.
 *
 * @see https://github.com/sqlite/sqlite/blob/master/src/tokenize.c
 */
const TOKEN =
  /'[^']*'?|"[^"]*"?|`[^`]*`?|\[[^\]]*\]?|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|\s+|[a-z_0-9\u0080-\uffff][\w$\u0080-\uffff]*|\?\d*|[:@#$]\w+|./gis
const BLANK = /^(?:\s|--|\/\*)/
const READING = /^(?:select|with|values)$/i
const NAMED_PARAMETER = /^(?:\?\d|[:@#$]\w)/

/**
 * Refuses everything but one statement that reads, before SQLite sees it. A read-only connection still writes other
 * files (`VACUUM INTO`), changes the journal (`PRAGMA`), and opens other files (`ATTACH`).
 *
 * What passes may still try to write (`WITH … DELETE … RETURNING`). The connection refuses that.
 *
 * @throws FaultError of scope `check`
 */
export function checkStatement(sql: string, parameters: readonly unknown[]): void {
  const tokens = (sql.match(TOKEN) ?? []).filter((token) => !BLANK.test(token))
  const begin = tokens.findIndex((token) => token !== ';')
  const first = begin < 0 ? undefined : tokens[begin]
  if (first === undefined) throw refusal('there is no statement')
  if (!READING.test(first)) throw notReading(first)
  const end = tokens.indexOf(';', begin)
  if (end >= 0 && tokens.slice(end).some((token) => token !== ';')) {
    throw refusal('there is more than one statement', 'write one SELECT')
  }
  checkParameters(tokens, parameters.length)
}

export function refusal(message: string, cure = 'write a SELECT'): FaultError {
  return new FaultError({ kind: 'failed', scope: 'check', message, cure })
}

/** The fault of a statement that begins like one that reads, and writes. */
export function wouldWrite(): FaultError {
  return refusal('the statement would write, and a database that is watched is never written to')
}

function notReading(first: string): FaultError {
  const word = shorten(clean(first), 20).toUpperCase()
  const cure = word === 'PRAGMA' ? 'write SELECT * FROM pragma_NAME' : 'write a SELECT'
  return refusal(`only SELECT, WITH and VALUES are asked, and the statement begins with ${word}`, cure)
}

/** One engine binds NULL to missing parameters, and each has its own message for other mistakes. */
function checkParameters(tokens: readonly string[], given: number): void {
  const named = tokens.find((token) => NAMED_PARAMETER.test(token))
  if (named !== undefined) throw refusal(`the parameter ${named} has a name`, 'write ? for each parameter, in order')
  const places = tokens.filter((token) => token === '?').length
  if (places === given) return
  throw refusal(`the statement has ${places} ? for parameters, and is given ${given}`, 'write a ? for each parameter')
}
