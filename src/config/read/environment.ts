import { append } from '../../core/lists.ts'
import { own } from '../../core/own.ts'
import { mapTexts, type Path, type Problem } from '../../core/shape/tree.ts'
import type { Kinds } from '../shape/shape.ts'

/** The variables of a process. */
export type Variables = Readonly<Record<string, string | undefined>>

const REFERENCE = /(\$\$\{)|\$\{([^}]*)\}?/g
const WHOLLY = /^\$\{[^}]*\}$/
const INSIDE = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s
/** The object replacement character, which nobody writes. */
const INSERTED = '\ufffc'
const LITERAL_URL_PASSWORD = /:\/\/[^/@\s:]*:[^@\s\ufffc]+@/
const LITERAL_KEYWORD_PASSWORD = /\bpass(?:word|wd)?\s*=\s*[^\s;&\ufffc]/i
const BEFORE_URL_PASSWORD = /:\/\/[^/@\s]*:[^@\s]*$/
const BEFORE_KEYWORD_PASSWORD = /\bpass(?:word|wd)?\s*=\s*'?$/i

/** A tree in which the variables were replaced. */
export interface Expanded {
  readonly raw: unknown
  readonly problems: readonly Problem[]
  readonly secrets: readonly string[]
  readonly inserted: readonly string[]
}

/**
 * Replaces `${NAME}` and `${NAME:-default}` once in each text of a tree; `$${` stands for `${`.
 *
 * Inside a URL, before its last `@`, what is inserted is percent-encoded; a text that is nothing but a variable is
 * taken as it is.
 *
 * @returns as `secrets` what was inserted where passwords stand, and as `inserted` each text that was changed
 */
export function expandTree(raw: unknown, env: Variables): Expanded {
  const problems: Problem[] = []
  const secrets: string[] = []
  const inserted: string[] = []
  const expanded = mapTexts(raw, (text, path) => {
    const result = isSql(path) ? notInSql(text) : expand(text, env)
    append(
      problems,
      result.problems.map((problem) => ({ ...problem, path })),
    )
    append(secrets, result.secrets)
    if (result.text !== text) inserted.push(result.text)
    return result.text
  })
  return { raw: expanded, problems, secrets, inserted }
}

/** A value never becomes part of a statement: it is bound. */
function isSql(path: Path): boolean {
  return path.length === 3 && path[0] === 'checks' && ['query', 'rows'].includes(String(path[2]))
}

function notInSql(text: string) {
  const isMeant = /\$\{\w+(?::-[^}]*)?\}/.test(text)
  const problem = 'holds a variable, which is not replaced in SQL; write a parameter, and the variable in params'
  return { text, problems: isMeant ? [{ text: problem }] : [], secrets: [] }
}

function expand(text: string, env: Variables) {
  const problems: Omit<Problem, 'path'>[] = []
  const secrets: string[] = []
  const isWhole = WHOLLY.test(text)
  let expanded = ''
  let end = 0
  for (const match of text.matchAll(REFERENCE)) {
    expanded += text.slice(end, match.index)
    end = match.index + match[0].length
    const value = match[1] === undefined ? lookUp(match[0], env) : { kind: 'text' as const, text: '${' }
    if (value.kind === 'wrong') {
      problems.push(value.problem)
      continue
    }
    const isInUserInfo = match[1] === undefined && !isWhole && expanded.includes('://') && hasAt(text.slice(end))
    if (match[1] === undefined && isPassword(expanded, isInUserInfo)) secrets.push(value.text)
    expanded += isInUserInfo ? encodeURIComponent(value.text) : value.text
  }
  return { text: expanded + text.slice(end), problems, secrets }
}

/** An `@` inside a later reference is none of the URL's. */
function hasAt(rest: string): boolean {
  return rest.replaceAll(REFERENCE, '').includes('@')
}

function isPassword(before: string, isInUserInfo: boolean): boolean {
  return (isInUserInfo && BEFORE_URL_PASSWORD.test(before)) || BEFORE_KEYWORD_PASSWORD.test(before)
}

function lookUp(reference: string, env: Variables) {
  const inside = reference.endsWith('}') ? INSIDE.exec(reference.slice(2, -1)) : null
  const [name, fallback] = [inside?.[1], inside?.[2]]
  if (name === undefined || fallback?.includes('${')) {
    return {
      kind: 'wrong' as const,
      problem: { text: `holds \${ without a name; write \${NAME}, or $\${ for the characters themselves` },
    }
  }
  const value = own(env, name)
  if (value !== undefined && (value !== '' || fallback === undefined)) return { kind: 'text' as const, text: value }
  if (fallback !== undefined) return { kind: 'text' as const, text: fallback }
  const text = `\${${name}} is not set; set it, or write \${${name}:-default}`
  return { kind: 'wrong' as const, problem: { text, isUnset: true as const } }
}

/** Whether any text of a tree, before anything was inserted, has a password in it, or what is as good as one. */
export function treeHoldsPassword(raw: unknown, kinds: Kinds): boolean {
  let found = false
  mapTexts(raw, (text, path) => {
    found ||= holdsPassword(text) || (isToken(path, kinds) && !text.includes('${'))
    return text
  })
  return found
}

/** Who knows the URL of a ping can use it, and kinds of notifiers and sources have the like. */
function isToken([map, name, key, ...rest]: Path, { notifierKinds, sourceKinds }: Kinds): boolean {
  if (map === 'healthchecks') return name === undefined || name === 'url'
  if (map === 'checks' && key !== undefined) return sourceKinds.some((kind) => kind.isSecret?.([key, ...rest]) === true)
  return map === 'notifiers' && notifierKinds.find((kind) => kind.key === key)?.isSecret?.(rest) === true
}

function holdsPassword(text: string): boolean {
  const bare = text.replaceAll(/\$\{\w+\}/g, INSERTED)
  return LITERAL_URL_PASSWORD.test(bare) || LITERAL_KEYWORD_PASSWORD.test(bare)
}
