import type { BadSeverity, Routes } from '../types.ts'

/** For a configuration without notifiers. That may be meant, but mostly is not. */
export const NOBODY_TO_TELL =
  'there is nobody to tell: a run speaks by its exit code alone; write notifiers, or give --to'

export function routesTo(recipients: readonly string[]): Routes {
  return { unknown: recipients, warning: recipients, critical: recipients }
}

export function everyoneIn({ unknown, warning, critical, closed = [] }: Routes): readonly string[] {
  return [...new Set([...unknown, ...warning, ...critical, ...closed])]
}

export function isForNobody({ unknown, warning, critical, closed = [] }: Routes): boolean {
  return unknown.length + warning.length + critical.length + closed.length === 0
}

/** Who is told of this severity. Those who stand only under `closed` are told when it is over. */
export function audienceOf(routes: Routes, severity: BadSeverity): readonly string[] {
  const { closed = [] } = routes
  const hearing = routes[severity]
  const others = closed.filter((name) => isForEndsOnly(routes, name) && !hearing.includes(name))
  return others.length === 0 ? hearing : [...hearing, ...others]
}

export function mapRoutes(routes: Routes, replace: (names: readonly string[]) => readonly string[]): Routes {
  const { unknown, warning, critical, closed } = routes
  const open = { unknown: replace(unknown), warning: replace(warning), critical: replace(critical) }
  return closed === undefined ? open : { ...open, closed: replace(closed) }
}

/** Several routes as one. Whoever is told of the end by one of them is told of it. */
export function unitedRoutes(all: readonly Routes[]): Routes {
  const united = (key: keyof Routes): readonly string[] => [...new Set(all.flatMap((routes) => routes[key] ?? []))]
  const open = { unknown: united('unknown'), warning: united('warning'), critical: united('critical') }
  const hasClosed = all.length > 0 && all.every(({ closed }) => closed !== undefined)
  return hasClosed ? { ...open, closed: united('closed') } : open
}

function isForEndsOnly({ unknown, warning, critical }: Routes, name: string): boolean {
  return ![unknown, warning, critical].some((names) => names.includes(name))
}
