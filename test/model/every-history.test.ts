import { expect, test } from 'vitest'
import { routesTo } from '../../src/core/routes.ts'
import { repetitions } from '../support/command.ts'
import { brokenLaws, untold } from './laws.ts'
import { after, type Event, type Fate, newWorld, type Pass, type World } from './world.ts'

const run = (found: Pass['found'], fates: Readonly<Record<string, Fate>> = {}): Event => ({ kind: 'run', found, fates })

/** What can happen to one check and two recipients, each by a notifier of its own. */
const EVENTS: readonly Event[] = [
  run('ok'),
  run('critical'),
  run('fault'),
  run('critical', { pager: 'down' }),
  run('ok', { pager: 'doubtful' }),
  run('critical', { mail: 'killed after it took one' }),
  run('ok', { mail: 'killed after it took one' }),
  { kind: 'acknowledge' },
]

/** All is well, and everybody can be reached. */
const GOOD_END: readonly Event[] = [{ kind: 'unsilence' }, { kind: 'wait', minutes: 61 }, run('ok')]

const LONGEST = repetitions(10) === 10 ? 6 : 4

test(`no law is broken in any history of ${LONGEST} events`, { timeout: 300_000 }, () => {
  const start = newWorld(
    { failures: 1, recoveries: 1, remind: 'never', recovered: true },
    routesTo(['mail/a', 'pager']),
  )
  const broken: string[] = []
  let histories = 0
  for (const { world, words } of everyWorld(start, LONGEST)) {
    histories++
    const laws = brokenAtTheEndOf(world)
    if (laws.length > 0 && broken.length < 10) broken.push(`${words.join(', ')}: ${laws.join(', ')}`)
  }
  expect(broken).toEqual([])
  expect(histories).toBe((EVENTS.length + 1) ** LONGEST)
})

interface Lived {
  readonly world: World
  readonly words: readonly string[]
}

/** What each history of so many events comes to. */
function* everyWorld(world: World, events: number, words: readonly string[] = []): Generator<Lived> {
  if (events === 0) return yield { world, words }
  const toggle: Event = { kind: world.isSilenced ? 'unsilence' : 'silence' }
  for (const event of [...EVENTS, toggle]) yield* everyWorld(after(world, event), events - 1, [...words, nameOf(event)])
}

function brokenAtTheEndOf(world: World): readonly string[] {
  const end = GOOD_END.reduce(after, world)
  return [...brokenLaws(end), ...untold(end), ...(end.standing.incident === undefined ? [] : ['left open'])]
}

function nameOf(event: Event): string {
  return event.kind === 'run' ? `${event.found} ${JSON.stringify(event.fates)}` : event.kind
}
