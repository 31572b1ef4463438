import { earlierIdOf, idOf } from '../core/names.ts'
import type { Plan } from '../core/plan.ts'
import type { Clock, StateStore, StoredState } from '../core/ports.ts'
import type { Incident, Pending } from '../core/types.ts'
import { type Rule, type Rules, rulesOf } from './rules.ts'

/** The world of a run. */
export interface Ports {
  readonly clock: Clock
  readonly store: StateStore
  /** a random text, for incidents */
  readonly newId: () => string
}

/** What is the case, by identity: `check`, or `check/item`. */
export interface State {
  readonly incidents: ReadonlyMap<string, Incident>
  readonly pending: ReadonlyMap<string, Pending>
  readonly openings: ReadonlyMap<string, readonly Date[]>
  /** how often each incident was written, by its `id` */
  readonly revisions: ReadonlyMap<string, number>
}

/** What a run begins with. */
export interface Beginning {
  readonly rules: Rules
  readonly ports: Ports
  readonly startedAt: Date
  /** what earlier runs have left */
  readonly stored: StoredState
  readonly state: State
}

/** Looks at what earlier runs have left. */
export async function beginRun(plan: Plan, ports: Ports): Promise<Beginning> {
  const rows = rulesOf(plan)
  const { clock, store } = ports
  const startedAt = clock.now()
  const stored = await store.load([...rows.keys()])
  const rules = { plan, rows, silences: stored.silences, clock, skews: new Map() }
  return { rules, ports, startedAt, stored, state: stateOf(stored, rules) }
}

/** What the store says of this configuration. */
export function stateOf(stored: StoredState, { plan, rows }: Rules): State {
  const { pending, openings, revisions } = stored
  const ours = stored.incidents.filter(({ origin }) => origin === plan.origin)
  return {
    incidents: new Map(ours.map((incident) => [idOf(incident), incident])),
    pending: byPresentId(pending, rows),
    openings: byPresentId(openings, rows),
    revisions,
  }
}

/** What was counted of a check whose identity was another one in earlier versions is found by its present one. */
function byPresentId<T>(counted: ReadonlyMap<string, T>, rows: ReadonlyMap<string, Rule>): Map<string, T> {
  const found = new Map(counted)
  if (found.size === 0) return found
  for (const check of rows.keys()) {
    const [id, earlier] = [idOf({ check }), earlierIdOf({ check })]
    const value = found.get(earlier)
    if (id === earlier || value === undefined) continue
    found.delete(earlier)
    found.set(id, value)
  }
  return found
}
