import { NOTIFIERS } from '../../src/setup/kinds.ts'

/** All kinds of notifiers, loaded. */
export const NOTIFIER_KINDS = await Promise.all(NOTIFIERS.map((line) => line.load()))
