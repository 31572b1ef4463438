import type { BadSeverity, Routes } from '../types.ts'

/** Said of a configuration without notifiers: it may be meant, and more often is not. */
export const NOBODY_TO_TELL =
  'there is nobody to tell: a run speaks by its exit code alone; write notifiers, or give --to'

/** The same for all that there is to say. */
export function routesTo(recipients: readonly string[]): Routes {
  return { unknown: recipients, warning: recipients, critical: recipients }
}

/** All of whom any of it is meant for, each once. */
export function everyoneIn({ unknown, warning, critical, closed = [] }: Routes): readonly string[] {
  return [...new Set([...unknown, ...warning, ...critical, ...closed])]
}

/** Whether none of it is meant for anybody. */
export function isForNobody({ unknown, warning, critical, closed = [] }: Routes): boolean {
  return unknown.length + warning.length + critical.length + closed.length === 0
}

/**
 * Who has to hear of something of this severity: while it is open or, for those who are named nowhere but under
 * `closed`, when it is over.
 */
export function audienceOf(routes: Routes, severity: BadSeverity): readonly string[] {
  const { closed = [] } = routes
  const hearing = routes[severity]
  const others = closed.filter((name) => isForEndsOnly(routes, name) && !hearing.includes(name))
  return others.length === 0 ? hearing : [...hearing, ...others]
}

/** The routes with each name replaced by what stands for it. */
export function mapRoutes(routes: Routes, replace: (names: readonly string[]) => readonly string[]): Routes {
  const { unknown, warning, critical, closed } = routes
  const open = { unknown: replace(unknown), warning: replace(warning), critical: replace(critical) }
  return closed === undefined ? open : { ...open, closed: replace(closed) }
}

/** What is told to any of several; all hear of the end who do for one of them. */
export function unitedRoutes(all: readonly Routes[]): Routes {
  const united = (key: keyof Routes): readonly string[] => [...new Set(all.flatMap((routes) => routes[key] ?? []))]
  const open = { unknown: united('unknown'), warning: united('warning'), critical: united('critical') }
  const hasClosed = all.length > 0 && all.every(({ closed }) => closed !== undefined)
  return hasClosed ? { ...open, closed: united('closed') } : open
}

function isForEndsOnly({ unknown, warning, critical }: Routes, name: string): boolean {
  return ![unknown, warning, critical].some((names) => names.includes(name))
}
