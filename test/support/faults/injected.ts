import { connect } from 'node:net'
import { nameOfSource } from '../../../src/core/names.ts'
import type { Plan } from '../../../src/core/plan.ts'
import type { Notifier, Source, StateStore } from '../../../src/core/ports.ts'

/** Ways in which a source, a notifier or a store can go wrong of which no contract speaks. */
export const WAYS = [
  'at load',
  'synchronously',
  'asynchronously',
  'in the handler of a socket',
  'by a rejection',
  'by a rejection that nobody awaits',
  'by never settling',
  'by answering rubbish',
  'after its answer',
] as const

/** One of them. */
export type FaultyWay = (typeof WAYS)[number]

/** Who goes wrong, and how: the row of a source, `database:NAME`, the name of a notifier, or `store`. */
export interface InjectedFault {
  readonly who: string
  readonly way: FaultyWay
  /** where something listens, for the handler of a socket */
  readonly port: number
}

/** A plan of which one source or notifier goes wrong. */
export function breakPlan(plan: Plan, fault: InjectedFault): Plan {
  const notifiers = plan.notifiers.map((one) => (one.name === fault.who ? breakNotifier(one, fault) : one))
  const sources = plan.sources.map((watched) =>
    nameOfSource(watched.source.name, 'answer') === fault.who
      ? { ...watched, source: breakSource(watched.source, fault) }
      : watched,
  )
  return { ...plan, notifiers, sources }
}

/** A store that goes wrong, if it is its turn. */
export function breakStore(store: StateStore, fault: InjectedFault): StateStore {
  return fault.who === 'store' ? { ...store, load: (checks) => goWrong(() => store.load(checks), fault) } : store
}

function breakNotifier(notifier: Notifier, fault: InjectedFault): Notifier {
  return { ...notifier, send: (...given) => goWrong(() => notifier.send(...given), fault) }
}

function breakSource(source: Source, fault: InjectedFault): Source {
  return { ...source, read: (...given) => goWrong(() => source.read(...given), fault) }
}

function goWrong<T>(work: () => Promise<T>, { way, port }: InjectedFault): Promise<T> {
  const fail = (): never => {
    throw new Error(`went wrong ${way}`)
  }
  const never = new Promise<T>(() => undefined)
  switch (way) {
    case 'at load':
      return import('data:text/javascript,throw new Error("went wrong at load")' as string)
    case 'synchronously':
      return fail()
    case 'asynchronously':
      setTimeout(fail, 1)
      return never
    case 'in the handler of a socket':
      connect(port, '127.0.0.1').on('connect', fail)
      return never
    case 'by a rejection':
      return Promise.reject(new Error(`went wrong ${way}`))
    case 'by a rejection that nobody awaits':
      void (async () => fail())()
      return never
    case 'by never settling':
      return never
    case 'by answering rubbish':
      // No type lets this through, which is the point.
      return Promise.resolve(42 as T)
    case 'after its answer':
      return work().finally(() => setImmediate(fail))
  }
}
