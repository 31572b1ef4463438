import type { Delivery } from '../../../core/incident/notice.ts'
import type { Plan } from '../../../core/plan.ts'
import type { Notifier } from '../../../core/ports.ts'
import { run } from '../../../run/run.ts'
import { openStore } from '../../../setup/open-store.ts'
import { untoldIn } from '../../output/failures.ts'
import { redactReport } from '../../output/report.ts'
import type { Settings } from '../../settings/settings.ts'
import type { Code } from '../../world.ts'
import { type CommandRun, newId } from './command-run.ts'
import { showReport, tellWhatFailed } from './show.ts'

/** A run that tells and remembers nothing, and says what it would. */
export async function tryOut(settings: Settings, commandRun: CommandRun): Promise<Code> {
  const { times } = commandRun
  const store = await openStore(settings.place, { whose: settings.plan, readOnly: true })
  const plan: Plan = { ...settings.plan, notifiers: settings.plan.notifiers.map(pretending) }
  const found = await run(plan, { clock: times.clock, store, newId }, times.deadline())
  const report = redactReport(found, settings.secrets)
  const problems = await showReport(report, settings, { ...commandRun, problems: untoldIn(settings), isTrial: true })
  return tellWhatFailed(report, settings, { ...commandRun, problems })
}

/** A notifier that says to nobody what it would say. */
function pretending(notifier: Notifier): Notifier {
  const send = async (_message: unknown, recipients: readonly string[]): Promise<readonly Delivery[]> =>
    recipients.map((recipient) => ({ recipient, kind: 'accepted', by: 'nobody' }))
  return { ...notifier, send }
}
