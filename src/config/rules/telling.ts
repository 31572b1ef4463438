import { parseMaintenance } from '../../core/incident/maintenance.ts'
import {
  at,
  child,
  isMapping,
  mayHoldPassword,
  namesIn,
  type Path,
  type Problem,
  type UnknownKind,
} from '../../core/shape/tree.ts'
import { show } from '../../core/shape/values.ts'
import { adviceOn } from '../../core/words/advice.ts'
import { recoveriesProblems } from './recoveries.ts'

/** What is wrong with whom something tells and when, and when it is expected to fail. */
export function tellingProblems(raw: unknown, path: Path): readonly Problem[] {
  return [...notifyProblems(raw, path), ...maintenanceProblems(at(raw, path), path), ...recoveriesProblems(raw, path)]
}

/** What is wrong with what a check depends on. */
export function afterProblems(raw: unknown, name: string): readonly Problem[] {
  const path = ['checks', name, 'after']
  const checks = child(raw, 'checks')
  return listAt(raw, path).flatMap(({ value, place }) => {
    if (typeof value !== 'string' || value.trim() === '') return []
    // Asked for only where it is wrong: there may be thousands of them, of which each asks.
    if (child(checks, value) === undefined) return [unknownName(place, value, 'check', namesIn(checks))]
    const circle = circleFrom(checks, [name, value])
    return circle === undefined
      ? []
      : [{ path: place, text: `goes in a circle, ${circle.join(' after ')}; leave one out` }]
  })
}

/** A name that does not stand for anything, and the one that was meant. */
export function unknownName(path: Path, name: string, kind: UnknownKind, names: readonly string[]): Problem {
  const unknown = { kind, name }
  const known = names.filter((candidate) => !mayHoldPassword(candidate))
  const advice = known.length === 0 ? `write it under ${kind}s` : adviceOn(name, known)
  return { path, unknown, text: `there is no ${kind} ${show(name)}; ${advice}` }
}

function notifyProblems(raw: unknown, path: Path): readonly Problem[] {
  const notifiers = namesIn(child(raw, 'notifiers'))
  const notify = child(at(raw, path), 'notify')
  const places = isMapping(notify) ? namesIn(notify).map((key) => [...path, 'notify', key]) : [[...path, 'notify']]
  return places.flatMap((place) =>
    listAt(raw, place).flatMap(({ value, place: spot }) => {
      if (typeof value !== 'string' || value.trim() === '' || notifiers.includes(value)) return []
      return [unknownName(spot, value, 'notifier', notifiers)]
    }),
  )
}

function maintenanceProblems(entry: unknown, path: Path): readonly Problem[] {
  const list = listAt(entry, ['maintenance'])
  const texts = list.flatMap(({ value }) => (typeof value === 'string' ? [value] : []))
  if (texts.length < list.length) return []
  const parsed = parseMaintenance(texts, 'UTC')
  const place = parsed.kind === 'rejected' ? list[parsed.index]?.place : undefined
  return parsed.kind === 'rejected' && place !== undefined ? [{ path: [...path, ...place], text: parsed.error }] : []
}

/** The members of a list, or what stands in place of one. */
function listAt(raw: unknown, path: Path): readonly { readonly value: unknown; readonly place: Path }[] {
  const value = at(raw, path)
  if (value === undefined) return []
  return Array.isArray(value) ? value.map((one, i) => ({ value: one, place: [...path, i] })) : [{ value, place: path }]
}

/** The shortest way from a check back to itself over one that it depends on, by what each depends on. */
function circleFrom(checks: unknown, [name, first]: readonly [string, string]): readonly string[] | undefined {
  // Each is looked at once: the number of ways through a few layers of checks has no end.
  const before = new Map([[first, name]])
  for (const at of before.keys()) {
    if (at === name) return wayTo(name, before)
    for (const { value } of listAt(checks, [at, 'after'])) {
      if (typeof value === 'string' && !before.has(value)) before.set(value, at)
    }
  }
  return undefined
}

function wayTo(name: string, before: ReadonlyMap<string, string>): readonly string[] {
  const way = [name]
  for (let at = before.get(name); at !== undefined && at !== name; at = before.get(at)) way.unshift(at)
  return [name, ...way]
}
