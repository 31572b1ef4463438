import { expect, test } from 'vitest'
import { routesTo } from '../../src/core/incident/routes.ts'
import { repetitions } from '../support/command.ts'
import type { Fate } from './fate.ts'
import { brokenLaws, untold } from './laws.ts'
import { after, type Event, newWorld, type Pass, type World } from './world.ts'

const run = (found: Pass['found'], fates: Readonly<Record<string, Fate>> = {}): Event => ({ kind: 'run', found, fates })

/** What can happen to one check and three recipients, two of them by one notifier. */
const EVENTS: readonly Event[] = [
  run('ok'),
  run('critical'),
  run('fault'),
  run('critical', { pager: 'down' }),
  run('ok', { pager: 'doubtful' }),
  run('critical', { mail: 'defers one' }),
  run('ok', { mail: 'killed between two' }),
  { kind: 'acknowledge' },
]

/** All is well, and everybody can be reached. */
const GOOD_END: readonly Event[] = [{ kind: 'unsilence' }, { kind: 'wait', minutes: 61 }, run('ok')]

const LONGEST = repetitions(10) === 10 ? 6 : 4

test(`no law is broken in any history of ${LONGEST} events`, { timeout: 600_000 }, () => {
  const start = newWorld(
    { failures: 1, recoveries: 1, remind: 'never', recovered: true },
    routesTo(['mail/a', 'mail/b', 'pager']),
  )
  let lived = together([{ world: start, words: [], histories: 1 }])
  for (let events = 0; events < LONGEST; events++) lived = together(oneEventLater(lived))
  const broken = lived.flatMap(({ world, words }) => {
    const laws = brokenAtTheEndOf(world)
    return laws.length === 0 ? [] : [`${words.join(', ')}: ${laws.join(', ')}`]
  })
  expect(broken.slice(0, 10)).toEqual([])
  const histories = lived.reduce((sum, one) => sum + one.histories, 0)
  expect(histories).toBe((EVENTS.length + 1) ** LONGEST)
})

interface Lived {
  readonly world: World
  /** one of the histories that lead there */
  readonly words: readonly string[]
  /** how many do */
  readonly histories: number
}

/** Histories that come to the same, to the letter of all that was heard, go on as one. */
function together(all: Iterable<Lived>): readonly Lived[] {
  const byWorld = new Map<string, Lived>()
  for (const lived of all) {
    const key = JSON.stringify(lived.world)
    byWorld.set(key, { ...lived, histories: lived.histories + (byWorld.get(key)?.histories ?? 0) })
  }
  return [...byWorld.values()]
}

function* oneEventLater(all: readonly Lived[]): Generator<Lived> {
  for (const { world, words, histories } of all) {
    const toggle: Event = { kind: world.isSilenced ? 'unsilence' : 'silence' }
    for (const event of [...EVENTS, toggle]) {
      yield { world: after(world, event), words: [...words, nameOf(event)], histories }
    }
  }
}

function brokenAtTheEndOf(world: World): readonly string[] {
  const end = GOOD_END.reduce(after, world)
  return [...brokenLaws(end), ...untold(end), ...(end.standing.incident === undefined ? [] : ['left open'])]
}

function nameOf(event: Event): string {
  return event.kind === 'run' ? `${event.found} ${JSON.stringify(event.fates)}` : event.kind
}
