import { judgeRun } from '../../../core/judge/run.ts'
import { tellOfStuckRun } from '../../../run/stuck.ts'
import { openStore } from '../../../setup/open-store.ts'
import { type Holder, takeTurn } from '../../../setup/take-turn.ts'
import { redactReport } from '../../output/report.ts'
import type { Settings } from '../../settings/settings.ts'
import { type CommandRun, newId } from './command-run.ts'
import { tellWhatFailed } from './show.ts'

/** Nothing is watched while it is stuck, so somebody must hear of it: the first of the next runs tells it for all. */
export async function tellOf({ pid, since, until }: Holder, settings: Settings, commandRun: CommandRun): Promise<void> {
  const { clock, timeout, deadline } = commandRun.times
  const { plan, place, secrets } = settings
  const lock = await takeTurn(place, { of: 'stuck run', facts: [], signal: AbortSignal.abort(), timeout, clock })
  // Another one is telling it at this moment.
  if (lock.kind === 'busy' || lock.kind === 'same') return
  const stuck = { pid, since: new Date(since), timeout: (Date.parse(until) - Date.parse(since)) / 1_000 }
  const store = await openStore(place, { whose: plan, isAlone: false, only: 'stuck run' })
  try {
    const verdict = judgeRun({ ...stuck, now: clock.now() })
    const found = await tellOfStuckRun(plan, { clock, store, newId }, { verdict, deadline: deadline() })
    const report = redactReport(found, secrets)
    tellWhatFailed(report, settings, { ...commandRun, problems: [] })
  } finally {
    if (lock.kind === 'held') await lock.release()
  }
}
