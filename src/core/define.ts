import type { Notifier, Source } from './ports.ts'

/** Lets an editor and the compiler check a notifier of your own. `lastalive/conformance` tests it. */
export function defineNotifier(notifier: Notifier): Notifier {
  return notifier
}

/** A source of your own, likewise. */
export function defineSource<Look = unknown>(source: Source<Look>): Source<Look> {
  return source
}
