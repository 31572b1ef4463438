import { FIELDS, MESSAGE_FIELDS, unknownFields } from '../core/template.ts'
import { nearest } from '../core/text.ts'
import { at } from './telling-problems.ts'
import { child, isMapping, mapTexts, namesIn, type Path, type Problem } from './tree.ts'

const WAYS = ['mail', 'webhook', 'command', 'icinga'] as const

/** Keys of an entry that are no way of telling. */
const OTHERS = ['group', 'subject']

/** What is wrong between the parts of a notifier's entry, each of which may be right. */
export function notifierProblems(raw: unknown, name: string): readonly Problem[] {
  const path = ['notifiers', name]
  const entry = at(raw, path)
  if (!isMapping(entry)) return []
  const [mail, webhook] = [child(entry, 'mail'), child(entry, 'webhook')]
  const hasBoth = child(mail, 'smtp') !== undefined && child(mail, 'sendmail') !== undefined
  return [
    ...wayProblems(entry, path),
    ...(hasBoth ? [{ path: [...path, 'mail', 'sendmail'], text: 'stands beside smtp; remove one of them' }] : []),
    ...fieldProblems(child(entry, 'subject'), FIELDS, [...path, 'subject']),
    ...fieldProblems(child(webhook, 'headers'), MESSAGE_FIELDS, [...path, 'webhook', 'headers']),
    ...bodyProblems(child(webhook, 'body'), [...path, 'webhook', 'body']),
    ...icingaProblems(child(entry, 'icinga'), [...path, 'icinga']),
  ]
}

function wayProblems(entry: object, path: Path): readonly Problem[] {
  const ways = WAYS.filter((way) => child(entry, way) !== undefined)
  if (ways.length > 1) {
    return [{ path, text: `has several ways of telling, ${ways.join(' and ')}; write a notifier for each` }]
  }
  // What is misspelt is reported as such.
  const isMeant = namesIn(entry).some((key) => !OTHERS.includes(key))
  if (ways.length === 1 || isMeant) return []
  return [{ path, text: 'says no way of telling; write mail, webhook, command or icinga below it' }]
}

function icingaProblems(icinga: unknown, path: Path): readonly Problem[] {
  if (!isMapping(icinga)) return []
  const [file, api] = [child(icinga, 'command_file'), child(icinga, 'api')]
  const isNowhere = file === undefined && api === undefined
  return [
    ...(isNowhere ? [{ path, text: 'says not what takes the results; write command_file or api below it' }] : []),
    ...(file !== undefined && api !== undefined
      ? [{ path: [...path, 'command_file'], text: 'stands beside api; remove one of them' }]
      : []),
    ...(api === undefined && child(icinga, 'ca') !== undefined
      ? [{ path: [...path, 'ca'], text: 'is for api alone; remove it' }]
      : []),
    ...['host', 'service'].flatMap((key) => fieldProblems(child(icinga, key), FIELDS, [...path, key])),
  ]
}

function bodyProblems(body: unknown, path: Path): readonly Problem[] {
  const text = 'is JSON inside a text, which what is filled in could break; write it as YAML, without quotes around it'
  const isJson = typeof body === 'string' && /^\s*(\{\s*"|\[\s*["{[])/.test(body)
  return [...(isJson ? [{ path, text }] : []), ...fieldProblems(body, MESSAGE_FIELDS, path)]
}

/** Placeholders that stand for nothing. */
function fieldProblems(tree: unknown, fields: object, path: Path): readonly Problem[] {
  const problems: Problem[] = []
  const known = Object.keys(fields)
  mapTexts(
    tree,
    (text, place) => {
      const [unknown] = unknownFields(text, fields)
      if (unknown === undefined) return text
      const advice = nearest(unknown, known) ?? known.join(', ')
      problems.push({ path: place, text: `there is no field {${unknown}}; write ${advice}` })
      return text
    },
    path,
  )
  return problems
}
