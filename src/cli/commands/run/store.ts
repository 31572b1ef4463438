import { createLockfileStore } from '../../../store/lockfiles/lockfiles.ts'
import type { Settings } from '../../settings/settings.ts'

/** Whose incidents it keeps is asked for when there is one. */
export function storeOf(
  { layout, plan }: Settings,
  options: { readonly readOnly?: boolean; readonly isAlone?: boolean },
) {
  return createLockfileStore(layout, {
    get origin() {
      return plan.origin
    },
    ...options,
  })
}

/** What tells one incident from another. */
export function newId(): string {
  return crypto.randomUUID()
}
