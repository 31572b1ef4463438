import { nearest } from '../core/text.ts'
import { limitProblems } from './limit-problems.ts'
import { placeProblems } from './place-problems.ts'
import { timeProblems } from './time-problems.ts'
import { child, isMapping, mayHoldPassword, namesIn, type Path, type Problem } from './tree.ts'
import { show } from './values.ts'
import type { Written } from './written.ts'

type ParseSchedule = Written['parseSchedule']

/**
 * What is wrong between the parts of a configuration, each of which may be right.
 *
 * @param raw as written: what is wrong with one part must not hide what is wrong between others
 */
export function consistencyProblems(raw: unknown, parseSchedule: ParseSchedule): readonly Problem[] {
  const checks = child(raw, 'checks')
  return [
    ...(isMapping(checks) && namesIn(checks).length === 0 ? [NOTHING_TO_WATCH] : []),
    ...limitProblems(child(raw, 'defaults'), undefined, ['defaults']),
    ...notifyProblems(raw, ['defaults']),
    ...namesIn(child(raw, 'databases')).flatMap((name) => databaseProblems(raw, name)),
    ...namesIn(child(raw, 'notifiers')).flatMap((name) => notifierProblems(raw, name)),
    ...namesIn(checks).flatMap((name) => checkProblems(raw, name, parseSchedule)),
  ]
}

const NOTHING_TO_WATCH: Problem = {
  path: ['checks'],
  text: 'there is nothing to watch; write at least one check under checks',
}

function databaseProblems(raw: unknown, name: string): readonly Problem[] {
  const path = ['databases', name]
  const entry = at(raw, path)
  const [short, long] = [child(entry, 'unreachable'), child(child(entry, 'faults'), 'unreachable')]
  const isTwofold = short !== undefined && long !== undefined && short !== long
  const text = 'says something else than faults.unreachable; remove one of them'
  return [...notifyProblems(raw, path), ...(isTwofold ? [{ path: [...path, 'unreachable'], text }] : [])]
}

function notifierProblems(raw: unknown, name: string): readonly Problem[] {
  const path = ['notifiers', name, 'mail']
  const mail = at(raw, path)
  if (child(mail, 'smtp') === undefined || child(mail, 'sendmail') === undefined) return []
  return [{ path: [...path, 'sendmail'], text: 'stands beside smtp; remove one of them' }]
}

function checkProblems(raw: unknown, name: string, parseSchedule: ParseSchedule): readonly Problem[] {
  const path = ['checks', name]
  const entry = at(raw, path)
  if (!isMapping(entry)) return []
  const database = child(entry, 'database')
  const databases = namesIn(child(raw, 'databases'))
  const isUnknown = typeof database === 'string' && !databases.includes(database)
  return [
    ...(isUnknown ? [unknownName([...path, 'database'], database, 'database', databases)] : []),
    ...notifyProblems(raw, path),
    ...placeProblems(entry, path),
    ...timeProblems(entry, path, parseSchedule),
    ...limitProblems(entry, child(raw, 'defaults'), path),
  ]
}

function notifyProblems(raw: unknown, path: Path): readonly Problem[] {
  const notify = child(at(raw, path), 'notify')
  const notifiers = namesIn(child(raw, 'notifiers'))
  const names: readonly unknown[] = Array.isArray(notify) ? notify : [notify]
  return names.flatMap((name, i) => {
    if (typeof name !== 'string' || name.trim() === '' || notifiers.includes(name)) return []
    const place = Array.isArray(notify) ? [...path, 'notify', i] : [...path, 'notify']
    return [unknownName(place, name, 'notifier', notifiers)]
  })
}

function unknownName(path: Path, name: string, kind: string, names: readonly string[]): Problem {
  const known = names.filter((candidate) => !mayHoldPassword(candidate))
  const meant = nearest(name, known)
  if (meant !== undefined) return { path, text: `there is no ${kind} ${show(name)}; write ${meant}` }
  const advice = known.length === 0 ? `write it under ${kind}s` : `known are ${known.join(', ')}`
  return { path, text: `there is no ${kind} ${show(name)}; ${advice}` }
}

function at(raw: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, key) => child(value, String(key)), raw)
}
