import { mapRoutes } from '../core/incident/routes.ts'
import type { Notifier } from '../core/ports.ts'
import type { Policy, Routes } from '../core/types.ts'

/** The recipients behind the names of notifiers. */
export function routesFor({ notify }: Pick<Policy, 'notify'>, notifiers: readonly Notifier[]): Routes {
  return mapRoutes(notify, (names) =>
    notifiers.filter(({ name }) => names.includes(name)).flatMap(({ recipients }) => recipients),
  )
}
